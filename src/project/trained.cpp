// SPDX-License-Identifier: Apache-2.0
#include "project/trained.h"

#include <fmt/format.h>

#include <limits>
#include <nlohmann/json.hpp>
#include <set>

#include "base/files.h"
#include "base/hash.h"
#include "base/text.h"
#include "signal/feature_names.h"
#include "signal/spec_check.h"

namespace sengi::project {
namespace fs = std::filesystem;
namespace {

using Json = nlohmann::ordered_json;

// Raised when what the file holds changes its meaning.
constexpr std::int32_t format_version = 1;

Json to_json(const signal::FrontEndSpec& spec) {
  return {{"sample_rate_hz", spec.sample_rate_hz},
          {"window_samples", spec.window_samples},
          {"hop_samples", spec.hop_samples},
          {"fft_size", spec.fft_size},
          {"mel_channels", spec.mel_channels},
          {"low_hz", spec.low_hz},
          {"high_hz", spec.high_hz},
          {"feature", signal::name_of(spec.feature)},
          {"coefficients", spec.coefficients}};
}

Json to_json(const Trained& trained) {
  return {{"format", format_version},
          {"name", trained.name},
          {"labels", trained.labels},
          {"unknown", trained.unknown},
          {"silence", trained.silence},
          {"signal", to_json(trained.signal)},
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

  void complain(const std::string& what, std::string_view expected) {
    if (fault_.empty()) fault_ = fmt::format("{} must be {}", what, expected);
  }

  const Json& object_;
  std::string within_;
  std::string fault_;
};

void take_spec(Fields& fields, signal::FrontEndSpec& spec, std::string& feature) {
  fields.take("sample_rate_hz", spec.sample_rate_hz);
  fields.take("window_samples", spec.window_samples);
  fields.take("hop_samples", spec.hop_samples);
  fields.take("fft_size", spec.fft_size);
  fields.take("mel_channels", spec.mel_channels);
  fields.take("low_hz", spec.low_hz);
  fields.take("high_hz", spec.high_hz);
  fields.take("feature", feature);
  fields.take("coefficients", spec.coefficients);
}

// What is wrong with the values of a pipeline, taken together; empty when nothing is.
std::string fault_of(const Trained& t) {
  if (const auto fault = find_fault(t.signal)) return fault->message;
  const auto column_size = static_cast<std::size_t>(t.signal.column_size());
  if (t.feature_offset.size() != column_size || t.feature_multiplier.size() != column_size) {
    return fmt::format(
        "feature_offset and feature_multiplier must have one value for each of the "
        "{} of a column",
        column_size);
  }
  if (t.labels.size() < 2) return "labels must name at least two";
  if (std::set(t.labels.begin(), t.labels.end()).size() != t.labels.size()) {
    return "labels must differ";
  }
  if (t.clip_samples < t.signal.window_samples) return "clip_samples is shorter than one window";
  if (t.columns < 1 || t.columns != columns_in(t.clip_samples, t.signal)) {
    return "columns does not follow from clip_samples, window and hop";
  }
  return {};
}

}  // namespace

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
  std::string feature;
  Fields fields(json);
  fields.take("format", version);
  if (fields.fault().empty() && version != format_version) {
    return damaged(
        fmt::format("written in format {}, this program reads {}", version, format_version));
  }
  fields.take("name", trained.name);
  fields.take("labels", trained.labels);
  fields.take("unknown", trained.unknown);
  fields.take("silence", trained.silence);
  fields.within("signal", [&](Fields& inner) { take_spec(inner, trained.signal, feature); });
  fields.take("feature_offset", trained.feature_offset);
  fields.take("feature_multiplier", trained.feature_multiplier);
  fields.take("columns", trained.columns);
  fields.take("clip_samples", trained.clip_samples);
  fields.take("config_sha256", trained.config_sha256);
  fields.take("model_sha256", trained.model_sha256);
  if (!fields.fault().empty()) return damaged(fields.fault());

  const auto kind = signal::feature_named(feature);
  if (!kind) {
    return damaged(fmt::format("signal.feature must be {}", alternatives(signal::feature_names())));
  }
  trained.signal.feature = *kind;
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
