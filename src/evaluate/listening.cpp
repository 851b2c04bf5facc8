// SPDX-License-Identifier: Apache-2.0
#include "evaluate/listening.h"

#include <fmt/format.h>

#include <algorithm>
#include <sstream>

#include "base/files.h"
#include "base/text.h"
#include "data/audio.h"
#include "emulate/device_program.h"

namespace sengi::evaluate {
namespace fs = std::filesystem;
namespace {

constexpr std::size_t most_words = 8;
constexpr std::size_t drawn_columns = 900;
constexpr double shown_s = 30;
constexpr std::int32_t quieter = 4;  // background is this much lower than it was recorded

const data::Clip* first_test_clip(const data::Dataset& dataset, const std::string& label) {
  for (const data::Clip& clip : dataset.clips) {
    if (clip.split == data::Split::test && dataset.labels[clip.label] == label) return &clip;
  }
  return nullptr;
}

std::int16_t saturated(std::int32_t value) {
  return static_cast<std::int16_t>(std::clamp(value, -32768, 32767));
}

// Puts words on a line of time: half a clip of room before each.
class Stream {
 public:
  Stream(std::size_t clip_samples, std::int32_t rate) : clip_(clip_samples), rate_(rate) {}

  void add(std::size_t label, const std::vector<std::int16_t>& word) {
    samples_.resize(samples_.size() + clip_ / 2);
    const double start = seconds();
    samples_.insert(samples_.end(), word.begin(), word.end());
    truth_.push_back({label, start, seconds()});
    samples_.resize(samples_.size() + clip_ / 2);
  }

  void add_background(const std::vector<std::int16_t>& background) {
    for (std::size_t i = 0; i < samples_.size(); ++i) {
      samples_[i] = saturated(samples_[i] + background[i % background.size()] / quieter);
    }
  }

  double seconds() const {
    return static_cast<double>(samples_.size()) / static_cast<double>(rate_);
  }
  const std::vector<std::int16_t>& samples() const { return samples_; }
  const std::vector<Stretch>& truth() const { return truth_; }

