// SPDX-License-Identifier: Apache-2.0
#include "view/shown.h"

#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "events/tables.h"
#include "view/transcript.h"

namespace sengi::view {
namespace fs = std::filesystem;
namespace {

using Json = nlohmann::ordered_json;

std::string text_of(const Json& json) {
  return json.dump(-1, ' ', false, Json::error_handler_t::replace) + "\n";
}

}  // namespace

const std::vector<int>& Shown::fft_sizes() {
  static const std::vector<int> sizes = {256, 512, 1024, 2048};
  return sizes;
}

// About 25 ms, as far as there is such a size.
int Shown::usual_fft_size() const {
  int size = fft_sizes().front();
  while (size < fft_sizes().back() && size < recording_.rate() / 40) size *= 2;
  return size;
}

Result<std::unique_ptr<Shown>> Shown::open(const ShowOptions& options) {
  SENGI_TRY(recording, Recording::open(options.recording));
  SENGI_TRY(labels, LabelFile::open(options.labels, recording.path(), recording.length_s()));
  std::unique_ptr<Shown> shown(new Shown(std::move(recording), std::move(labels)));
  shown->cache_ = options.cache;
  shown->matching_ = options.matching;
  if (!options.transcript.empty()) {
    SENGI_TRY(transcript, read_transcript(options.transcript));
    shown->transcript_ = std::move(transcript);
  }
  if (!options.found.empty()) {
    SENGI_TRY(found,
              events::read_events(options.found, events::recording_name(options.recording), {}));
    shown->found_ = std::move(found);
    shown->has_found_ = true;
  }
  std::vector<evaluate::Pipeline> pipelines;
  std::vector<std::string> names;
  for (const fs::path& path : options.projects) {
    SENGI_TRY(project, project::load_project(path));
    SENGI_TRY(pipeline, evaluate::Pipeline::load(project));
    std::string name = pipeline.trained().name;
    if (!names.empty() && name == names.front()) name += fmt::format(" ({})", path.string());
    names.push_back(std::move(name));
    pipelines.push_back(std::move(pipeline));
  }
  // What the page shows first, before networks take the cores.
  shown->overview(shown->usual_fft_size());
  for (std::size_t i = 0; i < pipelines.size(); ++i) {
    SENGI_TRY(scores,
              Scores::begin(shown->recording_, names[i], std::move(pipelines[i]), options.cache));
    shown->models_.push_back(std::move(scores));
  }
  return shown;
}

Overview& Shown::overview(int fft_size) {
  const std::lock_guard lock(overviews_mutex_);
  auto& one = overviews_[fft_size];
  if (!one) one = std::make_unique<Overview>(recording_, fft_size, cache_);
  return *one;
}

std::string Shown::state() const {
  const Levels levels = levels_of(recording_.frames(), usual_fft_size());
  Json models = Json::array();
  for (const auto& model : models_) models.push_back(Json::parse(model->facts()));
  Json found;
  if (has_found_) {
    found = Json::array();
    for (const events::Event& event : found_) {
      found.push_back({{"start_s", event.start_s},
                       {"end_s", event.end_s},
                       {"label", event.label},
                       {"confidence", event.confidence}});
    }
  }
  return text_of(
      {{"recording",
        {{"name", recording_.name()},
         {"rate", recording_.rate()},
         {"frames", recording_.frames()},
         {"channels", recording_.info().channels},
         {"format", recording_.info().format}}},
       {"levels", {{"top", levels.top}}},
       {"fft_sizes", fft_sizes()},
       {"fft_size", usual_fft_size()},
       {"lowest_db", lowest_db},
       {"models", std::move(models)},
       {"found", std::move(found)},
       {"transcript", Json::parse(transcript_)},
       {"matching",
        {{"rule", events::name_of(matching_.rule)}, {"tolerance_s", matching_.tolerance_s}}}});
}

std::string Shown::progress() const {
  Json overviews = Json::object();
  {
    const std::lock_guard lock(overviews_mutex_);
    for (const auto& [size, one] : overviews_) {
      overviews[std::to_string(size)] = {
          {"frames", one->frames_done()}, {"over", one->over()}, {"fault", one->fault()}};
    }
  }
  Json models = Json::array();
  for (const auto& model : models_) {
    models.push_back(
        {{"steps", model->steps_done()}, {"over", model->over()}, {"fault", model->fault()}});
  }
  return text_of({{"overviews", std::move(overviews)}, {"models", std::move(models)}});
}

std::string Shown::labels() const {
  const std::lock_guard lock(labels_mutex_);
  return labels_.to_json();
}

Result<void> Shown::replace_labels(std::string_view json) {
  const std::lock_guard lock(labels_mutex_);
  return labels_.replace(json);
}

}  // namespace sengi::view
