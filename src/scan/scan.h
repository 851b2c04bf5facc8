// SPDX-License-Identifier: Apache-2.0
// The device program over a whole recording, on this machine: the same front end, the same network,
// the same detector, the same integers; faster, since windows that overlap share what they have in
// common. However long the recording, in the memory of one block.
//
//   SENGI_TRY(scanner, Scanner::make(pipeline, {}));
//   SENGI_TRY(heard, scanner.scan("night.wav", 2));
#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "evaluate/pipeline.h"
#include "events/event.h"
#include "scan/sliding_network.h"

namespace sengi::scan {

enum class Rule : std::uint8_t {
  // The device's: see sengi/detect/detector.h. An event's times are those at which the device would
  // have told of its start and its end.
  device,
  // As in the accuracy test of TensorFlow's speech commands: see recognize_commands.h.
  tensorflow,
};

struct ScanOptions {
  Rule rule = Rule::device;
  std::int32_t average_ms = 500;  // these four of Rule::tensorflow
  std::int32_t suppression_ms = 1500;
  std::int32_t minimum_count = 3;
  double threshold = 0.7;
  std::size_t block_runs = 512;  // runs of the network that are kept at a time
  Speed speed = Speed::best;
  // Told of each run's scores, a label each, in their order; false ends the scan as Ctrl-C does.
  std::function<bool(std::span<const std::int8_t>)> scored = {};
};

struct Heard {
  double length_s = 0;
  std::uint64_t runs = 0;  // of the network
  std::vector<events::Event> events;
};

class Scanner {
 public:
  // `pipeline` outlives it.
  // Errors: a project that does not listen to sounds; [detect] that no detector can do.
  static Result<Scanner> make(const evaluate::Pipeline& pipeline, const ScanOptions& options);

  // Uses `threads` of them; what is heard does not depend on it. May be called from several threads
  // at a time. `advanced` is told of seconds that are done.
  // Errors: those of the recording (see AudioStream); Ctrl-C.
  Result<Heard> scan(const std::filesystem::path& recording, std::size_t threads,
                     const std::function<void(double)>& advanced = {}) const;

 private:
  Scanner(const evaluate::Pipeline& pipeline, const ScanOptions& options)
      : pipeline_(&pipeline), options_(options) {}

  const evaluate::Pipeline* pipeline_;
  ScanOptions options_;
};

}  // namespace sengi::scan