 private:
  std::size_t clip_;
  std::int32_t rate_;
  std::vector<std::int16_t> samples_;
  std::vector<Stretch> truth_;
};

// Sound, and what is in it.
struct KnownSound {
  std::string origin;
  std::vector<std::int16_t> samples;
  std::vector<Stretch> truth;
};

Result<KnownSound> join_test_clips(const project::Trained& trained, const project::Project& project,
                                   const data::Dataset& dataset) {
  const data::ClipReader reader(project);
  Stream stream(static_cast<std::size_t>(trained.clip_samples), trained.signal.sample_rate_hz);
  for (std::size_t label = 0; label < trained.labels.size(); ++label) {
    const std::string& name = trained.labels[label];
    const bool event = name != trained.unknown && name != trained.silence;
    const data::Clip* clip = event ? first_test_clip(dataset, name) : nullptr;
    if (clip == nullptr || stream.truth().size() == most_words) continue;
    SENGI_TRY(word, reader.read(*clip));
    stream.add(label, word);
  }
  if (stream.truth().empty()) return Error{"no clip of an event is on the test side of the split"};
  const data::Clip* quiet = first_test_clip(dataset, trained.silence);
  if (quiet != nullptr) {
    SENGI_TRY(background, reader.read(*quiet));
    stream.add_background(background);
  }
  const std::string origin =
      fmt::format("{} of the test split, each of another label{}",
                  counted(stream.truth().size(), "clip"), quiet ? ", on quiet background" : "");
  return KnownSound{origin, stream.samples(), stream.truth()};
}

Result<KnownSound> known_sound(const project::Trained& trained, const project::Project& project,
                               const data::Dataset& dataset) {
  const fs::path recording = project.folder / "recordings" / "stream.wav";
  const fs::path track = project.folder / "recordings" / "stream.txt";
  std::error_code ignored;
  if (!fs::exists(recording, ignored) || !fs::exists(track, ignored)) {
    return join_test_clips(trained, project, dataset);
  }
  SENGI_TRY(audio, data::read_audio(recording, trained.signal.sample_rate_hz));
  SENGI_TRY(truth, read_label_track(track, trained.labels));
  std::erase_if(truth, [&](const Stretch& one) {
    const std::string& label = trained.labels[one.label];
    return label == trained.unknown || label == trained.silence;
  });
  return KnownSound{"A recording strewn with words", std::move(audio.samples), std::move(truth)};
}

// Scores averaged as the detector averages them, as probabilities.
std::vector<std::vector<double>> averaged(const std::vector<Scores>& scores,
                                          const Pipeline& pipeline, std::size_t steps) {
  std::vector<std::vector<double>> rows;
  for (std::size_t i = 0; i < scores.size(); ++i) {
    const std::size_t from = i + 1 < steps ? 0 : i + 1 - steps;
    std::vector<double> row(scores[i].size());
    for (std::size_t label = 0; label < row.size(); ++label) {
      for (std::size_t at = from; at <= i; ++at)
        row[label] += pipeline.probability(scores[at][label]);
      row[label] /= static_cast<double>(i + 1 - from);
    }
    rows.push_back(row);
  }
  return rows;
}

// What begins within the part that is shown.
std::vector<Stretch> shown(const std::vector<Stretch>& all, double until_s) {
  std::vector<Stretch> some;
  for (const Stretch& one : all) {
    if (one.start_s < until_s) some.push_back(one);
  }
  return some;
}

Result<Stretch> label_line(const std::string& line, const std::vector<std::string>& labels) {
  std::istringstream fields(line);
  Stretch stretch;
  std::string label;
  if (!(fields >> stretch.start_s >> stretch.end_s) || !std::getline(fields >> std::ws, label)) {
    return Error{"is not \"start<TAB>end<TAB>label\""};
  }
  const auto found = std::find(labels.begin(), labels.end(), label);
  stretch.label = static_cast<std::size_t>(found - labels.begin());
  return stretch;
}

}  // namespace

Result<std::vector<Stretch>> read_label_track(const fs::path& path,
                                              const std::vector<std::string>& labels) {
  SENGI_TRY(text, read_text(path));
  std::istringstream lines(text);
  std::vector<Stretch> track;
  std::size_t number = 0;
  for (std::string line; std::getline(lines, line);) {
    ++number;
    // A backslash starts a line of frequencies, which Audacity adds to spectral selections.
    if (line.find_first_not_of(" \t\r") == std::string::npos || line.starts_with('\\')) continue;
    if (line.back() == '\r') line.pop_back();
    const auto stretch = label_line(line, labels);
    if (!stretch) {
      return Error{fmt::format("{}:{}: {}", path.string(), number, stretch.error().message)};
    }
    if (stretch.value().label < labels.size()) track.push_back(stretch.value());
  }
  return track;
}

Result<Example> listen_to_known_sound(const Pipeline& pipeline, const project::Project& project,
                                      const data::Dataset& dataset) {
  const project::Trained& trained = pipeline.trained();
  if (trained.sense() != project::Sense::audio) return Error{"there is no sound to listen to"};
  SENGI_TRY(sound, known_sound(trained, project, dataset));
  SENGI_TRY(board, emulate::load_board("host"));
  SENGI_TRY(program, emulate::build_device_program(trained, pipeline.graph(), board,
                                                   project.out() / "build" / "host"));
  SENGI_TRY(listening, emulate::listen(program, trained, sound.samples, {}));
  std::vector<Stretch> heard;
  for (const emulate::Detection& one : listening.detections) {
    heard.push_back({static_cast<std::size_t>(one.label), one.start_s, one.end_s, one.confidence});
  }
  const auto rate = static_cast<double>(trained.signal.sample_rate_hz);
  const double whole_s = static_cast<double>(sound.samples.size()) / rate;

  Example example;
  example.origin = sound.origin;
  example.duration_s = std::min(shown_s, whole_s);
  const auto samples = static_cast<std::size_t>(example.duration_s * rate);
  example.envelope = envelope(std::span(sound.samples).first(samples), drawn_columns);
  example.truth = shown(sound.truth, example.duration_s);
  example.heard = shown(heard, example.duration_s);
  const signal::FrontEndSpec& spec = trained.signal;
  const double hop_s = spec.hop_samples / rate;
  // As the device's listener counts them: see sengi/listen/listener.h.
  const std::int32_t first_column = (spec.window_samples + spec.hop_samples - 1) / spec.hop_samples;
  example.first_s = hop_s * (first_column + trained.columns - 1);
  example.step_s = hop_s * project::hops_in(trained.detect.stride_ms, spec);
  const std::int32_t steps = std::max(1, trained.detect.smoothing_ms / trained.detect.stride_ms);
  example.scores = averaged(listening.scores, pipeline, static_cast<std::size_t>(steps));
  const double drawn_steps = (example.duration_s - example.first_s) / example.step_s;
  const auto most = static_cast<std::size_t>(std::max(0.0, drawn_steps));
  if (example.scores.size() > most) example.scores.resize(most);
  example.whole = count(judge(sound.truth, heard), whole_s);
  return example;
}

}  // namespace sengi::evaluate
