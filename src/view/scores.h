// SPDX-License-Identifier: Apache-2.0
// What a project's network says of each window of a recording, made once in a thread of its own and
// kept in a file. The scores are those of sengi scan, so a detector over them finds the same.
#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "base/result.h"
#include "evaluate/pipeline.h"
#include "view/recording.h"

namespace sengi::view {

class Scores {
 public:
  // Begins. `recording` outlives it; the cache is a folder, or empty.
  // Errors: a project that does not listen to sounds (see scan::Scanner).
  static Result<std::unique_ptr<Scores>> begin(const Recording& recording, std::string name,
                                               evaluate::Pipeline pipeline,
                                               const std::filesystem::path& cache);
  ~Scores();  // ends what is under way

  // What a page needs to know of the detector: {"name", "labels", "events" (which of them are),
  // "smoothing_steps", "refractory_steps", "threshold", "release", "step_s", "first_s" (when the
  // device would know the first score), "window_s", "steps"}.
  std::string facts() const;

  std::size_t labels() const;
  std::size_t steps_done() const;
  bool over() const { return over_; }
  std::string fault() const;
  void wait();

  // [steps][labels] from a step on, as far as they are made, at most so many steps; from 0 to 255.
  std::vector<std::uint8_t> from(std::size_t step, std::size_t count) const;

 private:
  Scores(const Recording& recording, std::string name, evaluate::Pipeline pipeline)
      : recording_(&recording), name_(std::move(name)), pipeline_(std::move(pipeline)) {}
  void make();
  bool load();
  void save();

  const Recording* recording_;
  std::string name_;
  evaluate::Pipeline pipeline_;
  std::filesystem::path file_;
  mutable std::mutex mutex_;
  std::vector<std::uint8_t> scores_;
  std::string fault_;
  std::atomic<bool> over_ = false;
  std::atomic<bool> stop_ = false;
  std::thread thread_;
};

}  // namespace sengi::view
