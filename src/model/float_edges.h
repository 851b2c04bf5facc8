// SPDX-License-Identifier: Apache-2.0
// Networks of integers that speak float: QUANTIZE operators behind their inputs, DEQUANTIZE before
// their outputs. What lies between is what a device without float can run.
#pragma once

#include "model/graph.h"

namespace sengi::model {

// The network between such operators. A float input that one QUANTIZE alone reads gives way to what
// that makes of it, and a float output to what its DEQUANTIZE reads; which one an input or output
// is stays. All others are as before, and so is a graph without such operators.
// Requires: a graph that check() accepts. So is the one returned.
Graph without_float_edges(const Graph& graph);

}  // namespace sengi::model
