// SPDX-License-Identifier: Apache-2.0
// All that one page shows: a recording, what was marked in it, what was found, what networks say of
// it. Any thread.
#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "base/result.h"
#include "events/event.h"
#include "events/match.h"
#include "project/project.h"
#include "view/labels.h"
#include "view/overview.h"
#include "view/recording.h"
#include "view/scores.h"

namespace sengi::view {

struct ShowOptions {
  std::filesystem::path recording;
  std::filesystem::path labels;                 // empty: those saved beside the recording
  std::vector<std::filesystem::path> projects;  // at most two
  std::filesystem::path found;                  // a table of events; empty: none
  std::filesystem::path transcript;             // empty: none
  events::Matching matching = {};
  std::filesystem::path cache;  // a folder; empty: nothing is kept
};

class Shown {
 public:
  // Begins what is made in the background.
  // Errors: whatever is given and cannot be read, by file.
  static Result<std::unique_ptr<Shown>> open(const ShowOptions& options);

  const Recording& recording() const { return recording_; }
  // Of FFTs of this size, begun when it is first asked for. Requires: one of fft_sizes().
  Overview& overview(int fft_size);
  static const std::vector<int>& fft_sizes();
  int usual_fft_size() const;
  const std::vector<std::unique_ptr<Scores>>& models() const { return models_; }

  std::string state() const;     // JSON; what does not change
  std::string progress() const;  // JSON; how far what is made in the background is

  std::string labels() const;
  Result<void> replace_labels(std::string_view json);

 private:
  Shown(Recording recording, LabelFile labels)
      : recording_(std::move(recording)), labels_(std::move(labels)) {}

  Recording recording_;
  mutable std::mutex labels_mutex_;
  LabelFile labels_;
  std::vector<events::Event> found_;
  bool has_found_ = false;
  std::string transcript_ = "[]";
  events::Matching matching_;
  std::filesystem::path cache_;
  std::vector<std::unique_ptr<Scores>> models_;
  mutable std::mutex overviews_mutex_;
  std::map<int, std::unique_ptr<Overview>> overviews_;
};

}  // namespace sengi::view
