// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "base/result.h"
#include "project/project.h"
#include "project/trained.h"

namespace sengi::train {

// What a training leaves in out/.
struct Outputs {
  std::vector<std::byte> int8_model;   // model.tflite
  std::vector<std::byte> float_model;  // float.tflite
  project::Trained trained;            // pipeline.json; its model_sha256 is filled in here
  std::string record;                  // training.json
};

// Makes out/. Learning may take hours; that its outcome cannot be kept is told before.
// Errors: a folder that cannot be written.
Result<void> check_outputs_can_be_written(const project::Project& project);

// Writes all of them beside out/'s own files and only then moves them there.
// Errors: no space, or a folder that cannot be written; out/ is as it was.
Result<void> write_outputs(const project::Project& project, Outputs outputs);

}  // namespace sengi::train
