// SPDX-License-Identifier: Apache-2.0
#include "data/series_import_edge_impulse.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <nlohmann/json.hpp>
#include <set>

#include "base/files.h"
#include "base/text.h"
#include "data/csv.h"
#include "data/files_below.h"

namespace sengi::data {
namespace fs = std::filesystem;
namespace {

using Json = nlohmann::ordered_json;

constexpr int deepest = 32;

// Looks through a document without keeping it, so that one that is nested without end is refused
// before a reader that goes down by recursion is at it.
struct DepthCheck : nlohmann::json_sax<Json> {
  int depth = 0;
  bool start_object(std::size_t) override { return ++depth < deepest; }
  bool start_array(std::size_t) override { return ++depth < deepest; }
  bool end_object() override { return --depth, true; }
  bool end_array() override { return --depth, true; }
  bool null() override { return true; }
  bool boolean(bool) override { return true; }
  bool number_integer(std::int64_t) override { return true; }
  bool number_unsigned(std::uint64_t) override { return true; }
  bool number_float(double, const std::string&) override { return true; }
  bool string(std::string&) override { return true; }
  bool binary(Json::binary_t&) override { return true; }
  bool key(std::string&) override { return true; }
  bool parse_error(std::size_t, const std::string&, const Json::exception&) override {
    return false;
  }
};

// Discarded where the bytes hold no document.
Json document(std::span<const std::byte> bytes) {
  const auto* first = reinterpret_cast<const std::uint8_t*>(bytes.data());
  const auto* last = first + bytes.size();
  const auto* start = std::find_if(
      first, last, [](std::uint8_t c) { return c > ' ' && c != 0xEF && c != 0xBB && c != 0xBF; });
  const bool text = start != last && *start == '{';
  DepthCheck check;
  const auto format =
      text ? nlohmann::detail::input_format_t::json : nlohmann::detail::input_format_t::cbor;
  if (!Json::sax_parse(first, last, &check, format)) return Json(Json::value_t::discarded);
  return text ? Json::parse(first, last, nullptr, false)
              : Json::from_cbor(first, last, true, false);
}

std::string dumped(const Json& json) {
  return json.dump(2, ' ', false, Json::error_handler_t::replace) + "\n";
}

const Json* member(const Json& object, const char* name) {
  if (!object.is_object()) return nullptr;
  const auto found = object.find(name);
  return found == object.end() ? nullptr : &*found;
}

std::string text_of(const Json& object, const char* name) {
  const Json* found = member(object, name);
  return found != nullptr && found->is_string() ? found->get<std::string>() : std::string();
}

// A name that is safe as that of a file or folder.
std::string file_name_of(std::string_view text) {
  std::string name;
  for (const char c : text) {
    const bool harmless = static_cast<unsigned char>(c) >= 0x80 ||
                          std::isalnum(static_cast<unsigned char>(c)) != 0 ||
                          std::string_view("._- +()").find(c) != std::string_view::npos;
    name += harmless ? c : '_';
  }
  if (name.empty() || name.starts_with('.')) name.insert(0, "_");
  return name;
}

Result<void> read_sensors(const Json& payload, std::string_view file, AcquiredSeries& series) {
  const Json* sensors = member(payload, "sensors");
  if (sensors == nullptr || !sensors->is_array() || sensors->empty()) {
    return Error{fmt::format("{}: payload.sensors names no sensor", file)};
  }
  std::set<std::string> seen;
  for (const Json& sensor : *sensors) {
    const std::string name = text_of(sensor, "name");
    if (name.empty() || !seen.insert(name).second) {
      return Error{fmt::format("{}: a sensor without a name of its own", file)};
    }
    const std::string units = text_of(sensor, "units");
    const bool without = units.empty() || units == "N/A";
    series.columns.push_back(without ? name : fmt::format("{} ({})", name, units));
  }
  return {};
}

Result<void> read_values(const Json& payload, std::string_view file, AcquiredSeries& series) {
  const Json* values = member(payload, "values");
  if (values == nullptr || !values->is_array() || values->empty()) {
    return Error{fmt::format("{}: payload.values holds no rows", file)};
  }
  const auto add = [&](const Json& value) {
    const double number = value.is_number() ? value.get<double>() : std::nan("");
    series.values.push_back(number);
    return std::isfinite(number);
  };
  for (const Json& row : *values) {
    const bool single = !row.is_array() && series.columns.size() == 1;
    if (!single && (!row.is_array() || row.size() != series.columns.size())) {
      return Error{fmt::format("{}: row {} of the values is not one of {}", file, series.rows,
                               counted(series.columns.size(), "number"))};
    }
    const bool numbers = single ? add(row) : std::ranges::all_of(row, add);
    if (!numbers) {
      return Error{
          fmt::format("{}: row {} of the values holds what is no number", file, series.rows)};
    }
    ++series.rows;
  }
  return {};
}

}  // namespace

Result<AcquiredSeries> parse_edge_impulse(std::span<const std::byte> bytes, std::string_view file) {
  Json json = document(bytes);
  const Json* payload = member(json, "payload");
  if (payload == nullptr || !payload->is_object()) {
    return Error{
        fmt::format("{}: not of Edge Impulse's data acquisition format: no payload", file)};
  }
  AcquiredSeries series;
  SENGI_CHECK(read_sensors(*payload, file, series));
  SENGI_CHECK(read_values(*payload, file, series));
  const Json* interval = member(*payload, "interval_ms");
  series.interval_ms = interval != nullptr && interval->is_number() ? interval->get<double>() : 0;
  constexpr double longest_ms = 1e12;
  const bool usable = series.interval_ms > 0 && series.interval_ms < longest_ms;
  if (!usable && (series.rows > 1 || series.interval_ms != 0)) {
    return Error{fmt::format("{}: payload.interval_ms is no time between rows", file)};
  }
  series.device = text_of(*payload, "device_name");
  if (series.device.empty()) series.device = text_of(*payload, "device_type");
  json["payload"].erase("values");
  series.rest = dumped(json);
  return series;
}

std::string series_csv(const AcquiredSeries& series) {
  std::vector<std::string> cells = {"time_ms"};
  cells.insert(cells.end(), series.columns.begin(), series.columns.end());
  std::string csv = csv_line(cells);
  auto to = std::back_inserter(csv);
  for (std::size_t row = 0; row < series.rows; ++row) {
    fmt::format_to(to, "{}", static_cast<double>(row) * series.interval_ms);
    for (std::size_t i = 0; i < series.columns.size(); ++i) {
      fmt::format_to(to, ",{}", series.values[row * series.columns.size() + i]);
    }
    csv += '\n';
  }
  return csv;
}

Result<EdgeImpulseLabels> parse_edge_impulse_labels(std::string_view text, std::string_view file) {
  const Json json = document(std::as_bytes(std::span(text.data(), text.size())));
  const Json* files = member(json, "files");
  if (files == nullptr || !files->is_array()) {
    return Error{fmt::format("{}: not an info.labels of Edge Impulse: no list of files", file)};
  }
  EdgeImpulseLabels labels;
  for (const Json& each : *files) {
    EdgeImpulseLabels::Of of;
    of.for_testing = text_of(each, "category") == "testing";
    if (const Json* label = member(each, "label")) {
      of.label = label->is_string() ? label->get<std::string>() : text_of(*label, "label");
      const Json* parts = member(*label, "labels");
      if (parts != nullptr && parts->is_array()) {
        for (const Json& part : *parts) {
          const Json* first = member(part, "startIndex");
          const Json* last = member(part, "endIndex");
          const bool whole = first != nullptr && last != nullptr && first->is_number_unsigned() &&
                             last->is_number_unsigned();
          if (!whole || last->get<std::size_t>() < first->get<std::size_t>()) {
            return Error{fmt::format("{}: '{}' has a label without a startIndex and an endIndex",
                                     file, text_of(each, "path"))};
          }
          of.parts.push_back(
              {first->get<std::size_t>(), last->get<std::size_t>(), text_of(part, "label")});
        }
      }
    }
    for (const char* key : {"path", "name"}) {
      const std::string name = text_of(each, key);
      if (!name.empty()) labels.files.insert_or_assign(name, of);
    }
  }
  return labels;
}

namespace {

struct Found {
  fs::path path;
  EdgeImpulseLabels::Of of;
};

std::string before_first_dot(const fs::path& path) {
  const std::string name = path.filename().string();
  return name.substr(0, name.find('.'));
}

Result<std::vector<Found>> find_recordings(const std::vector<fs::path>& given) {
  std::vector<Found> found;
  for (const fs::path& path : given) {
    std::error_code error;
    if (!fs::is_directory(path, error)) {
      found.push_back({path, {before_first_dot(path), {}, false}});
      continue;
    }
    EdgeImpulseLabels labels;
    if (const fs::path list = path / "info.labels"; fs::is_regular_file(list, error)) {
      SENGI_TRY(text, read_text(list));
      SENGI_TRY(read, parse_edge_impulse_labels(text, list.string()));
      labels = std::move(read);
    }
    SENGI_TRY(inside, files_below(path, [](const fs::path& file) {
                return file.extension() == ".json" || file.extension() == ".cbor";
              }));
    if (inside.empty()) return Error{path.string() + ": no .json or .cbor file in it"};
    for (const fs::path& each : inside) {
      const auto listed = labels.files.find(each.lexically_relative(path).generic_string());
      if (listed != labels.files.end()) {
        found.push_back({each, listed->second});
      } else {
        found.push_back({each, {before_first_dot(each), {}, false}});
      }
    }
  }
  return found;
}

}  // namespace

Result<EdgeImpulseImport> import_edge_impulse(const std::vector<fs::path>& given,
                                              const fs::path& folder) {
  SENGI_TRY(found, find_recordings(given));
  EdgeImpulseImport import;
  import.manifest = folder / "manifest.csv";
  std::string manifest =
      csv_line({"path", "label", "group", "split", "start_s", "end_s", "device"});
  std::set<fs::path> written;
  std::size_t unlabelled = 0;
  for (const auto& [path, of] : found) {
    if (of.label.empty() && of.parts.empty()) {
      ++unlabelled;
      continue;
    }
    SENGI_TRY(bytes, read_file(path));
    SENGI_TRY(series, parse_edge_impulse(bytes, path.string()));
    const fs::path below = fs::path(of.parts.empty() ? file_name_of(of.label) : "several") /
                           (file_name_of(path.stem().string()) + ".csv");
    if (!written.insert(below).second) {
      return Error{fmt::format("{}: another recording was written to {} already", path.string(),
                               below.string())};
    }
    SENGI_CHECK(write_text(folder / below, series_csv(series)));
    SENGI_CHECK(write_text((folder / below).replace_extension(".json"), series.rest));
    ++import.files;
    const std::string split = of.for_testing ? "test" : "";
    const auto add = [&](const std::string& label, const std::string& start,
                         const std::string& end) {
      manifest += csv_line({below.generic_string(), label, "", split, start, end, series.device});
      ++import.recordings[label];
    };
    if (of.parts.empty()) add(of.label, "", "");
    for (const EdgeImpulseLabels::Part& part : of.parts) {
      if (part.last >= series.rows) {
        return Error{
            fmt::format("{}: a label for row {} of {}", path.string(), part.last, series.rows)};
      }
      const auto seconds = [&](std::size_t row) {
        return fmt::format("{}", static_cast<double>(row) * series.interval_ms / 1000);
      };
      if (!part.label.empty()) add(part.label, seconds(part.first), seconds(part.last + 1));
    }
  }
  if (import.files == 0) return Error{"none of the files has a label"};
  if (unlabelled > 0) {
    import.notes.push_back(fmt::format("{} without a label left out", counted(unlabelled, "file")));
  }
  SENGI_CHECK(write_text(import.manifest, manifest));
  return import;
}

}  // namespace sengi::data
