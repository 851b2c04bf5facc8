// SPDX-License-Identifier: Apache-2.0
#include "project/trained.h"

#include <fmt/format.h>

#include <algorithm>
#include <limits>
#include <nlohmann/json.hpp>
#include <set>

#include "base/files.h"
#include "base/hash.h"
#include "base/text.h"
#include "signal/extractor.h"
#include "signal/feature_names.h"
#include "signal/spec_check.h"

namespace sengi::project {
namespace fs = std::filesystem;
namespace {

using Json = nlohmann::ordered_json;

// Raised when what the file holds changes its meaning.
constexpr std::int32_t format_version = 2;
// Of front ends that decimate, so that programs which know nothing of that refuse the file.
constexpr std::int32_t decimated_version = 3;

Json to_json(const signal::FrontEndSpec& spec) {
  Json json = {{"sample_rate_hz", spec.sample_rate_hz}};
  if (spec.decimate > 1) json["decimate"] = spec.decimate;
  json["window_samples"] = spec.window_samples;
  json["hop_samples"] = spec.hop_samples;
  json["fft_size"] = spec.fft_size;
  json["mel_channels"] = spec.mel_channels;
  json["low_hz"] = spec.low_hz;
  json["high_hz"] = spec.high_hz;
  json["feature"] = signal::name_of(spec.feature);
  json["coefficients"] = spec.coefficients;
  return json;
}

Json to_json(const SeriesConfig& series) {
  return {{"columns", series.columns},
          {"sample_rate_hz", series.sample_rate_hz},
          {"low", series.low},
          {"high", series.high},
          {"rows", series.spec.rows},
          {"axes", series.spec.axes},
          {"feature", signal::name_of(series.spec.feature)},
          {"segments", series.spec.segments},
          {"bands", series.spec.bands},
          {"vectors", series.spec.vectors}};
}

Json to_json(const signal::ImageSpec& image) {
  return {{"frame_width", image.frame_width},
          {"frame_height", image.frame_height},
          {"channels", image.channels},
          {"width", image.width},
          {"height", image.height}};
}

Json signal_json(const Trained& trained) {
  switch (trained.sense()) {
    case Sense::audio:
      break;
    case Sense::series:
      return to_json(trained.series);
    case Sense::image:
      return to_json(trained.image);
  }
  return to_json(trained.signal);
}

Json to_json(const Trained& trained) {
  const bool decimated = trained.sense() == Sense::audio && trained.signal.decimate > 1;
  return {{"format", decimated ? decimated_version : format_version},
          {"name", trained.name},
          {"kind", trained.kind},
          {"labels", trained.labels},
          {"unknown", trained.unknown},
          {"silence", trained.silence},
          {"signal", signal_json(trained)},
          {"feature_offset", trained.feature_offset},
          {"feature_multiplier", trained.feature_multiplier},
          {"columns", trained.columns},
          {"clip_samples", trained.clip_samples},
          {"config_sha256", trained.config_sha256},
          {"model_sha256", trained.model_sha256}};
}

// Reads the fields of one JSON object and keeps the first thing wrong with them.
class Fields {
 public:
  explicit Fields(const Json& object, std::string within = {})
      : object_(object), within_(std::move(within)) {
    if (!object.is_object()) complain(within_.empty() ? "the file" : within_, "an object");
  }

  void take(const char* name, std::string& to) {
    if (const Json* field = find(name)) read(*field, name, to);
  }
  void take(const char* name, std::int32_t& to) {
    if (const Json* field = find(name)) read(*field, name, to);
  }
  void take(const char* name, double& to) {
    if (const Json* field = find(name)) read(*field, name, to);
  }
  template <typename T>
  void take(const char* name, std::vector<T>& to) {
    const Json* field = find(name);
    if (field == nullptr) return;
    if (!field->is_array()) return complain(name, "a list");
    to.resize(field->size());
    for (std::size_t i = 0; i < to.size(); ++i) {
      read((*field)[i], fmt::format("{}[{}]", name, i), to[i]);
    }
  }

  // The fields of the object below `name`.
  template <typename Read>
  void within(const char* name, Read read) {
    const Json* field = find(name);
    if (field == nullptr) return;
    Fields inner(*field, path_of(name));
    if (inner.fault_.empty()) read(inner);
    if (fault_.empty()) fault_ = inner.fault_;
  }

  const std::string& fault() const { return fault_; }

 private:
  std::string path_of(const std::string& name) const {
    return within_.empty() ? name : within_ + "." + name;
  }

  const Json* find(const char* name) {
    if (!object_.is_object()) return nullptr;
    const auto at = object_.find(name);
    if (at != object_.end()) return &*at;
    if (fault_.empty()) fault_ = fmt::format("{} is missing", path_of(name));
    return nullptr;
  }

