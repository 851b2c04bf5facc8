// SPDX-License-Identifier: Apache-2.0
#include "train/record.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <chrono>
#include <nlohmann/json.hpp>
#include <system_error>

#include "base/files.h"
#include "base/hash.h"
#include "project/trained.h"

namespace sengi::train {
namespace {

using Json = nlohmann::ordered_json;

// Raised whenever the same settings and recordings would give a different network.
constexpr int method_version = 2;

Json to_json(const Accuracy& accuracy) {
  return {{"accuracy", accuracy.share()}, {"correct", accuracy.correct}, {"count", accuracy.count}};
}

Json to_json(const SplitAccuracy& accuracy) {
  return {{"validation", to_json(accuracy.validation)}, {"test", to_json(accuracy.test)}};
}

Json to_json(const EpochRecord& epoch) {
  return {{"phase", name_of(epoch.phase)},
          {"epoch", epoch.epoch},
          {"learning_rate", epoch.learning_rate},
          {"train_loss", epoch.train_loss},
          {"train_accuracy", epoch.train_accuracy},
          {"validation_loss", epoch.validation_loss},
          {"validation_accuracy", epoch.validation_accuracy},
          {"seconds", epoch.seconds}};
}

// CO2 of an energy by a grid, into a record.
void add_co2(Json& json, double low_kwh, double high_kwh, const Grid& grid) {
  constexpr double kg_of_g = 1e-3;
  json["co2_kg_low"] = low_kwh * grid.g_per_kwh * kg_of_g;
  json["co2_kg_high"] = high_kwh * grid.g_per_kwh * kg_of_g;
  json["co2_method"] = "modelled: " + grid.words();
  json["grid"] = {{"code", grid.code},
                  {"name", grid.name},
                  {"g_per_kwh", grid.g_per_kwh},
                  {"year", grid.year},
                  {"source", grid.source()}};
}

std::string text_of(const Json& json) {
  return json.dump(2, ' ', /*ensure_ascii=*/false, Json::error_handler_t::replace) + '\n';
}

void add_data(std::string& text, const project::DataConfig& c) {
  text += fmt::format("data {} {} {} {} {} {} {} {} {}\n", c.path, c.manifest, c.group, c.unknown,
                      c.silence, c.clip_ms, c.validation_percent, c.test_percent, c.seed);
  if (c.group_span > 0) text += fmt::format("span {}\n", c.group_span);
  for (const std::string& label : c.labels) text += fmt::format("label {}\n", label);
}

void add_signal(std::string& text, const signal::FrontEndSpec& s) {
  text += fmt::format("signal {} {} {} {} {} {} {} {} {}\n", s.sample_rate_hz, s.window_samples,
                      s.hop_samples, s.fft_size, s.mel_channels, s.low_hz, s.high_hz,
                      static_cast<int>(s.feature), s.coefficients);
  if (s.decimate > 1) text += fmt::format("decimate {}\n", s.decimate);
}

void add_signal(std::string& text, const project::Project& p) {
  const project::SeriesConfig& s = p.series;
  switch (p.sense()) {
    case project::Sense::audio:
      return add_signal(text, p.signal);
    case project::Sense::series:
      text += fmt::format("{} {} {} {} {} {} {} {} {} {} {} {} {}\n", p.kind, p.data.table,
                          p.data.clip_hop_ms, p.data.blank_is_zero, p.data.normal, s.sample_rate_hz,
                          s.spec.rows, s.spec.axes, static_cast<int>(s.spec.feature),
                          s.spec.segments, s.spec.bands, s.spec.vectors, fmt::join(s.columns, ","));
      text += fmt::format("low {} high {}\n", fmt::join(s.low, " "), fmt::join(s.high, " "));
      return;
    case project::Sense::image:
      text += fmt::format("{} {} {} {} {} {}\n", p.kind, p.image.frame_width, p.image.frame_height,
                          p.image.channels, p.image.width, p.image.height);
      return;
  }
}

void add_augmentation(std::string& text, const project::Project& p) {
  const project::AugmentConfig& a = p.train.augment;
  const project::SeriesAugmentConfig& s = p.train.series_augment;
  const project::ImageAugmentConfig& i = p.train.image_augment;
  switch (p.sense()) {
    case project::Sense::audio:
      text += fmt::format("augment {} {} {} {} {} {} {} {} {} {} {}\n", a.shift_ms, a.gain_db,
                          a.speed_percent, a.vocal_tract_percent, a.noise_probability, a.snr_db_min,
                          a.snr_db_max, a.time_masks, a.time_mask_columns, a.frequency_masks,
                          a.frequency_mask_channels);
      return;
    case project::Sense::series:
      text += fmt::format("augment {} {} {} {} {} {}\n", s.shift_percent, s.speed_percent,
                          s.gain_percent, s.jitter_percent, s.rotate_degrees, s.axis_dropout);
      return;
    case project::Sense::image:
      text +=
          fmt::format("augment {} {} {} {} {} {} {} {} {} {}\n", i.flip_horizontal, i.flip_vertical,
                      i.rotate_degrees, i.shift_percent, i.zoom_percent, i.brightness_percent,
                      i.contrast_percent, i.saturation_percent, i.hue_degrees, i.erase_probability);
      return;
  }
}

void add_training(std::string& text, const project::ModelConfig& m, const project::TrainConfig& t) {
  text +=
      fmt::format("model {} {} {} {}\n", m.architecture, m.channels, m.blocks, m.kernel_columns);
  if (m.architecture == "random-forest" || m.architecture == "boosted-trees") {
    text += fmt::format("trees {} {}\n", m.trees, m.depth);
  }
  text += fmt::format("train {} {} {} {} {} {} {} {} {} {} {}\n", t.epochs, t.batch,
                      t.learning_rate, t.weight_decay, t.dropout, t.label_smoothing,
                      t.weight_averaging, t.patience, t.quantize_epochs, t.threads, t.seed);
}

void add_clip(std::string& text, const data::Clip& clip) {
  std::error_code error;
  const auto bytes = std::filesystem::file_size(clip.path, error);
  const auto changed = std::filesystem::last_write_time(clip.path, error).time_since_epoch();
  text += fmt::format("clip {} {} {} {} {} {} {}\n", clip.path.string(), clip.label,
                      data::name_of(clip.split), clip.start_s, clip.end_s, bytes,
                      std::chrono::duration_cast<std::chrono::milliseconds>(changed).count());
}

}  // namespace

std::string to_json(const Record& r) {
  Json json = {
      {"key", r.key},
      {"complete", r.complete},
      {"best_float_epoch", r.best_float_epoch},
      {"float", to_json(r.float_accuracy)},
      {"int8", to_json(r.int8_accuracy)},
      {"labels", r.labels},
      {"clips",
       {{"train", r.clips_train}, {"validation", r.clips_validation}, {"test", r.clips_test}}},
      {"groups",
       {{"train", r.groups_train}, {"validation", r.groups_validation}, {"test", r.groups_test}}},
      {"examples_learned", r.examples_learned},
      {"parameters", r.parameters},
      {"macs", r.macs},
      {"operations", r.operations},
      {"wall_s", r.wall_s},
      {"processor_s", r.processor_s},
      {"energy_kwh_low", r.energy.low_kwh},
      {"energy_kwh_high", r.energy.high_kwh},
      {"energy_measured", r.energy.measured},
      {"energy_method", r.energy.method},
      {"threads", r.threads},
      {"library", r.library},
      {"machine", r.machine}};
  add_co2(json, r.energy.low_kwh, r.energy.high_kwh, r.grid);
  json["epochs"] = Json::array();
  for (const EpochRecord& epoch : r.epochs) json["epochs"].push_back(to_json(epoch));
  return text_of(json);
}

Result<std::string> with_grid(const std::string& record, const Grid& grid) {
  Json json = Json::parse(record, nullptr, /*allow_exceptions=*/false);
  try {
    add_co2(json, json.at("energy_kwh_low"), json.at("energy_kwh_high"), grid);
  } catch (const Json::exception&) {
    return Error{"training.json is not of this version of sengi; train again with --force"};
  }
  return text_of(json);
}

std::filesystem::path record_path(const project::Project& project) {
  return project.out() / "training.json";
}

std::string training_key(const project::Project& project, const data::Dataset& dataset) {
  std::string text = fmt::format("method {}\n", method_version);
  add_data(text, project.data);
  add_signal(text, project);
  add_training(text, project.model, project.train);
  add_augmentation(text, project);
  for (const data::Clip& clip : dataset.clips) add_clip(text, clip);
  return sha256(text);
}

bool up_to_date(const project::Project& project, const std::string& key) {
  const Result<std::string> text = read_text(record_path(project));
  if (!text.ok()) return false;
  const Json json = Json::parse(text.value(), nullptr, /*allow_exceptions=*/false);
  if (!json.is_object() || json.value("key", Json()) != key) return false;
  return json.value("complete", Json()) == true && project::load_trained(project).ok();
}

}  // namespace sengi::train
