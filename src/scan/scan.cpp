// SPDX-License-Identifier: Apache-2.0
#include "scan/scan.h"

#include <fmt/format.h>

#include <algorithm>
#include <memory>
#include <optional>
#include <thread>

#include "base/progress.h"
#include "compile/listener_writer.h"
#include "data/audio_stream.h"
#include "scan/recognize_commands.h"
#include "sengi/detect/detector.h"
#include "sengi/signal/front_end.h"
#include "signal/extractor.h"

namespace sengi::scan {
namespace {

using project::Trained;
using Scores = std::vector<std::int8_t>;

std::int64_t hops_of_first_column(const signal::FrontEndSpec& spec) {
  return (spec.window_samples + spec.hop_samples - 1) / spec.hop_samples;
}

// What comes of scores, one run of the network after the other.
class Decider {
 public:
  virtual ~Decider() = default;
  virtual void push(const Scores& scores) = 0;
  virtual std::vector<events::Event> finish() = 0;
};

class DeviceDecider : public Decider {
 public:
  DeviceDecider(const Trained& trained, const detect::DetectorSpec& spec)
      : trained_(&trained),
        spec_(spec),
        memory_(detect::Detector::memory_words(spec)),
        is_event_(std::make_unique<bool[]>(trained.labels.size())) {
    for (std::size_t i = 0; i < trained.labels.size(); ++i) {
      is_event_[i] = trained.labels[i] != trained.unknown && trained.labels[i] != trained.silence;
    }
    detector_.emplace(spec_, is_event_.get(), memory_);
  }
  void push(const Scores& scores) override { detector_->push(scores.data(), *this); }
  std::vector<events::Event> finish() override {
    detector_->finish(*this);
    return std::move(events_);
  }

  // Of the detector.
  void began(std::int32_t, std::uint32_t) {}
  void ended(const detect::Event& event) {
    events_.push_back({seconds_at(event.start_step), seconds_at(event.end_step),
                       trained_->labels[static_cast<std::size_t>(event.label)],
                       event.peak / 256.0});
  }

 private:
  // As Listener::hops_at() of sengi/listen/listener.h.
  double seconds_at(std::uint32_t step) const {
    const signal::FrontEndSpec& spec = trained_->signal;
    const std::int64_t stride = project::hops_in(trained_->detect.stride_ms, spec);
    const std::int64_t hops = hops_of_first_column(spec) + trained_->columns - 1 + step * stride;
    const double hop_s = static_cast<double>(spec.hop_samples) / spec.sample_rate_hz;
    return static_cast<double>(hops) * hop_s;
  }

  const Trained* trained_;
  detect::DetectorSpec spec_;
  std::vector<std::int32_t> memory_;
  std::unique_ptr<bool[]> is_event_;
  std::optional<detect::Detector> detector_;
  std::vector<events::Event> events_;
};

class TensorflowDecider : public Decider {
 public:
  TensorflowDecider(const evaluate::Pipeline& pipeline, const CommandRule& rule)
      : pipeline_(&pipeline), commands_(rule, silence_of(pipeline.trained())) {}
  void push(const Scores& scores) override {
    const Trained& trained = pipeline_->trained();
    std::vector<double> probabilities;
    for (const std::int8_t score : scores) probabilities.push_back(pipeline_->probability(score));
    const double step_s = static_cast<double>(trained.signal.hop_samples) /
                          trained.signal.sample_rate_hz *
                          project::hops_in(trained.detect.stride_ms, trained.signal);
    const double time_s = static_cast<double>(step_++) * step_s;
    const auto command = commands_.push(1000 * time_s, std::move(probabilities));
    if (!command) return;
    const std::string& label = trained.labels[command->label];
    if (label == trained.unknown || label == trained.silence) return;
    events_.push_back({time_s, time_s, label, command->score});
  }
  std::vector<events::Event> finish() override { return std::move(events_); }

 private:
  static std::size_t silence_of(const Trained& trained) {
    const auto at = std::ranges::find(trained.labels, trained.silence);
    return static_cast<std::size_t>(at - trained.labels.begin());
  }

  const evaluate::Pipeline* pipeline_;
  RecognizeCommands commands_;
  std::uint64_t step_ = 0;
  std::vector<events::Event> events_;
};

// Columns of a recording from one on; what no window needs any more is let go.
class Columns {
 public:
  Columns(const signal::OwnedTables& tables, std::size_t size)
      : view_(signal::view(tables)),
        memory_(signal::FrontEnd::memory_words(tables.spec)),
        front_end_(view_, memory_),
        column_(size),
        hop_(static_cast<std::size_t>(tables.spec.hop_samples)) {}

  void push(std::span<const std::int16_t> samples) {
    rest_.insert(rest_.end(), samples.begin(), samples.end());
    std::size_t at = 0;
    for (; at + hop_ <= rest_.size(); at += hop_) {
      if (!front_end_.push(rest_.data() + at, column_.data())) continue;
      columns_.insert(columns_.end(), column_.begin(), column_.end());
    }
    rest_.erase(rest_.begin(), rest_.begin() + static_cast<std::ptrdiff_t>(at));
  }
  std::int64_t end() const {
    return first_ + static_cast<std::int64_t>(columns_.size() / column_.size());
  }
  std::span<const std::int8_t> from(std::int64_t column, std::int64_t count) const {
    return std::span(columns_).subspan(static_cast<std::size_t>(column - first_) * column_.size(),
                                       static_cast<std::size_t>(count) * column_.size());
  }
  void forget_before(std::int64_t column) {
    const std::int64_t until = std::min(column, end());
    if (until <= first_) return;
    columns_.erase(columns_.begin(), columns_.begin() + (until - first_) * size());
    first_ = until;
  }