  void read(const Json& field, const std::string& name, std::string& to) {
    if (!field.is_string()) return complain(path_of(name), "text");
    to = field.get<std::string>();
  }

  void read(const Json& field, const std::string& name, std::int32_t& to) {
    using Limits = std::numeric_limits<std::int32_t>;
    // Numbers above the range of int64 are kept as unsigned: both ends are compared as they are.
    const bool fits =
        field.is_number_unsigned()
            ? field.get<std::uint64_t>() <= std::uint64_t{Limits::max()}
            : field.is_number_integer() && field.get<std::int64_t>() >= std::int64_t{Limits::min()};
    if (!fits) return complain(path_of(name), "a whole number of 32 bits");
    to = static_cast<std::int32_t>(field.get<std::int64_t>());
  }

  void read(const Json& field, const std::string& name, double& to) {
    if (!field.is_number()) return complain(path_of(name), "a number");
    to = field.get<double>();
  }

  void complain(const std::string& what, std::string_view expected) {
    if (fault_.empty()) fault_ = fmt::format("{} must be {}", what, expected);
  }

  const Json& object_;
  std::string within_;
  std::string fault_;
};

void take_spec(Fields& fields, SeriesConfig& series, std::string& feature) {
  fields.take("columns", series.columns);
  fields.take("sample_rate_hz", series.sample_rate_hz);
  fields.take("low", series.low);
  fields.take("high", series.high);
  fields.take("rows", series.spec.rows);
  fields.take("axes", series.spec.axes);
  fields.take("feature", feature);
  fields.take("segments", series.spec.segments);
  fields.take("bands", series.spec.bands);
  fields.take("vectors", series.spec.vectors);
}

void take_spec(Fields& fields, signal::ImageSpec& image) {
  fields.take("frame_width", image.frame_width);
  fields.take("frame_height", image.frame_height);
  fields.take("channels", image.channels);
  fields.take("width", image.width);
  fields.take("height", image.height);
}

void take_spec(Fields& fields, signal::FrontEndSpec& spec, bool decimated, std::string& feature) {
  fields.take("sample_rate_hz", spec.sample_rate_hz);
  if (decimated) fields.take("decimate", spec.decimate);
  fields.take("window_samples", spec.window_samples);
  fields.take("hop_samples", spec.hop_samples);
  fields.take("fft_size", spec.fft_size);
  fields.take("mel_channels", spec.mel_channels);
  fields.take("low_hz", spec.low_hz);
  fields.take("high_hz", spec.high_hz);
  fields.take("feature", feature);
  fields.take("coefficients", spec.coefficients);
}

// Takes the front end of the trained kind; what is wrong with it beyond its fields' types, or
// nothing.
std::string take_signal(Fields& fields, bool decimated, Trained& trained) {
  std::string feature;
  switch (trained.sense()) {
    case Sense::audio: {
      take_spec(fields, trained.signal, decimated, feature);
      const auto known = signal::feature_named(feature);
      if (known) trained.signal.feature = *known;
      return known ? "" : "signal.feature must be " + alternatives(signal::feature_names());
    }
    case Sense::series: {
      take_spec(fields, trained.series, feature);
      const auto known = signal::series_feature_named(feature);
      if (known) trained.series.spec.feature = *known;
      return known ? "" : "signal.feature must be " + alternatives(signal::series_feature_names());
    }
    case Sense::image:
      take_spec(fields, trained.image);
      break;
  }
  return {};
}

std::string fault_of_audio(const Trained& t) {
  if (const auto fault = find_fault(t.signal)) return fault->message;
  if (t.clip_samples < t.signal.window_samples) return "clip_samples is shorter than one window";
  if (t.columns < 1 || t.columns != columns_in(t.clip_samples, t.signal)) {
    return "columns does not follow from clip_samples, window and hop";
  }
  return {};
}

std::string fault_of_series(const Trained& t) {
  const SeriesConfig& series = t.series;
  if (const auto fault = find_series_fault(series.spec)) return fault->message;
  if (t.clip_samples != series.clip_samples())
    return "clip_samples does not follow from rows, axes";
  const auto axes = static_cast<std::size_t>(series.spec.axes);
  if (series.low.size() != axes || series.high.size() != axes) {
    return "low and high must have one value for each axis";
  }
  for (std::size_t i = 0; i < axes; ++i) {
    if (!(series.low[i] < series.high[i])) return "low must be below high for each axis";
  }
  if (!(series.sample_rate_hz >= 0)) return "sample_rate_hz must be 0 or more";
  return {};
}

std::string fault_of_image(const Trained& t) {
  if (const auto fault = find_fault(t.image)) return fault->message;
  if (t.clip_samples != t.image.frame_samples())
    return "clip_samples does not follow from the frame";
  return {};
}

std::string fault_of_front_end(const Trained& t) {
  switch (t.sense()) {
    case Sense::audio:
      break;
    case Sense::series:
      return fault_of_series(t);
    case Sense::image:
      return fault_of_image(t);
  }
  return fault_of_audio(t);
}

// What is wrong with the values of a pipeline, taken together; empty when nothing is.
std::string fault_of(const Trained& t) {
  if (const std::string fault = fault_of_front_end(t); !fault.empty()) return fault;
  const std::size_t values = signal::scaled_values(t.features());
  if (t.feature_offset.size() != values || t.feature_multiplier.size() != values) {
    return fmt::format(
        "feature_offset and feature_multiplier must have one value for each of the {} that the "
        "front end scales",
        values);
  }
  if (t.labels.size() < 2) return "labels must name at least two";
  if (std::set(t.labels.begin(), t.labels.end()).size() != t.labels.size()) {
    return "labels must differ";
  }
  return {};
}

}  // namespace

Project settled_as(Project project, const Trained& trained) {
  if (project.sense() == Sense::series) project.series = trained.series;
  return project;
}

fs::path pipeline_path(const Project& project) { return project.out() / "pipeline.json"; }
fs::path model_path(const Project& project) { return project.out() / "model.tflite"; }

Result<Trained> parse_trained(std::string_view text, const fs::path& file) {
  const auto damaged = [&](const std::string& what) {
    return Error{fmt::format("{}: {}; train again to write it anew", file.string(), what)};
  };
  const Json json = Json::parse(text, nullptr, /*allow_exceptions=*/false);
  if (json.is_discarded()) return damaged("not JSON, or cut short");

  Trained trained;
  std::int32_t version = 0;
  std::string unread;  // of the front end
  Fields fields(json);
  fields.take("format", version);
  const bool decimated = version == decimated_version;
  if (fields.fault().empty() && version != format_version && !decimated) {
    return damaged(fmt::format("written in format {}, this program reads {} and {}", version,
                               format_version, decimated_version));
  }
  fields.take("name", trained.name);
  fields.take("kind", trained.kind);
  if (fields.fault().empty() && std::ranges::count(kind_names(), trained.kind) == 0) {
    return damaged("kind must be " + alternatives(kind_names()));
  }
  if (!fields.fault().empty()) return damaged(fields.fault());
  fields.take("labels", trained.labels);
  fields.take("unknown", trained.unknown);
  fields.take("silence", trained.silence);
  fields.within("signal", [&](Fields& inner) { unread = take_signal(inner, decimated, trained); });
  fields.take("feature_offset", trained.feature_offset);
  fields.take("feature_multiplier", trained.feature_multiplier);
  fields.take("columns", trained.columns);
  fields.take("clip_samples", trained.clip_samples);
  fields.take("config_sha256", trained.config_sha256);
  fields.take("model_sha256", trained.model_sha256);
  if (!fields.fault().empty()) return damaged(fields.fault());

  if (!unread.empty()) return damaged(unread);
  const std::string fault = fault_of(trained);
  if (!fault.empty()) return damaged(fault);
  return trained;
}

Result<void> save_trained(const Project& project, const Trained& trained) {
  const fs::path path = pipeline_path(project);
  const std::string fault = fault_of(trained);
  if (!fault.empty()) return Error{fmt::format("{}: not written: {}", path.string(), fault)};
  // Labels are the names of folders, which may hold any bytes: what is not UTF-8 is replaced.
  const auto replace = Json::error_handler_t::replace;
  return write_text(path, to_json(trained).dump(2, ' ', false, replace) + "\n");
}

Result<Trained> load_trained(const Project& project) {
  const fs::path path = pipeline_path(project);
  const fs::path model = model_path(project);
  for (const fs::path& needed : {path, model}) {
    std::error_code ignored;
    if (!fs::exists(needed, ignored)) {
      return Error{fmt::format("{}: not trained yet ({} is missing); run sengi train {}",
                               project.folder.string(), needed.string(), project.folder.string())};
    }
  }
  SENGI_TRY(text, read_text(path));
  SENGI_TRY(trained, parse_trained(text, path));
  SENGI_TRY(bytes, read_file(model));
  if (sha256(bytes) != trained.model_sha256) {
    return Error{
        fmt::format("{}: not the model that {} describes; train again, or put back the "
                    "file that was trained",
                    model.string(), path.string())};
  }
  trained.detect = project.detect;
  return trained;
}

}  // namespace sengi::project
