// SPDX-License-Identifier: Apache-2.0
#include "station/export.h"

#include <fmt/format.h>

#include <nlohmann/json.hpp>
#include <vector>

#include "data/csv.h"
#include "link/hex.h"
#include "link/names.h"
#include "station/clock.h"
#include "station/sensors.h"
#include "station/store.h"

namespace sengi::station {
namespace {

constexpr std::size_t piece_bytes = 1U << 16;

std::string degrees(std::int64_t e7) {
  return fmt::format("{:.7f}", static_cast<double>(e7) / 1e7);
}

std::string time_or_nothing(const Statement& row, int column) {
  return row.is_null(column) ? std::string() : to_rfc3339(row.whole(column));
}

std::string whole_or_nothing(const Statement& row, int column) {
  return row.is_null(column) ? std::string() : std::to_string(row.whole(column));
}

// "2026-01-01 00:00:00.250", which Movebank takes for UTC.
std::string movebank_time(std::int64_t time_ms) {
  std::string text = to_rfc3339(time_ms - time_ms % 1000).substr(0, 19);
  text[10] = ' ';
  return fmt::format("{}.{:03}", text, time_ms % 1000);
}

std::string quoted(const std::string& text) {
  return nlohmann::json(text).dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
}

// One kind of export: what is asked, what stands before, between and behind, and a row.
struct Table {
  const char* select;  // ?1 device or null, ?2 from, ?3 to
  std::string head;
  const char* between = "";
  const char* foot = "";
  std::function<std::string(const Statement&)> row;
};

Table positions(ExportForm form) {
  Table table{
      "SELECT device, name, time_ms, positions.latitude_e7, positions.longitude_e7 FROM "
      "devices JOIN positions ON device_id = id WHERE (?1 IS NULL OR device = ?1) AND "
      "time_ms >= ?2 AND time_ms <= ?3 ORDER BY device, time_ms",
      {},
      "",
      "",
      {}};
  switch (form) {
    case ExportForm::csv:
      table.head = "device,name,time,latitude,longitude\n";
      table.row = [](const Statement& row) {
        return data::csv_line({row.text(0), row.text(1), to_rfc3339(row.whole(2)),
                               degrees(row.whole(3)), degrees(row.whole(4))});
      };
      break;
    case ExportForm::movebank:
      table.head =
          "individual-local-identifier,tag-local-identifier,timestamp,location-lat,"
          "location-long,sensor-type\n";
      table.row = [](const Statement& row) {
        const std::string name = row.text(1).empty() ? row.text(0) : row.text(1);
        return data::csv_line({name, row.text(0), movebank_time(row.whole(2)),
                               degrees(row.whole(3)), degrees(row.whole(4)), "gps"});
      };
      break;
    case ExportForm::geojson:
      table.head = "{\"type\":\"FeatureCollection\",\"features\":[\n";
      table.between = ",\n";
      table.foot = "\n]}\n";
      table.row = [](const Statement& row) {
        return fmt::format(
            R"({{"type":"Feature","geometry":{{"type":"Point","coordinates":[{},{}]}},)"
            R"("properties":{{"device":{},"name":{},"time":"{}"}}}})",
            degrees(row.whole(4)), degrees(row.whole(3)), quoted(row.text(0)), quoted(row.text(1)),
            to_rfc3339(row.whole(2)));
      };
      break;
  }
  return table;
}

Table readings() {
  return {
      "SELECT device, name, time_ms, quantity, sensor, value, fault FROM devices JOIN readings "
      "ON device_id = id WHERE (?1 IS NULL OR device = ?1) AND time_ms >= ?2 AND time_ms <= ?3 "
      "ORDER BY device, time_ms, quantity, sensor",
      "device,name,time,quantity,sensor,value,unit,fault\n", "", "", [](const Statement& row) {
        const auto& quantity = link::name_of(static_cast<link::Quantity>(row.whole(3)));
        const std::string value =
            row.is_null(5) ? std::string()
                           : fmt::format("{}", static_cast<double>(row.whole(5)) / quantity.steps);
        return data::csv_line({row.text(0), row.text(1), to_rfc3339(row.whole(2)),
                               std::string(quantity.name), std::to_string(row.whole(4)), value,
                               std::string(quantity.unit),
                               std::string(name_of(static_cast<ReadingFault>(row.whole(6))))});
      }};
}

Table uplinks() {
  return {
      "SELECT device, name, time_ms, heard_ms, arrived_ms, counter, port, payload, kind, marks, "
      "rssi_dbm, snr_db, gateways, copies FROM devices JOIN uplinks ON device_id = devices.id "
      "WHERE (?1 IS NULL OR device = ?1) AND time_ms >= ?2 AND time_ms <= ?3 ORDER BY device, "
      "time_ms, uplinks.id",
      "device,name,time,heard,arrived,counter,port,payload,kind,late,out_of_order,future,rssi_dbm,"
      "snr_db,gateways,copies\n",
      "", "", [](const Statement& row) {
        const std::int64_t marks = row.whole(9);
        const auto marked = [&](Mark mark) { return std::string((marks & mark) != 0 ? "1" : ""); };
        return data::csv_line(
            {row.text(0), row.text(1), to_rfc3339(row.whole(2)), time_or_nothing(row, 3),
             to_rfc3339(row.whole(4)), whole_or_nothing(row, 5), std::to_string(row.whole(6)),
             link::to_hex(row.bytes(7)), row.text(8), marked(Mark::late),
             marked(Mark::out_of_order), marked(Mark::future), whole_or_nothing(row, 10),
             row.is_null(11) ? std::string() : fmt::format("{}", row.number(11)),
             std::to_string(row.whole(12)), std::to_string(row.whole(13))});
      }};
}

Table alerts() {
  return {
      "SELECT device, name, kind, subject, severity, state, level, raised_ms, acknowledged_ms, "
      "acknowledged_by, cleared_ms, detail FROM devices JOIN alerts ON device_id = devices.id "
      "WHERE (?1 IS NULL OR device = ?1) AND raised_ms >= ?2 AND raised_ms <= ?3 ORDER BY "
      "device, raised_ms, alerts.id",
      "device,name,kind,subject,severity,state,level,raised,acknowledged,acknowledged_by,cleared,"
      "detail\n",
      "", "", [](const Statement& row) {
        return data::csv_line(
            {row.text(0), row.text(1), row.text(2), row.text(3), row.text(4), row.text(5),
             std::to_string(row.whole(6)), to_rfc3339(row.whole(7)), time_or_nothing(row, 8),
             row.is_null(9) ? std::string() : row.text(9), time_or_nothing(row, 10), row.text(11)});
      }};
}

Result<Table> table_of(const ExportAsked& asked) {
  if (asked.of != ExportOf::positions && asked.form != ExportForm::csv) {
    return Error{"only positions have this form; the others are CSV"};
  }
  switch (asked.of) {
    case ExportOf::positions:
      return positions(asked.form);
    case ExportOf::readings:
      return readings();
    case ExportOf::uplinks:
      return uplinks();
    case ExportOf::alerts:
      break;
  }
  return alerts();
}

}  // namespace

Result<std::size_t> export_rows(Database& database, const ExportAsked& asked, const Write& write) {
  SENGI_TRY(table, table_of(asked));
  if (asked.device) {
    Statement find(database, "SELECT 1 FROM devices WHERE device = ?");
    SENGI_TRY(found, find.bind(*asked.device).next());
    if (!found) return Error{fmt::format("{}: no such device was ever heard", *asked.device)};
  }
  Statement select(database, table.select);
  select.bind(asked.device).bind(asked.from_ms).bind(asked.to_ms);
  std::string piece = table.head;
  std::size_t rows = 0;
  while (true) {
    SENGI_TRY(more, select.next());
    if (!more) break;
    if (rows++ > 0) piece += table.between;
    piece += table.row(select);
    if (piece.size() < piece_bytes) continue;
    SENGI_CHECK(write(piece));
    piece.clear();
  }
  SENGI_CHECK(write(piece + table.foot));
  return rows;
}

}  // namespace sengi::station
