// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <array>
#include <cctype>
#include <cmath>
#include <filesystem>
#include <limits>
#include <optional>

#include "base/text.h"
#include "data/csv.h"
#include "data/series_parts.h"
#include "movement/track_parts.h"

namespace sengi::movement {
namespace {

using Column = std::optional<std::size_t>;

// "location-long" -> "locationlong"
std::string letters(std::string_view name) {
  std::string plain;
  for (const char c : name) {
    const auto byte = static_cast<unsigned char>(c);
    if (std::isalnum(byte) != 0) plain += static_cast<char>(std::tolower(byte));
  }
  return plain;
}

// The first of these names that a column has, by its letters alone.
Column find(const data::NamedRows& rows, std::initializer_list<std::string_view> names) {
  for (const std::string_view name : names) {
    for (std::size_t i = 0; i < rows.names().size(); ++i) {
      if (letters(rows.names()[i]) == name) return i;
    }
  }
  return std::nullopt;
}

struct Columns {
  std::size_t latitude;
  std::size_t longitude;
  std::size_t time;
  Column time_of_day;  // where `time` holds dates alone
  Column animal;
  Column visible;
};

Result<Columns> find_columns(const data::NamedRows& rows, std::string_view file) {
  const auto missing = [&](std::string_view what) {
    return Error{fmt::format("{}: no column of {}; there are: {}", file, what,
                             fmt::join(rows.names(), ", "))};
  };
  const Column latitude = find(rows, {"locationlat", "latitude", "lat", "decimallatitude", "gpslat",
                                      "gpslatitude", "latitudedeg", "latdeg", "lat1", "ycoord"});
  const Column longitude = find(
      rows, {"locationlong", "locationlon", "longitude", "lon", "long", "lng", "decimallongitude",
             "gpslon", "gpslong", "gpslongitude", "longitudedeg", "londeg", "xcoord"});
  if (!latitude && !longitude && find(rows, {"x", "easting", "utmeasting", "utmx"})) {
    return Error{fmt::format(
        "{}: x and y may be metres of any reference system; name degrees latitude and longitude",
        file)};
  }
  if (!latitude) return missing("latitude");
  if (!longitude) return missing("longitude");
  Column time = find(rows, {"timestamp", "timestamputc", "datetime", "datetimeutc", "time",
                            "timeutc", "eventdate", "fixtime", "acquisitiontime", "gmttime",
                            "recordedat", "date", "dateutc", "gmtdate", "utcdate"});
  if (!time) return missing("time");
  const bool dates = letters(rows.names()[*time]).find("date") != std::string::npos &&
                     letters(rows.names()[*time]).find("time") == std::string::npos;
  Column time_of_day;
  const Column date = find(rows, {"date", "dateutc", "gmtdate", "utcdate"});
  const Column hour = find(rows, {"time", "timeutc", "gmttime", "utctime", "timeofday"});
  if (date && hour && (dates || *time == *hour)) {
    time = date;
    time_of_day = hour;
  }
  return Columns{*latitude,
                 *longitude,
                 *time,
                 time_of_day,
                 find(rows, {"individuallocalidentifier", "animal", "animalid", "individual",
                             "individualid", "name", "taglocalidentifier", "tag", "tagid", "collar",
                             "collarid", "deviceid", "id"}),
                 find(rows, {"visible"})};
}

std::optional<double> degrees_in(std::string_view cell) {
  if (const auto plain = data::number_in(cell)) return plain;
  // A decimal comma, where cells stand between semicolons or tabs.
  std::string point(cell);
  if (std::count(point.begin(), point.end(), ',') != 1) return std::nullopt;
  std::replace(point.begin(), point.end(), ',', '.');
  return data::number_in(point);
}

class Reader {
 public:
  Reader(data::NamedRows& rows, const Columns& columns, std::string_view file)
      : rows_(rows), columns_(columns), file_(file) {}

  Result<void> read() {
    for (;;) {
      SENGI_TRY(any, rows_.next());
      if (!any) return verdict();
      ++count_;
      row();
    }
  }

  std::map<std::string, std::vector<RawFix>> animals;
  std::vector<std::string> notes;

