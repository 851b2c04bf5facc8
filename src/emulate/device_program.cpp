// SPDX-License-Identifier: Apache-2.0
#include "emulate/device_program.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <cstring>

#include "base/text.h"
#include "compile/code_files.h"

namespace sengi::emulate {
namespace fs = std::filesystem;
namespace {

using Samples = std::span<const std::int16_t>;

// The main.cpp of firmware/keyword, watcher and camera say what their files hold.
constexpr std::uint32_t clips_mode = 0;
constexpr std::uint32_t stream_mode = 1;
constexpr char scores_record = 's';
constexpr char event_record = 'e';

// Inferences that are run under the plugin, which is slow, when many clips are scored.
constexpr std::size_t counted_clips = 2;

class Input {
 public:
  explicit Input(std::uint32_t mode) { append(std::as_bytes(std::span(&mode, 1))); }

  void add(Samples samples) { append(std::as_bytes(samples)); }
  // Levels of 0 to 255, a byte each.
  void add_levels(Samples levels) {
    for (const std::int16_t level : levels) bytes_.push_back(static_cast<std::byte>(level));
  }
  const std::vector<std::byte>& bytes() const { return bytes_; }

 private:
  void append(std::span<const std::byte> bytes) {
    bytes_.insert(bytes_.end(), bytes.begin(), bytes.end());
  }

  std::vector<std::byte> bytes_;
};

// Takes a program's output apart, piece by piece.
class Output {
 public:
  explicit Output(std::span<const std::byte> bytes) : rest_(bytes) {}

  bool at_end() const { return rest_.empty(); }

  // False where there are not that many left.
  bool take(std::span<std::byte> to) {
    if (rest_.size() < to.size()) return false;
    std::copy_n(rest_.begin(), to.size(), to.begin());
    rest_ = rest_.subspan(to.size());
    return true;
  }

