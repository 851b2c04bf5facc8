// SPDX-License-Identifier: Apache-2.0
// What a listening program needs beside its network: front end, detector and labels of a trained
// project as C++, in the namespace of the generated model.
#pragma once

#include <string>

#include "base/result.h"
#include "project/trained.h"

namespace sengi::compile {

struct ListenerCode {
  std::string header;  // listener.h
  std::string source;  // listener.cpp
};

// `name` is the namespace: Plan::name of the network. Deterministic to the byte.
//
// listener.h defines front_end_spec, detector_spec, columns (of one network input), stride_hops
// (between two runs of the network), clip_samples, labels[] and label_is_event[], and declares
// front_end_tables, which listener.cpp holds. Times of [detect] become whole steps (a step is one
// run of the network) and scores whole 1/256.
// Errors: a front end out of range; smoothing over more steps than a detector remembers.
Result<ListenerCode> generate_listener(const project::Trained& trained, const std::string& name);

// application.h, through which a firmware's main program reaches whatever was generated: it
// includes model.h, and listener.h where there is one, and calls their namespace `application`.
std::string generate_application_header(const std::string& name, bool listens);

}  // namespace sengi::compile