 private:
  void bad(std::string what) {
    constexpr std::size_t shown = 10;
    if (++bad_ <= shown) notes.push_back(fmt::format("{}:{}: {}", file_, rows_.line(), what));
    if (bad_ == shown + 1) notes.push_back(fmt::format("{}: and more such lines", file_));
  }

  void row() {
    if (columns_.visible && letters(rows_.cell(*columns_.visible)) == "false") {
      ++outliers_;
      return;
    }
    if (rows_.blank(columns_.latitude) || rows_.blank(columns_.longitude)) {
      ++empty_;
      return;
    }
    const auto latitude = degrees_in(rows_.cell(columns_.latitude));
    const auto longitude = degrees_in(rows_.cell(columns_.longitude));
    if (!latitude || !longitude) {
      return bad(fmt::format("no position: '{}', '{}'; left out", rows_.cell(columns_.latitude),
                             rows_.cell(columns_.longitude)));
    }
    if (std::abs(*latitude) > 90 || std::abs(*longitude) > 180) {
      if (std::abs(*latitude) > 90 && std::abs(*longitude) <= 90) ++swapped_;
      return bad(fmt::format("no place on the Earth: latitude {}, longitude {}; left out",
                             *latitude, *longitude));
    }
    // What receivers write where they had no fix.
    if (*latitude == 0 && *longitude == 0) {
      ++empty_;
      return;
    }
    std::string time(rows_.cell(columns_.time));
    if (columns_.time_of_day) time = fmt::format("{} {}", time, rows_.cell(*columns_.time_of_day));
    const auto moment = data::moment_in(time);
    if (!moment || moment->second < 0 ||
        moment->second > std::numeric_limits<std::uint32_t>::max()) {
      return bad(fmt::format("no time: '{}'; it takes YYYY-MM-DD HH:MM:SS; left out", time));
    }
    std::string animal =
        columns_.animal ? std::string(data::trimmed(rows_.cell(*columns_.animal))) : "";
    if (animal.empty()) animal = std::filesystem::path(file_).stem().string();
    const geo::Position position = {static_cast<std::int32_t>(std::lround(*latitude * 1e7)),
                                    static_cast<std::int32_t>(std::lround(*longitude * 1e7))};
    animals[animal].push_back(
        {{static_cast<std::uint32_t>(moment->second), position}, rows_.line()});
  }

  Result<void> verdict() {
    if (swapped_ > 0 && 10 * swapped_ > count_) {
      return Error{fmt::format(
          "{}: {} latitudes beyond a pole that would do as longitudes: columns '{}' and '{}' are "
          "probably swapped",
          file_, swapped_, rows_.names()[columns_.latitude], rows_.names()[columns_.longitude])};
    }
    if (10 * bad_ > count_) {
      return Error{fmt::format("{}: {} of {} rows are no fixes; the first: {}", file_, bad_, count_,
                               notes.front())};
    }
    if (animals.empty()) return Error{fmt::format("{}: not one fix", file_)};
    if (outliers_ > 0) {
      notes.push_back(
          fmt::format("{}: {} marked as not visible; left out", file_, counted(outliers_, "row")));
    }
    if (empty_ > 0) {
      notes.push_back(
          fmt::format("{}: {} without a position; left out", file_, counted(empty_, "row")));
    }
    return {};
  }

  data::NamedRows& rows_;
  const Columns& columns_;
  std::string_view file_;
  std::size_t count_ = 0;
  std::size_t bad_ = 0;
  std::size_t swapped_ = 0;
  std::size_t outliers_ = 0;
  std::size_t empty_ = 0;
};

}  // namespace

Result<TrackFile> parse_track_table(std::string_view text, std::string_view file,
                                    const TrackOptions& options) {
  auto opened = data::NamedRows::open(text, file);
  if (!opened) return opened.error();
  data::NamedRows& rows = opened.value();
  SENGI_TRY(columns, find_columns(rows, file));
  Reader reader(rows, columns, file);
  SENGI_CHECK(reader.read());
  TrackFile tracks = put_in_order(std::move(reader.animals), file, options);
  tracks.notes.insert(tracks.notes.begin(), reader.notes.begin(), reader.notes.end());
  return tracks;
}

}  // namespace sengi::movement
