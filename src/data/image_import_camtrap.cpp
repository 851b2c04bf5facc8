// SPDX-License-Identifier: Apache-2.0
#include "data/image_import_camtrap.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <chrono>
#include <limits>
#include <nlohmann/json.hpp>
#include <optional>
#include <set>
#include <unordered_map>

#include "base/text.h"
#include "data/annotation_parts.h"
#include "data/csv.h"
#include "data/image_annotation_parts.h"

namespace sengi::data {
namespace {

using Json = nlohmann::json;

// One table of the package.
class Table {
 public:
  // Errors: not CSV, empty, a row of another width than the header.
  static Result<Table> parse(std::string_view text, const std::string& file) {
    SENGI_TRY(rows, parse_csv(text, file));
    if (rows.empty()) {
      return Error{fmt::format("{}: empty; its first line must name the columns", file)};
    }
    const std::size_t width = rows.front().cells.size();
    for (const CsvRow& row : rows) {
      if (row.cells.size() == width) continue;
      return Error{fmt::format("{}:{}: {} where the header names {}", file, row.line,
                               counted(row.cells.size(), "cell"), width)};
    }
    return Table(file, std::move(rows));
  }

  std::size_t rows() const { return rows_.size() - 1; }
  const CsvRow& row(std::size_t i) const { return rows_[i + 1]; }

  // The column of a name. Errors: none; says which there are.
  Result<std::size_t> need(std::string_view name) const {
    return AnnotationReader(file_, rows_.front()).need(name);
  }
  std::optional<std::size_t> find(std::string_view name) const {
    return AnnotationReader(file_, rows_.front()).find(name);
  }
  std::string cell(std::size_t i, std::optional<std::size_t> column) const {
    return column ? std::string(trimmed(row(i).cells[*column])) : std::string();
  }

  // What stands in a row, but for some columns and empty cells.
  Seen::Others others(std::size_t i, const std::set<std::string>& known) const {
    Seen::Others others;
    for (std::size_t k = 0; k < rows_.front().cells.size(); ++k) {
      const std::string name(trimmed(rows_.front().cells[k]));
      if (!known.contains(name) && !row(i).cells[k].empty()) others[name] = row(i).cells[k];
    }
    return others;
  }

  Error fault(std::size_t i, std::string_view what) const {
    return Error{fmt::format("{}:{}: {}", file_, row(i).line, what)};
  }

 private:
  Table(std::string file, std::vector<CsvRow> rows)
      : file_(std::move(file)), rows_(std::move(rows)) {}

  std::string file_;
  std::vector<CsvRow> rows_;
};

// Milliseconds since 1970 of "2020-05-30T02:57:37[.123](Z|+02:00)"; without a zone, UTC.
std::optional<std::int64_t> moment_in(std::string_view text) {
  const auto number = [&](std::size_t length) -> std::optional<int> {
    int value = 0;
    if (text.size() < length) return std::nullopt;
    const auto [end, error] = std::from_chars(text.data(), text.data() + length, value);
    if (error != std::errc() || end != text.data() + length || value < 0) return std::nullopt;
    text.remove_prefix(length);
    return value;
  };
  const auto take = [&](std::string_view any) {
    if (text.empty() || any.find(text.front()) == std::string_view::npos) return false;
    text.remove_prefix(1);
    return true;
  };
  std::optional<int> parts[6];
  constexpr std::string_view before[6] = {"", "-", "-", "T ", ":", ":"};
  for (std::size_t i = 0; i < 6; ++i) {
    if (i > 0 && !take(before[i])) return std::nullopt;
    parts[i] = number(i == 0 ? 4 : 2);
    if (!parts[i]) return std::nullopt;
  }
  const std::chrono::year_month_day day{std::chrono::year(*parts[0]),
                                        std::chrono::month(static_cast<unsigned>(*parts[1])),
                                        std::chrono::day(static_cast<unsigned>(*parts[2]))};
  if (!day.ok() || *parts[3] > 23 || *parts[4] > 59 || *parts[5] > 60) return std::nullopt;
  std::int64_t thousandths = 0;
  if (take(".")) {
    std::int64_t worth = 100;
    for (; !text.empty() && text.front() >= '0' && text.front() <= '9'; text.remove_prefix(1)) {
      thousandths += worth * (text.front() - '0');
      worth /= 10;
    }
  }
  std::int64_t zone_minutes = 0;
  if (!text.empty() && !take("Z")) {
    const bool west = text.front() == '-';
    if (!take("+-")) return std::nullopt;
    const auto hours = number(2);
    take(":");
    const auto minutes = number(2);
    if (!hours || !minutes) return std::nullopt;
    zone_minutes = (west ? -1 : 1) * (60 * *hours + *minutes);
  }
  if (!text.empty()) return std::nullopt;
  const std::int64_t days = std::chrono::sys_days(day).time_since_epoch().count();
  const std::int64_t minutes = (days * 24 + *parts[3]) * 60 + *parts[4] - zone_minutes;
  return (minutes * 60 + *parts[5]) * 1000 + thousandths;
}

// What was seen in an event.
struct Event {
  std::int64_t begin;
  std::int64_t end;
  std::int64_t latest;  // of the ends up to here, in order of beginnings
  std::string label;
  Seen::Others others;
};

class Package {
 public:
  Package(Table deployments, Table media, Table observations)
      : deployments_(std::move(deployments)),
        media_(std::move(media)),
        observations_(std::move(observations)) {}

