// SPDX-License-Identifier: Apache-2.0
// What the tensors of a float graph hold over given inputs, and ranges that follow from it.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "base/result.h"
#include "model/graph.h"
#include "quantize/quantize.h"

namespace sengi::quantize {

using Inputs = std::vector<std::vector<std::byte>>;  // each all graph inputs, back to back

class Observation {
 public:
  // Requires: each input has the graph's size. Errors: those of the interpreter; a tensor that gets
  // a value that is not finite.
  static Result<Observation> make(const model::Graph& graph, const Inputs& inputs);

  // One range for each tensor of the graph, as quantize() takes them.
  std::vector<Range> extremes() const;
  // Without the share (1 - kept) of all values at each end.
  std::vector<Range> percentile(double kept) const;
  // Least sum of squares of what rounding and clipping take away.
  std::vector<Range> least_square_error() const;

 private:
  struct Histogram {
    Range range;
    std::vector<std::uint32_t> counts;  // in equal parts of the range

    double width() const;
    double value(double bin) const;  // where a bin begins
  };
  static Range without_tails(const Histogram& histogram, double kept);
  static Range least_square_error(const Histogram& histogram);

  std::vector<Histogram> histograms_;  // by tensor
};

}  // namespace sengi::quantize
