// SPDX-License-Identifier: Apache-2.0
// Where something is on the Earth, and how far that is from elsewhere, in whole numbers.
//
// Positions are what GPS receivers give: WGS 84, in steps of 1e-7 degree (11 mm at the most).
// Offsets between them lie in a plane (equirectangular projection): a difference in degrees times
// what a degree is there, north-south and east-west. Both lengths come from tables of the WGS 84
// ellipsoid with an entry a degree and a straight line between entries.
//
// Error against the geodesic, as src/zones/position_test.cpp holds it: at most 0.02 % + 0.2 m up to
// 100 km apart at latitudes up to 65 degrees with the scale of the latitude half way (offset()); a
// scale that is taken at one end (Scale) is off by tan(latitude) * difference in latitude / 2
// besides: 0.14 % at 50 km and 20 degrees.
#pragma once

#include <cstdint>

namespace sengi::geo {

struct Position {
  std::int32_t latitude_e7;   // -900,000,000 .. 900,000,000, north positive
  std::int32_t longitude_e7;  // -1,800,000,000 .. 1,800,000,000, east positive

  constexpr bool operator==(const Position&) const = default;
};

inline constexpr std::int32_t pole_e7 = 900'000'000;
inline constexpr std::int32_t half_turn_e7 = 1'800'000'000;
inline constexpr std::int64_t turn_e7 = 3'600'000'000;

// Whether both numbers are in their ranges.
constexpr bool valid(Position p) {
  return p.latitude_e7 >= -pole_e7 && p.latitude_e7 <= pole_e7 && p.longitude_e7 >= -half_turn_e7 &&
         p.longitude_e7 <= half_turn_e7;
}

// Longitude brought into [-180, 180) degrees. Requires: |longitude| below 540 degrees.
constexpr std::int32_t wrapped_longitude_e7(std::int64_t longitude_e7) {
  if (longitude_e7 >= half_turn_e7) longitude_e7 -= turn_e7;
  if (longitude_e7 < -half_turn_e7) longitude_e7 += turn_e7;
  return static_cast<std::int32_t>(longitude_e7);
}

// The shorter way round from one longitude to another, east positive, in [-180, 180) degrees.
constexpr std::int32_t longitude_difference_e7(Position from, Position to) {
  return wrapped_longitude_e7(std::int64_t{to.longitude_e7} - from.longitude_e7);
}

// Of a plane that touches the Earth at a position: x to the east, y to the north.
struct Offset {
  std::int32_t east_dm;  // decimetres, within +-210,000,000 (half way round the Earth)
  std::int32_t north_dm;

  constexpr bool operator==(const Offset&) const = default;
};

namespace position_table {

// Decimetres in 1e-7 degree at each whole degree of latitude, 1.0 = 2^19: of a meridian,
// a (1 - e^2) / (1 - e^2 sin^2)^(3/2) * pi / 180, and of a parallel, a cos / sqrt(1 - e^2 sin^2) *
// pi / 180, with WGS 84's a = 6,378,137 m and 1/f = 298.257223563.
inline constexpr int fraction_bits = 19;
inline constexpr std::uint16_t meridian[91] = {
    57973, 57973, 57973, 57974, 57976, 57977, 57979, 57981, 57984, 57987, 57990, 57994, 57998,
    58002, 58007, 58012, 58017, 58023, 58028, 58035, 58041, 58048, 58055, 58062, 58069, 58077,
    58085, 58093, 58101, 58110, 58119, 58128, 58137, 58146, 58155, 58165, 58174, 58184, 58194,
    58204, 58214, 58224, 58234, 58245, 58255, 58265, 58275, 58286, 58296, 58306, 58316, 58326,
    58336, 58346, 58356, 58366, 58375, 58385, 58394, 58403, 58412, 58421, 58430, 58438, 58446,
    58454, 58462, 58470, 58477, 58484, 58491, 58497, 58503, 58509, 58515, 58520, 58525, 58530,
    58534, 58538, 58542, 58545, 58548, 58551, 58553, 58555, 58557, 58558, 58559, 58560, 58560};
inline constexpr std::uint16_t parallel[91] = {
    58363, 58355, 58328, 58284, 58222, 58143, 58046, 57931, 57799, 57650, 57483, 57298, 57096,
    56877, 56641, 56387, 56117, 55829, 55525, 55203, 54865, 54510, 54139, 53751, 53347, 52927,
    52491, 52038, 51570, 51086, 50587, 50072, 49542, 48996, 48436, 47861, 47272, 46668, 46050,
    45417, 44771, 44111, 43438, 42751, 42051, 41338, 40613, 39875, 39125, 38363, 37589, 36804,
    36007, 35199, 34381, 33551, 32712, 31862, 31003, 30134, 29255, 28368, 27472, 26567, 25654,
    24734, 23805, 22869, 21927, 20977, 20021, 19058, 18090, 17116, 16137, 15153, 14164, 13171,
    12173, 11172, 10168, 9160,  8149,  7136,  6121,  5104,  4085,  3065,  2044,  1022,  0};

// Requires: a valid latitude.
constexpr std::int32_t at(const std::uint16_t* table, std::int32_t latitude_e7) {
  constexpr std::uint32_t degree_e7 = 10'000'000;
  constexpr std::uint32_t coarse = 1000;  // keeps the product below 2^31
  const auto off_equator = static_cast<std::uint32_t>(latitude_e7 < 0 ? -latitude_e7 : latitude_e7);
  const std::uint32_t degree = off_equator / degree_e7;
  const std::int32_t low = table[degree];
  if (degree == 90) return low;
  const auto part = static_cast<std::int32_t>((off_equator % degree_e7) / coarse);
  return low + (table[degree + 1] - low) * part / static_cast<std::int32_t>(degree_e7 / coarse);
}

}  // namespace position_table

// What 1e-7 degree is at a latitude, in decimetres * 2^19.
struct Scale {
  std::int32_t meridian;
  std::int32_t parallel;  // 0 at the poles