  Result<ImageAnnotations> read() {
    SENGI_CHECK(read_deployments());
    SENGI_CHECK(read_media());
    SENGI_CHECK(read_observations());
    sort_events();
    return gathered();
  }

 private:
  struct Medium {
    std::size_t row;
    std::size_t deployment;  // a row
    Seen seen;
  };

  Result<void> read_deployments() {
    SENGI_TRY(id, deployments_.need("deploymentID"));
    for (std::size_t i = 0; i < deployments_.rows(); ++i) {
      if (!deployment_of_.emplace(deployments_.cell(i, id), i).second) {
        return deployments_.fault(i, "another has its deploymentID");
      }
    }
    events_.resize(deployments_.rows());
    return {};
  }

  Result<std::size_t> deployment_at(const Table& table, std::size_t i, std::size_t column) const {
    const auto at = deployment_of_.find(table.cell(i, column));
    if (at != deployment_of_.end()) return at->second;
    return table.fault(i, fmt::format("there is no deployment '{}'", table.cell(i, column)));
  }

  Result<void> read_media() {
    SENGI_TRY(id, media_.need("mediaID"));
    SENGI_TRY(deployment, media_.need("deploymentID"));
    SENGI_TRY(path, media_.need("filePath"));
    for (std::size_t i = 0; i < media_.rows(); ++i) {
      if (media_.cell(i, path).empty()) return media_.fault(i, "no filePath");
      SENGI_TRY(of, deployment_at(media_, i, deployment));
      if (!medium_of_.emplace(media_.cell(i, id), i).second) {
        return media_.fault(i, "another has its mediaID");
      }
      shots_.push_back({i, of, {}});
    }
    return {};
  }

  static std::string label_of(const std::string& type, const std::string& name) {
    return type == "animal" && !name.empty() ? name : type;
  }

  Result<void> read_observations() {
    SENGI_TRY(deployment, observations_.need("deploymentID"));
    SENGI_TRY(type, observations_.need("observationType"));
    SENGI_TRY(medium, observations_.need("mediaID"));
    const auto name = observations_.find("scientificName");
    const auto start = observations_.find("eventStart");
    const auto end = observations_.find("eventEnd");
    for (std::size_t i = 0; i < observations_.rows(); ++i) {
      const std::string kind = observations_.cell(i, type);
      if (kind == "unclassified") continue;
      const std::string label = label_of(kind, observations_.cell(i, name));
      if (label.empty()) return observations_.fault(i, "no observationType");
      Seen::Others others = observations_.others(i, {"deploymentID", "mediaID"});
      if (const std::string of = observations_.cell(i, medium); !of.empty()) {
        const auto at = medium_of_.find(of);
        if (at == medium_of_.end()) {
          return observations_.fault(i, fmt::format("there is no medium '{}'", of));
        }
        shots_[at->second].seen.add(label, others);
        continue;
      }
      SENGI_TRY(of, deployment_at(observations_, i, deployment));
      const auto begins = moment_in(observations_.cell(i, start));
      const auto ends = moment_in(observations_.cell(i, end));
      if (!begins || !ends) {
        return observations_.fault(
            i, fmt::format("neither a mediaID nor an event from '{}' to "
                           "'{}', which should be as "
                           "2020-05-30T02:57:37Z",
                           observations_.cell(i, start), observations_.cell(i, end)));
      }
      events_[of].push_back({*begins, *ends, 0, label, std::move(others)});
    }
    return {};
  }

  void sort_events() {
    for (std::vector<Event>& events : events_) {
      std::ranges::stable_sort(events, {}, &Event::begin);
      std::int64_t latest = std::numeric_limits<std::int64_t>::min();
      for (Event& event : events) event.latest = latest = std::max(latest, event.end);
    }
  }