 private:
  std::ptrdiff_t size() const { return static_cast<std::ptrdiff_t>(column_.size()); }

  signal::FrontEndTables view_;
  std::vector<std::int32_t> memory_;
  signal::FrontEnd front_end_;
  std::vector<std::int8_t> column_;
  std::size_t hop_;
  std::vector<std::int16_t> rest_;
  std::vector<std::int8_t> columns_;
  std::int64_t first_ = 0;
};

// Runs of the network side by side, each thread a stretch of them. Where it remembers, by one.
class Runs {
 public:
  static Result<Runs> make(const model::Graph& graph, std::size_t threads, Speed speed) {
    Runs runs;
    for (std::size_t i = 0; i < std::max<std::size_t>(1, threads); ++i) {
      SENGI_TRY(network, SlidingNetwork::make(graph, speed));
      runs.networks_.push_back(std::move(network));
      if (runs.networks_[0].remembers()) break;
    }
    return runs;
  }

  // Of the windows at first, first + stride ... `count` of them.
  std::vector<Scores> score(const Columns& columns, std::int64_t first, std::int64_t stride,
                            std::int64_t width, std::size_t count) {
    std::vector<Scores> scores(count);
    const std::size_t parts = networks_.size();
    const auto work = [&](std::size_t part) {
      for (std::size_t i = count * part / parts; i < count * (part + 1) / parts; ++i) {
        const std::int64_t at = first + static_cast<std::int64_t>(i) * stride;
        scores[i] = networks_[part].score(columns.from(at, width), at);
      }
    };
    std::vector<std::jthread> others;
    for (std::size_t part = 1; part < parts; ++part) others.emplace_back(work, part);
    work(0);
    return scores;
  }

 private:
  std::vector<SlidingNetwork> networks_;
};

Result<std::unique_ptr<Decider>> decider_for(const evaluate::Pipeline& pipeline,
                                             const ScanOptions& options) {
  if (options.rule == Rule::tensorflow) {
    return std::unique_ptr<Decider>(std::make_unique<TensorflowDecider>(
        pipeline, CommandRule{options.average_ms, options.suppression_ms, options.minimum_count,
                              options.threshold}));
  }
  SENGI_TRY(spec, compile::detector_of(pipeline.trained()));
  return std::unique_ptr<Decider>(std::make_unique<DeviceDecider>(pipeline.trained(), spec));
}

}  // namespace

Result<Scanner> Scanner::make(const evaluate::Pipeline& pipeline, const ScanOptions& options) {
  const Trained& trained = pipeline.trained();
  if (trained.sense() != project::Sense::audio) {
    return Error{
        fmt::format("{}: a project of kind \"{}\" does not listen to recordings of sound; "
                    "sengi scan is for kind \"keyword\"",
                    trained.name, trained.kind)};
  }
  SENGI_CHECK(decider_for(pipeline, options));
  return Scanner(pipeline, options);
}

Result<Heard> Scanner::scan(const std::filesystem::path& recording, std::size_t threads,
                            const std::function<void(double)>& advanced) const {
  const Trained& trained = pipeline_->trained();
  const std::int32_t rate = trained.signal.sample_rate_hz;
  SENGI_TRY(stream, data::AudioStream::open(recording, rate));
  SENGI_TRY(extractor, signal::Extractor::make(trained.features(), {trained.feature_offset,
                                                                    trained.feature_multiplier}));
  SENGI_TRY(runs, Runs::make(pipeline_->graph(), threads, options_.speed));
  SENGI_TRY(decider, decider_for(*pipeline_, options_));
  Columns columns(*extractor.audio(), static_cast<std::size_t>(trained.signal.column_size()));
  const std::int64_t stride = project::hops_in(trained.detect.stride_ms, trained.signal);
  const std::int64_t width = trained.columns;
  Heard heard;
  bool stopped = false;
  std::int64_t next = 0;  // column at which the next window begins
  // Runs that there are columns for.
  const auto due = [&] {
    const std::int64_t spare = columns.end() - next - width;
    return spare < 0 ? std::size_t{0} : static_cast<std::size_t>(spare / stride + 1);
  };
  const auto run = [&](std::size_t count) {
    for (const Scores& scores : runs.score(columns, next, stride, width, count)) {
      decider->push(scores);
      if (options_.scored) stopped |= !options_.scored(scores);
    }
    heard.runs += count;
    next += static_cast<std::int64_t>(count) * stride;
    columns.forget_before(next);
  };
  while (true) {
    if (stopped || interrupted())
      return Error{"interrupted; what is found stands, and the next run goes on"};
    SENGI_TRY(block, stream.read());
    if (block.empty()) break;
    columns.push(block);
    while (due() >= options_.block_runs) run(options_.block_runs);
    if (advanced) advanced(static_cast<double>(block.size()) / rate);
  }
  run(due());
  heard.length_s = static_cast<double>(stream.info().frames) / stream.info().sample_rate_hz;
  heard.events = decider->finish();
  std::ranges::stable_sort(heard.events, {}, &events::Event::start_s);
  return heard;
}

}  // namespace sengi::scan