  // Requires: a valid latitude.
  static constexpr Scale at(std::int32_t latitude_e7) {
    return {position_table::at(position_table::meridian, latitude_e7),
            position_table::at(position_table::parallel, latitude_e7)};
  }

  // Degrees to decimetres, rounded to nearest; north and south, east and west alike.
  static constexpr std::int32_t decimetres(std::int64_t degrees_e7, std::int32_t scale) {
    constexpr std::int64_t half = std::int64_t{1} << (position_table::fraction_bits - 1);
    const std::int64_t size = (degrees_e7 < 0 ? -degrees_e7 : degrees_e7) * scale + half;
    const auto rounded = static_cast<std::int32_t>(size >> position_table::fraction_bits);
    return degrees_e7 < 0 ? -rounded : rounded;
  }

  constexpr std::int32_t east_dm(std::int64_t degrees_e7) const {
    return decimetres(degrees_e7, parallel);
  }
  constexpr std::int32_t north_dm(std::int64_t degrees_e7) const {
    return decimetres(degrees_e7, meridian);
  }
};

// From one position to another, with the scale of the latitude half way between them.
// Requires: both valid.
constexpr Offset offset(Position from, Position to) {
  const auto middle =
      static_cast<std::int32_t>((std::int64_t{from.latitude_e7} + to.latitude_e7) / 2);
  const Scale scale = Scale::at(middle);
  return {scale.east_dm(longitude_difference_e7(from, to)),
          scale.north_dm(std::int64_t{to.latitude_e7} - from.latitude_e7)};
}

// The whole part of a square root.
constexpr std::uint32_t square_root(std::uint64_t x) {
  std::uint64_t root = 0;
  std::uint64_t bit = std::uint64_t{1} << 62;
  while (bit > x) bit >>= 2;
  for (; bit != 0; bit >>= 2) {
    if (x >= root + bit) {
      x -= root + bit;
      root = (root >> 1) + bit;
    } else {
      root >>= 1;
    }
  }
  return static_cast<std::uint32_t>(root);
}

constexpr std::uint64_t square_dm2(Offset o) {
  return static_cast<std::uint64_t>(std::int64_t{o.east_dm} * o.east_dm +
                                    std::int64_t{o.north_dm} * o.north_dm);
}

// In decimetres, rounded down.
constexpr std::uint32_t length_dm(Offset o) { return square_root(square_dm2(o)); }

// In metres, rounded to nearest. Requires: both valid.
constexpr std::uint32_t distance_m(Position from, Position to) {
  return (length_dm(offset(from, to)) + 5) / 10;
}

// The position that lies so far away; it stops at a pole, and goes on over the date line.
// Requires: valid, and an offset within 1,000 km.
constexpr Position moved(Position from, Offset by) {
  const Scale scale = Scale::at(from.latitude_e7);
  const auto degrees = [](std::int32_t dm, std::int32_t unit) {
    return std::int64_t{dm} * (std::int64_t{1} << position_table::fraction_bits) /
           (unit > 0 ? unit : 1);
  };
  std::int64_t latitude = from.latitude_e7 + degrees(by.north_dm, scale.meridian);
  if (latitude > pole_e7) latitude = pole_e7;
  if (latitude < -pole_e7) latitude = -pole_e7;
  const std::int64_t east = degrees(by.east_dm, scale.parallel) % turn_e7;
  return {static_cast<std::int32_t>(latitude),
          wrapped_longitude_e7(wrapped_longitude_e7(east) + std::int64_t{from.longitude_e7})};
}

}  // namespace sengi::geo