  // What the events of its deployment say of an image.
  Seen seen_around(const Medium& shot) const {
    Seen seen;
    const auto moment = moment_in(media_.cell(shot.row, timestamp_));
    if (!moment) return seen;
    const std::vector<Event>& events = events_[shot.deployment];
    auto event = std::ranges::upper_bound(events, *moment, {}, &Event::begin);
    while (event != events.begin() && std::prev(event)->latest >= *moment) {
      --event;
      if (event->end >= *moment) seen.add(event->label, event->others);
    }
    return seen;
  }

  bool is_film(const Medium& shot) const {
    const std::string type = media_.cell(shot.row, media_.find("fileMediatype"));
    return !type.empty() && !type.starts_with("image/");
  }

  ImageAnnotations gathered() {
    timestamp_ = media_.find("timestamp");
    const auto path = media_.find("filePath");
    const auto name = media_.find("fileName");
    const auto place = deployments_.find("locationID");
    const auto deployment = deployments_.find("deploymentID");
    ImageAnnotations annotations;
    std::size_t films = 0;
    std::size_t mixed = 0;
    std::size_t unseen = 0;
    for (Medium& shot : shots_) {
      if (is_film(shot)) {
        ++films;
        continue;
      }
      if (shot.seen.labels() == 0) shot.seen = seen_around(shot);
      if (shot.seen.labels() != 1) {
        ++(shot.seen.labels() == 0 ? unseen : mixed);
        continue;
      }
      ImageAnnotation annotation;
      annotation.file = media_.cell(shot.row, path);
      // An image elsewhere may lie here by its name.
      if (annotation.file.find("://") != std::string::npos && name) {
        const std::string own = media_.cell(shot.row, name);
        if (!own.empty()) annotation.file = own;
      }
      annotation.label = shot.seen.label();
      annotation.group = deployments_.cell(shot.deployment, place);
      if (annotation.group.empty()) {
        annotation.group = deployments_.cell(shot.deployment, deployment);
      }
      annotation.others = shot.seen.others();
      annotation.others.merge(media_.others(shot.row, {"filePath"}));
      annotation.others.merge(deployments_.others(shot.deployment, {}));
      annotations.images.push_back(std::move(annotation));
    }
    note_left_out(mixed, "they show more than one thing", annotations.notes);
    note_left_out(unseen, "nothing is said of them", annotations.notes);
    note_left_out(films, "they are no images", annotations.notes);
    return annotations;
  }

  Table deployments_;
  Table media_;
  Table observations_;
  std::unordered_map<std::string, std::size_t> deployment_of_;  // rows, by deploymentID
  std::unordered_map<std::string, std::size_t> medium_of_;      // rows, by mediaID
  std::vector<Medium> shots_;
  std::vector<std::vector<Event>> events_;  // by the deployment's row
  std::optional<std::size_t> timestamp_;
};

}  // namespace

Result<CamtrapTables> camtrap_resources(std::string_view json, std::string_view file) {
  SENGI_TRY(root, parse_json(json, file));
  const auto fault = [&](std::string_view what) {
    return Error{fmt::format("{}: {}", file, what)};
  };
  if (!root.is_object() || !root.contains("resources") || !root["resources"].is_array()) {
    return fault("not a data package: it names no resources");
  }
  CamtrapTables tables;
  for (const auto& [name, path] : {std::pair("deployments", &tables.deployments),
                                   {"media", &tables.media},
                                   {"observations", &tables.observations}}) {
    for (const Json& resource : root["resources"]) {
      if (!resource.is_object() || resource.value("name", Json()) != name) continue;
      Json at = resource.value("path", Json());
      if (at.is_array() && at.size() == 1) at = Json(at[0]);
      if (at.is_string()) *path = at.get<std::string>();
    }
    if (path->empty()) {
      return fault(
          fmt::format("no resource '{}' that is one file; Camtrap DP has deployments, "
                      "media and observations",
                      name));
    }
    if (path->find("://") != std::string::npos) {
      return fault(
          fmt::format("its {} are elsewhere, at {}; download the package first", name, *path));
    }
  }
  return tables;
}

Result<ImageAnnotations> parse_camtrap_tables(const CamtrapTables& texts,
                                              const CamtrapTables& files) {
  SENGI_TRY(deployments, Table::parse(texts.deployments, files.deployments));
  SENGI_TRY(media, Table::parse(texts.media, files.media));
  SENGI_TRY(observations, Table::parse(texts.observations, files.observations));
  return Package(std::move(deployments), std::move(media), std::move(observations)).read();
}

}  // namespace sengi::data
