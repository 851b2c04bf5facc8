// SPDX-License-Identifier: Apache-2.0
#include "view/scores.h"

#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "base/files.h"
#include "base/hash.h"
#include "compile/listener_writer.h"
#include "scan/scan.h"

namespace sengi::view {
namespace {

using Json = nlohmann::ordered_json;

constexpr std::size_t digest_bytes = 64;

}  // namespace

Result<std::unique_ptr<Scores>> Scores::begin(const Recording& recording, std::string name,
                                              evaluate::Pipeline pipeline,
                                              const std::filesystem::path& cache) {
  SENGI_CHECK(scan::Scanner::make(pipeline, {}));
  std::unique_ptr<Scores> scores(new Scores(recording, std::move(name), std::move(pipeline)));
  if (!cache.empty()) {
    SENGI_TRY(key, recording.key());
    const project::Trained& trained = scores->pipeline_.trained();
    scores->file_ =
        cache / fmt::format("{}.{}.scores", key.substr(0, 32),
                            sha256(fmt::format("{} {} {}", trained.model_sha256,
                                               trained.config_sha256, trained.detect.stride_ms))
                                .substr(0, 16));
  }
  Scores* self = scores.get();
  scores->thread_ = std::thread([self] { self->make(); });
  return scores;
}

Scores::~Scores() {
  stop_ = true;
  if (thread_.joinable()) thread_.join();
}

std::size_t Scores::labels() const { return pipeline_.trained().labels.size(); }

std::size_t Scores::steps_done() const {
  const std::lock_guard lock(mutex_);
  return scores_.size() / labels();
}

std::string Scores::fault() const {
  const std::lock_guard lock(mutex_);
  return fault_;
}

void Scores::wait() { over_.wait(false); }

std::string Scores::facts() const {
  const project::Trained& trained = pipeline_.trained();
  const signal::FrontEndSpec& spec = trained.signal;
  const double hop_s = static_cast<double>(spec.hop_samples) / spec.sample_rate_hz;
  const std::int64_t stride = project::hops_in(trained.detect.stride_ms, spec);
  const std::int64_t first = (spec.window_samples + spec.hop_samples - 1) / spec.hop_samples;
  const auto detector = compile::detector_of(trained);
  Json events = Json::array();
  for (const std::string& label : trained.labels) {
    events.push_back(label != trained.unknown && label != trained.silence);
  }
  Json json{{"name", name_},
            {"labels", trained.labels},
            {"events", std::move(events)},
            {"step_s", static_cast<double>(stride) * hop_s},
            {"first_s", static_cast<double>(first + trained.columns - 1) * hop_s},
            {"window_s", static_cast<double>(trained.clip_samples) / spec.sample_rate_hz},
            {"low_hz", spec.low_hz},
            {"high_hz", spec.high_hz}};
  if (detector.ok()) {
    json["smoothing_steps"] = detector.value().smoothing_steps;
    json["refractory_steps"] = detector.value().refractory_steps;
    json["threshold"] = detector.value().threshold;
    json["release"] = detector.value().release;
  }
  return json.dump(-1, ' ', false, Json::error_handler_t::replace);
}

std::vector<std::uint8_t> Scores::from(std::size_t step, std::size_t count) const {
  const std::lock_guard lock(mutex_);
  const std::size_t all = scores_.size() / labels();
  step = std::min(step, all);
  count = std::min(count, all - step);
  const auto begin = scores_.begin() + static_cast<std::ptrdiff_t>(step * labels());
  return {begin, begin + static_cast<std::ptrdiff_t>(count * labels())};
}

void Scores::make() {
  if (!load()) {
    scan::ScanOptions options;
    options.scored = [this](std::span<const std::int8_t> scores) {
      const std::lock_guard lock(mutex_);
      for (const std::int8_t score : scores) {
        scores_.push_back(static_cast<std::uint8_t>(score + 128));
      }
      return !stop_.load();
    };
    const auto scanner = scan::Scanner::make(pipeline_, options);
    // One thread: the other cores draw what the page asks for.
    const auto heard = scanner.value().scan(recording_->path(), 1);
    if (!heard.ok()) {
      const std::lock_guard lock(mutex_);
      fault_ = heard.error().message;
    } else {
      save();
    }
  }
  over_ = true;
  over_.notify_all();
}

bool Scores::load() {
  if (file_.empty()) return false;
  auto text = read_text(file_);
  if (!text.ok() || text.value().size() < digest_bytes) return false;
  const std::size_t size = text.value().size() - digest_bytes;
  const std::string_view body = std::string_view(text.value()).substr(0, size);
  if (size % labels() != 0 || sha256(body) != std::string_view(text.value()).substr(size))
    return false;
  const std::lock_guard lock(mutex_);
  scores_.assign(body.begin(), body.end());
  return true;
}

void Scores::save() {
  if (file_.empty()) return;
  std::string text(scores_.begin(), scores_.end());
  text += sha256(text);
  static_cast<void>(write_text(file_, text).ok());
}

}  // namespace sengi::view
