// SPDX-License-Identifier: Apache-2.0
// What a program needs beside its network: front end, detector and labels of a trained project as
// C++, in the namespace of the generated model.
#pragma once

#include <string>
#include <vector>

#include "base/result.h"
#include "project/trained.h"
#include "sengi/detect/detector.h"

namespace sengi::compile {

struct ListenerCode {
  std::string name;    // "listener" for sounds, "watcher" for rows of numbers, "camera" for images
  std::string header;  // NAME.h
  std::string source;  // NAME.cpp
};

// All that ListenerCode::name may be.
const std::vector<std::string>& listener_names();

// The folder below firmware/ whose program runs a project of this sense.
std::string firmware_of(project::Sense sense);

// `name` is the namespace: Plan::name of the network. Deterministic to the byte.
//
// The header defines front_end_spec, clip_samples and labels[], and declares front_end_tables,
// which the source holds. listener.h has columns (of one network input) and stride_hops (between
// two runs of the network) too, watcher.h stride_rows, and both detector_spec and label_is_event[];
// camera.h has label_count. Times of [detect] become whole steps (a step is one run of the network)
// and scores whole 1/256. Errors: a front end out of range; smoothing over more steps than a
// detector remembers.
Result<ListenerCode> generate_listener(const project::Trained& trained, const std::string& name);

// The device's detector: times of [detect] in runs of the network, scores in 1/256.
// Errors: smoothing over more runs than a detector remembers.
Result<detect::DetectorSpec> detector_of(const project::Trained& trained);

// application.h, through which a firmware's main program reaches whatever was generated: it
// includes model.h, and NAME.h of a ListenerCode where `beside` names one, and calls their
// namespace `application`.
std::string generate_application_header(const std::string& name, const std::string& beside);

}  // namespace sengi::compile
