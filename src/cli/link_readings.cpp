// SPDX-License-Identifier: Apache-2.0
// sengi link readings: a sensor's log as the uplinks that a station in a field would have sent.
#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <cmath>
#include <memory>
#include <nlohmann/json.hpp>

#include "base/files.h"
#include "base/text.h"
#include "cli/link.h"
#include "data/csv.h"
#include "data/series_parts.h"
#include "link/hex.h"
#include "link/names.h"
#include "sengi/link/message.h"
#include "station/clock.h"

namespace sengi::cli {
namespace {

using Json = nlohmann::ordered_json;

struct Asked {
  std::string log;
  std::string device;
  std::vector<std::string> sensors;  // "soil_moisture.0=COLUMN"
  std::string last;
  int utc_offset_min = 0;
  double days = 0;  // of the end of the log; 0: all
  std::string to;
};

struct Sensor {
  link::Quantity quantity;
  std::uint8_t number;
  std::string column;
  std::size_t at = 0;
};

struct Row {
  std::int64_t time_s;
  std::vector<link::SensorReading> readings;
};

Result<Sensor> sensor_in(const std::string& word) {
  const std::size_t equals = word.find('=');
  const std::size_t dot = word.find('.');
  std::vector<std::string> names;
  for (std::size_t i = 0; i < link::quantities; ++i) {
    names.emplace_back(link::quantity_names[i].name);
    if (equals == std::string::npos || dot > equals || word.substr(0, dot) != names.back())
      continue;
    const auto number = data::number_in(word.substr(dot + 1, equals - dot - 1));
    const bool whole =
        number && *number >= 0 && *number < link::sensors_max && *number == std::floor(*number);
    if (!whole || equals + 1 == word.size()) break;
    return Sensor{static_cast<link::Quantity>(i), static_cast<std::uint8_t>(*number),
                  word.substr(equals + 1)};
  }
  return Error{fmt::format(
      "--sensor {}: write it as soil_moisture.0=COLUMN, with a number up to {} and one of {}", word,
      link::sensors_max - 1, alternatives(names))};
}

// What a reader cannot send becomes the most that it can: it cannot be, and the station says so.
std::int16_t steps_of(double value, link::Quantity quantity) {
  const double steps = std::round(value * link::name_of(quantity).steps);
  return static_cast<std::int16_t>(std::clamp(steps, -32'767.0, 32'767.0));
}

Result<std::vector<Row>> rows_of(const Asked& asked, std::vector<Sensor>& sensors) {
  SENGI_TRY(text, read_text(asked.log));
  SENGI_TRY(table, data::NamedRows::open(text, asked.log));
  std::optional<std::size_t> time;
  for (std::size_t i = 0; i < table.names().size(); ++i) {
    const auto rank = data::time_rank(table.names()[i]);
    if (rank && (!time || *rank < *data::time_rank(table.names()[*time]))) time = i;
  }
  if (!time) {
    return Error{
        fmt::format("{}: no column of time; name it time, timestamp, datetime or date", asked.log)};
  }
  for (Sensor& sensor : sensors) {
    SENGI_TRY(at, table.need(sensor.column));
    sensor.at = at;
  }
  data::Clock clock(table.names()[*time]);
  std::vector<Row> rows;
  while (true) {
    SENGI_TRY(more, table.next());
    if (!more) break;
    const auto since = clock.since_first(data::trimmed(table.cell(*time)));
    if (!since) return table.fault(fmt::format("'{}' is no time", table.cell(*time)));
    if (rows.empty() && !clock.epoch_s() && asked.last.empty()) {
      return table.fault(
          "its time counts from nobody knows when; say when the last is with --last");
    }
    Row row{static_cast<std::int64_t>(std::llround(clock.epoch_s().value_or(0) + *since)) -
                60 * asked.utc_offset_min,
            {}};
    if (!rows.empty() && row.time_s < rows.back().time_s) {
      return table.fault("its time is before that of the row above");
    }
    for (const Sensor& sensor : sensors) {
      const auto value = table.number(sensor.at);
      if (!value && !table.blank(sensor.at)) return table.no_number(sensor.at);
      row.readings.push_back({sensor.quantity, sensor.number,
                              value ? steps_of(*value, sensor.quantity) : link::no_value});
    }
    rows.push_back(std::move(row));
  }
  if (rows.empty()) return Error{fmt::format("{}: no readings", asked.log)};
  return rows;
}

Result<std::int64_t> shift_of(const Asked& asked, const std::vector<Row>& rows) {
  if (asked.last.empty()) return 0;
  if (asked.last == "now") return station::now_ms() / 1000 - rows.back().time_s;
  const auto last_ms = station::from_rfc3339(asked.last);
  if (!last_ms.ok()) {
    return Error{
        fmt::format("--last {}: 'now' or a time such as 2026-01-31T12:00:00Z", asked.last)};
  }
  return last_ms.value() / 1000 - rows.back().time_s;
}

Result<Status> readings(const Asked& asked) {
  std::vector<Sensor> sensors;
  for (const std::string& word : asked.sensors) {
    SENGI_TRY(sensor, sensor_in(word));
    sensors.push_back(std::move(sensor));
  }
  SENGI_TRY(rows, rows_of(asked, sensors));
  SENGI_TRY(shift_s, shift_of(asked, rows));
  const std::int64_t from_s =
      asked.days > 0 ? rows.back().time_s - std::llround(asked.days * 86'400) : INT64_MIN;
  std::string lines;
  std::uint8_t sequence = 0;
  for (const Row& row : rows) {
    if (row.time_s < from_s) continue;
    const std::int64_t time_s = row.time_s + shift_s;
    if (time_s < 0 || time_s > UINT32_MAX) {
      return Error{fmt::format("{}: a time outside of 1970 to 2106", asked.log)};
    }
    std::span<const link::SensorReading> left = row.readings;
    while (!left.empty()) {
      link::Bytes frame(link::message_bytes_max);
      const link::Lead lead{sequence++, true, static_cast<std::uint32_t>(time_s)};
      const link::Encoded made = link::encode_readings(lead, left, frame);
      frame.resize(made.bytes);
      left = left.subspan(made.taken);
      const Json line{{"device", asked.device},
                      {"port", link::port_of(frame[0])},
                      {"payload", link::to_base64(frame)},
                      {"time", station::to_rfc3339(time_s * 1000)}};
      lines += line.dump() + "\n";
    }
  }
  if (asked.to.empty()) {
    SENGI_CHECK(say(lines));
  } else {
    SENGI_CHECK(write_text(asked.to, lines));
  }
  return Status::done;
}

}  // namespace

void add_link_readings(CLI::App& group, Session& session) {
  auto asked = std::make_shared<Asked>();
  CLI::App* command = group.add_subcommand(
      "readings", "A log of sensors as the uplinks that a station in a field would send");
  command->add_option("LOG", asked->log, "A table with a column of time")
      ->required()
      ->check(CLI::ExistingFile);
  command->add_option("--device", asked->device, "Which station")->required();
  command
      ->add_option("--sensor", asked->sensors,
                   "A sensor and its column: soil_moisture.0=COLUMN, in the quantity's unit")
      ->required();
  command->add_option("--last", asked->last,
                      "Move all times so that the last is then: now, or 2026-01-31T12:00:00Z");
  command
      ->add_option("--utc-offset-min", asked->utc_offset_min,
                   "By how much the log's clock is ahead of UTC")
      ->check(CLI::Range(-720, 840));
  command->add_option("--days", asked->days, "Only so many days, the last ones")
      ->check(CLI::PositiveNumber);
  command->add_option("--to", asked->to, "A file; else standard output");
  command->footer(
      "Quantities: air_temperature and soil_temperature in C; soil_moisture in m3 a m3; humidity "
      "and\n"
      "leaf_wetness in %; pressure in hPa; rain and water_level in mm; wind_speed in m/s; "
      "irradiance in\n"
      "W/m2. A blank cell is a sensor that gave nothing. A station takes what comes out by\n"
      "`sengi station import`, by its inbox, or by HTTP.\n\n"
      "Example:\n"
      "  sengi link readings north.csv --device north --sensor soil_moisture.0=5_cm__VWC \\\n"
      "    --sensor air_temperature.0=air__C --last now --to inbox/north.jsonl");
  command->callback([asked, &session] { session.action = [asked] { return readings(*asked); }; });
}

}  // namespace sengi::cli
