// SPDX-License-Identifier: Apache-2.0
// The whole device program at work on sound of which it is known what is in it.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "base/result.h"
#include "data/dataset.h"
#include "evaluate/example.h"
#include "evaluate/pipeline.h"
#include "project/project.h"

namespace sengi::evaluate {

// Labels as Audacity writes them: "start<TAB>end<TAB>label" a line, in seconds. Those that are not
// among `labels` are left out. Errors: a line of another form (file and line).
Result<std::vector<Stretch>> read_label_track(const std::filesystem::path& path,
                                              const std::vector<std::string>& labels);

// Has the device program, built for this machine below out/build/host, listen to
// PROJECT/recordings/stream.wav, where stream.txt beside it says what is in it; else to a clip of
// the test side for each label that is an event (at most eight), on background where there is one.
// The example shows the first half minute; its figures are of the whole.
// Errors: no clip of an event on the test side; the program cannot be built or run.
Result<Example> listen_to_known_sound(const Pipeline& pipeline, const project::Project& project,
                                      const data::Dataset& dataset);

}  // namespace sengi::evaluate