 private:
  std::span<const std::byte> rest_;
};

using Row = std::vector<std::int8_t>;

bool take_row(Output& output, std::size_t labels, std::vector<Row>& rows) {
  Row row(labels);
  if (!output.take(std::as_writable_bytes(std::span(row)))) return false;
  rows.push_back(std::move(row));
  return true;
}

struct EventRecord {
  std::uint32_t label, start, end, peak;
};

// Between two of what a program counts: hops of samples, or rows. Rows without a time count alone.
double unit_s(const project::Trained& trained) {
  if (trained.sense() == project::Sense::audio) {
    return static_cast<double>(trained.signal.hop_samples) / trained.signal.sample_rate_hz;
  }
  return trained.series.sample_rate_hz > 0 ? 1 / trained.series.sample_rate_hz : 1;
}

Detection detection_of(const EventRecord& event, double unit_s) {
  return {static_cast<std::int32_t>(event.label), event.start * unit_s, event.end * unit_s,
          event.peak / 256.0};
}

bool take_detection(Output& output, const project::Trained& trained,
                    std::vector<Detection>& detections) {
  EventRecord event;
  if (!output.take(std::as_writable_bytes(std::span(&event, 1)))) return false;
  if (event.label >= trained.labels.size()) return false;
  detections.push_back(detection_of(event, unit_s(trained)));
  return true;
}

Error unreadable(const Program& program) {
  return Error{fmt::format("{} on {} wrote records that cannot be read; build it again",
                           program.elf.filename().string(), program.board.name)};
}

Result<void> check_clips(const project::Trained& trained,
                         std::span<const std::vector<std::int16_t>> clips) {
  const auto samples = static_cast<std::size_t>(trained.clip_samples);
  for (std::size_t i = 0; i < clips.size(); ++i) {
    if (clips[i].size() == samples) continue;
    return Error{fmt::format("clip {} has {} samples where {} were trained on", i,
                             with_thousands(clips[i].size()), with_thousands(samples))};
  }
  return {};
}

Result<Run> run_clips(const Program& program, project::Sense sense,
                      std::span<const std::vector<std::int16_t>> clips, const RunOptions& options) {
  Input input(clips_mode);
  for (const auto& clip : clips) {
    sense == project::Sense::image ? input.add_levels(clip) : input.add(clip);
  }
  return run(program, input.bytes(), options);
}

// How often the front end is given a hop, a row or a line of an image from one run of the network
// to the next.
std::int32_t pushes_between_runs(const project::Trained& trained) {
  switch (trained.sense()) {
    case project::Sense::audio:
      return project::hops_in(trained.detect.stride_ms, trained.signal);
    case project::Sense::series:
      return trained.watches_stream() ? trained.series.rows_in(trained.detect.stride_ms)
                                      : trained.series.spec.rows;
    case project::Sense::image:
      return trained.image.frame_height;
  }
  return 0;
}

std::optional<std::uint64_t> front_end_cycles(const Run& run, const project::Trained& trained) {
  if (!run.cycles || run.front_end.empty()) return std::nullopt;
  double cycles = 0;
  for (const FunctionCost& cost : run.front_end) {
    if (cost.calls == 0) return std::nullopt;
    const double one = static_cast<double>(cost.cycles) / static_cast<double>(cost.calls);
    cycles += cost.name == "front_end_push" ? one * pushes_between_runs(trained) : one;
  }
  return static_cast<std::uint64_t>(std::llround(cycles));
}

void take_counts(Run& from, Run& to) {
  to.instructions = from.instructions;
  to.cycles = from.cycles;
  to.most_cycles = from.most_cycles;
  to.layers = std::move(from.layers);
  to.front_end = std::move(from.front_end);
}

}  // namespace

Result<Program> build_device_program(const project::Trained& trained, const model::Graph& graph,
                                     const Board& board, const fs::path& folder,
                                     compile::Favor favor) {
  SENGI_TRY(network, compile::generate(graph, trained.name + "/out/model.tflite",
                                       trained.model_sha256, favor));
  SENGI_TRY(listener, compile::generate_listener(trained, network.plan.name));
  SENGI_CHECK(compile::write_files(compile::files_of(network, listener), folder / "code"));
  return build({.board = board,
                .firmware = compile::firmware_of(trained.sense()),
                .code = {folder / "code"},
                .fullest_layer = compile::fullest_layer(network.plan),
                .heaviest_layer = compile::heaviest_layer(network.plan)},
               folder);
}

Result<ClipScores> score_clips(const Program& program, const project::Trained& trained,
                               std::span<const std::vector<std::int16_t>> clips,
                               const RunOptions& options) {
  SENGI_CHECK(check_clips(trained, clips));
  SENGI_TRY(all, run_clips(program, trained.sense(), clips, {false, {}}));
  if (options.count) {
    const auto some = clips.first(std::min(counted_clips, clips.size()));
    SENGI_TRY(counted, run_clips(program, trained.sense(), some, options));
    take_counts(counted, all);
    all.front_end_cycles = front_end_cycles(all, trained);
  }
  ClipScores result{{}, std::move(all)};
  Output output(result.run.output);
  while (!output.at_end()) {
    if (!take_row(output, trained.labels.size(), result.scores)) return unreadable(program);
  }
  if (result.scores.size() != clips.size()) return unreadable(program);
  return result;
}

Result<Listening> listen(const Program& program, const project::Trained& trained, Samples samples,
                         const RunOptions& options) {
  Input input(stream_mode);
  input.add(samples);
  SENGI_TRY(done, run(program, input.bytes(), options));
  Listening result{{}, {}, std::move(done)};
  Output output(result.run.output);
  std::byte kind;
  while (output.take(std::span(&kind, 1))) {
    const char record = static_cast<char>(kind);
    const bool whole = record == scores_record
                           ? take_row(output, trained.labels.size(), result.scores)
                       : record == event_record ? take_detection(output, trained, result.detections)
                                                : false;
    if (!whole) return unreadable(program);
  }
  return result;
}

}  // namespace sengi::emulate
