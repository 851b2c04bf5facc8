// SPDX-License-Identifier: Apache-2.0
// Where an animal was, and the grid that uplinks put it on: steps of 2.5e-5 degrees, 2.78 m at the
// equator, so a position comes back at most half a diagonal away: 1.97 m.
#pragma once

#include <cstdint>

#include "sengi/link/message.h"

namespace sengi::link {

struct Fix {
  std::uint32_t time_s = 0;       // Unix time
  std::int32_t latitude_e7 = 0;   // 1e-7 degrees, -90 .. 90 degrees
  std::int32_t longitude_e7 = 0;  // 1e-7 degrees, -180 .. 180 degrees
  bool clock_set = true;          // see Lead

  constexpr bool operator==(const Fix&) const = default;
};

inline constexpr std::int32_t grid_step_e7 = 250;
inline constexpr std::int32_t grid_rows = 7'200'001;      // latitude -90 is row 0, 90 the last
inline constexpr std::int32_t grid_columns = 14'400'000;  // longitude -180 is column 0, and 180 too
inline constexpr unsigned row_bits = 23;
inline constexpr unsigned column_bits = 24;

struct GridPoint {
  std::int32_t row = 0;
  std::int32_t column = 0;

  constexpr bool operator==(const GridPoint&) const = default;
};

constexpr bool on_earth(const Fix& fix) {
  return fix.latitude_e7 >= -900'000'000 && fix.latitude_e7 <= 900'000'000 &&
         fix.longitude_e7 >= -1'800'000'000 && fix.longitude_e7 <= 1'800'000'000;
}

// The nearest point. Requires: on_earth(fix).
constexpr GridPoint to_grid(const Fix& fix) {
  const auto rows = (static_cast<std::uint32_t>(fix.latitude_e7 + 900'000'000) + 125U) / 250U;
  // Up to 3.6e9: beyond 31 bits, within 32.
  const std::uint32_t east = static_cast<std::uint32_t>(fix.longitude_e7) + 1'800'000'000U;
  const std::uint32_t columns = (east + 125U) / 250U;
  return {static_cast<std::int32_t>(rows),
          static_cast<std::int32_t>(columns % static_cast<std::uint32_t>(grid_columns))};
}

// Requires: a point of the grid.
constexpr Fix from_grid(GridPoint point) {
  const std::uint32_t east = static_cast<std::uint32_t>(point.column) * 250U;
  return {.latitude_e7 = point.row * grid_step_e7 - 900'000'000,
          .longitude_e7 = static_cast<std::int32_t>(east - 1'800'000'000U)};
}

// A difference of columns the short way round: from -7,200,000 to 7,199,999.
// Requires: |difference| < 3 grid_columns / 2.
constexpr std::int32_t short_way(std::int32_t difference) {
  if (difference >= grid_columns / 2) return difference - grid_columns;
  if (difference < -grid_columns / 2) return difference + grid_columns;
  return difference;
}

constexpr void put_point(BitWriter& writer, GridPoint point) {
  writer.put(static_cast<std::uint32_t>(point.row), row_bits);
  writer.put(static_cast<std::uint32_t>(point.column), column_bits);
}

constexpr Fault take_point(BitReader& reader, GridPoint& point) {
  if (reader.left() < row_bits + column_bits) {
    return fault_at(Error::too_short, header_bytes + reader.size());
  }
  const std::size_t row_at = frame_byte(reader);
  point.row = static_cast<std::int32_t>(reader.take(row_bits));
  const std::size_t column_at = frame_byte(reader);
  point.column = static_cast<std::int32_t>(reader.take(column_bits));
  if (point.row >= grid_rows) return fault_at(Error::out_of_range, row_at);
  return point.column < grid_columns ? Fault{} : fault_at(Error::out_of_range, column_at);
}

}  // namespace sengi::link
