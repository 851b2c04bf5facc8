// SPDX-License-Identifier: Apache-2.0
#include "station/fields_api.h"

#include <algorithm>
#include <cmath>
#include <nlohmann/json.hpp>

#include "link/names.h"
#include "station/clock.h"
#include "station/sensors.h"

namespace sengi::station {
namespace {

using Json = nlohmann::ordered_json;

std::string text_of(const Json& json) {
  return json.dump(-1, ' ', false, Json::error_handler_t::replace) + "\n";
}

double rounded(double value, double steps) { return std::round(value * steps) / steps; }

struct Field {
  std::int64_t id;
  Json json;
  double share = 0;  // of what is readily there, missing
};

Json json_of(const FieldWater& water) {
  const WaterAdvice& advice = water.advice;
  return {{"time", to_rfc3339(water.time_ms)},
          {"sensors", water.sensors},
          {"water", name_of(advice.water)},
          {"moisture", rounded(advice.moisture, 1e4)},
          {"missing_mm", rounded(advice.missing_mm, 10)},
          {"readily_mm", rounded(advice.readily_mm, 10)},
          {"give_mm", rounded(advice.give_mm, 10)},
          {"days_left", advice.days_left ? Json(rounded(*advice.days_left, 10)) : Json(nullptr)}};
}

}  // namespace

Result<std::optional<std::string>> sensor_readings(Database& database, const std::string& device,
                                                   const Page& page) {
  Statement find(database, "SELECT id FROM devices WHERE device = ?");
  SENGI_TRY(found, find.bind(device).next());
  if (!found) return std::optional<std::string>{};
  Statement select(
      database,
      "SELECT time_ms, quantity, sensor, value, fault FROM readings WHERE device_id = "
      "? AND time_ms >= ? AND time_ms <= ? ORDER BY time_ms, quantity, sensor LIMIT ?");
  select.bind(find.whole(0))
      .bind(page.from_ms)
      .bind(page.to_ms)
      .bind(std::clamp<std::int64_t>(page.limit, 1, page_max));
  Json list = Json::array();
  while (true) {
    SENGI_TRY(more, select.next());
    if (!more) break;
    const link::QuantityName& quantity =
        link::name_of(static_cast<link::Quantity>(select.whole(1)));
    list.push_back(
        {{"time", to_rfc3339(select.whole(0))},
         {"quantity", quantity.name},
         {"sensor", select.whole(2)},
         {"value", select.is_null(3) ? Json(nullptr)
                                     : Json(static_cast<double>(select.whole(3)) / quantity.steps)},
         {"unit", quantity.unit},
         {"fault", name_of(static_cast<ReadingFault>(select.whole(4)))}});
  }
  return std::optional(text_of({{"device", device}, {"readings", std::move(list)}}));
}

Result<std::string> field_water(Database& database, const Settings::Irrigation& settings) {
  std::vector<Field> fields;
  // One look at the index a device, however many readings it has.
  Statement select(
      database,
      "SELECT id, device, name FROM devices WHERE EXISTS (SELECT 1 FROM readings WHERE "
      "device_id = devices.id AND quantity = ?)");
  select.bind(static_cast<int>(link::Quantity::soil_moisture));
  while (true) {
    SENGI_TRY(more, select.next());
    if (!more) break;
    fields.push_back({select.whole(0), {{"device", select.text(1)}, {"name", select.text(2)}}});
  }
  select.reset();
  std::vector<Field> known;
  for (Field& field : fields) {
    SENGI_TRY(water, water_of(database, field.id, settings));
    if (!water) continue;
    field.json.update(json_of(*water));
    field.share = water->advice.missing_mm / water->advice.readily_mm;
    known.push_back(std::move(field));
  }
  std::stable_sort(known.begin(), known.end(),
                   [](const Field& a, const Field& b) { return a.share > b.share; });
  Json list = Json::array();
  for (Field& field : known) list.push_back(std::move(field.json));
  return text_of({{"fields", std::move(list)}});
}

}  // namespace sengi::station
