// SPDX-License-Identifier: Apache-2.0
#include "view/labels.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <nlohmann/json.hpp>

#include "base/files.h"
#include "events/tables.h"

namespace sengi::view {
namespace fs = std::filesystem;
namespace {

using Json = nlohmann::ordered_json;
using data::Annotation;

constexpr std::size_t label_bytes_max = 400;
constexpr std::size_t labels_max = 200'000;
constexpr double time_max_s = 1e7;

// Tabs and line ends would end a cell.
std::string cell(std::string text) {
  std::ranges::replace_if(
      text, [](char c) { return c == '\t' || c == '\n' || c == '\r'; }, ' ');
  return text;
}

bool is_raven(const std::string& text) {
  return std::string_view(text).substr(0, text.find('\n')).find("Begin Time (s)") !=
         std::string_view::npos;
}

Result<double> number_of(const Json& label, const char* key) {
  const auto at = label.find(key);
  if (at == label.end() || !at->is_number() || !std::isfinite(at->get<double>())) {
    return Error{fmt::format("{} is missing or no number", key)};
  }
  return at->get<double>();
}

Result<std::optional<double>> frequency_of(const Json& label, const char* key) {
  const auto at = label.find(key);
  if (at == label.end() || at->is_null()) return std::optional<double>();
  SENGI_TRY(hz, number_of(label, key));
  if (hz < 0) return Error{fmt::format("{} is below 0 Hz", key)};
  return std::optional(hz);
}

Result<Annotation> annotation_of(const Json& label, std::size_t others) {
  if (!label.is_object()) return Error{"it is no object"};
  Annotation one;
  SENGI_TRY(start, number_of(label, "start_s"));
  SENGI_TRY(end, number_of(label, "end_s"));
  SENGI_TRY(low, frequency_of(label, "low_hz"));
  SENGI_TRY(high, frequency_of(label, "high_hz"));
  if (start < 0 || end < start || end > time_max_s) {
    return Error{fmt::format("{:g} to {:g} s is no stretch of time", start, end)};
  }
  if (low && high && *high < *low) return Error{"high_hz is below low_hz"};
  const auto text = label.find("label");
  if (text == label.end() || !text->is_string() ||
      text->get<std::string>().size() > label_bytes_max) {
    return Error{fmt::format("label is missing, or longer than {} bytes", label_bytes_max)};
  }
  one.label = cell(text->get<std::string>());
  if (one.label.find_first_not_of(' ') == std::string::npos) return Error{"its label is empty"};
  one.start_s = start;
  one.end_s = end;
  one.low_hz = low;
  one.high_hz = high;
  one.others.resize(others);
  if (const auto cells = label.find("others"); cells != label.end() && cells->is_array()) {
    for (std::size_t i = 0; i < std::min(others, cells->size()); ++i) {
      if ((*cells)[i].is_string()) one.others[i] = cell((*cells)[i].get<std::string>());
    }
  }
  return one;
}

Json json_of(const Annotation& one) {
  const auto hz = [](const std::optional<double>& value) { return value ? Json(*value) : Json(); };
  return Json{{"start_s", one.start_s},   {"end_s", one.end_s},         {"label", one.label},
              {"low_hz", hz(one.low_hz)}, {"high_hz", hz(one.high_hz)}, {"others", one.others}};
}

std::string hz_text(const std::optional<double>& hz) {
  return hz ? fmt::format("{:.10g}", *hz) : "";
}

}  // namespace

std::string to_raven(const data::AnnotationTable& table, bool names_recordings) {
  const bool bands = std::ranges::any_of(
      table.rows, [](const Annotation& row) { return row.low_hz || row.high_hz; });
  std::string text = "Selection\tView\tBegin Time (s)\tEnd Time (s)";
  if (bands) text += "\tLow Freq (Hz)\tHigh Freq (Hz)";
  if (names_recordings) text += "\tBegin Path\tFile Offset (s)";
  text += "\tAnnotation";
  for (const std::string& name : table.other_columns) text += fmt::format("\t{}", cell(name));
  text += "\n";
  std::size_t number = 0;
  for (const Annotation& row : table.rows) {
    text += fmt::format("{}\tSpectrogram 1\t{:.6f}\t{:.6f}", ++number, row.start_s, row.end_s);
    if (bands) text += fmt::format("\t{}\t{}", hz_text(row.low_hz), hz_text(row.high_hz));
    if (names_recordings) text += fmt::format("\t{}\t{:.6f}", cell(row.recording), row.start_s);
    text += fmt::format("\t{}", cell(row.label));
    for (const std::string& other : row.others) text += fmt::format("\t{}", cell(other));
    text += "\n";
  }
  return text;
}

Result<LabelFile> LabelFile::open(const fs::path& given, const fs::path& recording,
                                  double length_s) {
  LabelFile file;
  file.recording_ = recording.filename().string();
  file.length_s_ = length_s;
  file.path_ = recording.parent_path() / (recording.stem().string() + ".selections.txt");
  std::error_code ignored;
  if (given.empty() && !fs::exists(file.path_, ignored)) return file;
  const fs::path from = given.empty() ? file.path_ : given;
  SENGI_TRY(text, read_text(from));
  SENGI_TRY(table, events::read_annotations(from, {}));
  const std::string own = events::recording_name(recording);
  file.table_.other_columns = table.other_columns;
  for (Annotation& row : table.rows) {
    const bool here = row.recording.empty() || events::recording_name(row.recording) == own;
    if (!row.recording.empty()) file.names_recordings_ = true;
    if (here && !row.recording.empty()) file.recording_ = row.recording;
    (here ? file.table_.rows : file.elsewhere_).push_back(std::move(row));
  }
  if (file.table_.rows.empty() && !file.elsewhere_.empty()) {
    return Error{fmt::format("{}: its labels are of other recordings, such as {}, and none of {}",
                             from.string(), file.elsewhere_.front().recording, own)};
  }
  if (is_raven(text)) {
    file.path_ = from;
    file.as_read_ = std::move(text);
    return file;
  }
  // Not to be written over by what would look quite different.
  file.names_recordings_ = false;
  file.elsewhere_.clear();
  if (fs::exists(file.path_, ignored)) {
    return Error{fmt::format(
        "{}: labels are saved to {}, which is there already; show that one, or move it away",
        from.string(), file.path_.string())};
  }
  return file;
}

std::string LabelFile::to_json() const {
  Json labels = Json::array();
  for (const Annotation& row : table_.rows) labels.push_back(json_of(row));
  const Json all{{"revision", revision_}, {"file", path_.string()}, {"labels", std::move(labels)}};
  return all.dump(-1, ' ', false, Json::error_handler_t::replace) + "\n";
}

Result<void> LabelFile::replace(std::string_view text) {
  const Json json = Json::parse(text, nullptr, false);
  if (!json.is_object() || !json.contains("labels") || !json["labels"].is_array() ||
      !json.contains("revision") || !json["revision"].is_number_unsigned()) {
    return Error{"no JSON object with revision and labels"};
  }
  if (json["labels"].size() > labels_max)
    return Error{fmt::format("more than {} labels", labels_max)};
  std::vector<Annotation> rows;
  for (std::size_t i = 0; i < json["labels"].size(); ++i) {
    auto one = annotation_of(json["labels"][i], table_.other_columns.size());
    if (!one.ok()) return Error{fmt::format("label {}: {}", i + 1, one.error().message)};
    one.value().recording = recording_;
    rows.push_back(std::move(one).value());
  }
  if (json["revision"].get<std::uint64_t>() != revision_) {
    return Error{"the labels were changed in another window; load the page again", Outcome::no};
  }
  std::error_code ignored;
  std::optional<std::string> there;
  if (fs::exists(path_, ignored)) {
    SENGI_TRY(now, read_text(path_));
    there = std::move(now);
  }
  if (there != as_read_) {
    return Error{path_.string() + " was changed by another program; load the page again",
                 Outcome::no};
  }
  std::ranges::stable_sort(rows, {}, &Annotation::start_s);
  data::AnnotationTable whole{table_.other_columns, rows};
  whole.rows.insert(whole.rows.end(), elsewhere_.begin(), elsewhere_.end());
  std::string table = to_raven(whole, names_recordings_);
  if (there && !kept_before_) {
    SENGI_CHECK(write_text(fs::path(path_) += ".before", *there));
  }
  SENGI_CHECK(write_text(path_, table));
  kept_before_ = true;
  as_read_ = std::move(table);
  table_.rows = std::move(rows);
  ++revision_;
  return {};
}

}  // namespace sengi::view
