// SPDX-License-Identifier: Apache-2.0
#include "sengi/geo/position.h"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <numbers>
#include <random>

#include "zones/test_shapes.h"

namespace sengi::zones {
namespace {

using geo::Offset;
using geo::Position;

constexpr double radians = std::numbers::pi / 180;

TEST(Position, VincentyIsTheOneThatIsPublished) {
  // Geoscience Australia, "Geocentric Datum of Australia technical manual": Flinders Peak to
  // Buninyong, 54,972.271 m on GRS 80, which differs from WGS 84 by a tenth of a millimetre.
  const Position flinders = {-379510334, 1444248679};
  const Position buninyong = {-376528211, 1439264955};
  EXPECT_NEAR(vincenty_m(flinders, buninyong), 54972.271, 0.01);
  EXPECT_EQ(geo::distance_m(flinders, buninyong), 54972U);
}

TEST(Position, TablesAreThoseOfTheEllipsoid) {
  constexpr double a = 6378137;
  constexpr double f = 1 / 298.257223563;
  constexpr double e2 = f * (2 - f);
  for (int degree = 0; degree <= 90; ++degree) {
    const double sine = std::sin(degree * radians);
    const double w = 1 - e2 * sine * sine;
    const double unit = radians * 1e-7 * 10 * std::ldexp(1.0, 19);
    EXPECT_NEAR(geo::position_table::meridian[degree], a * (1 - e2) / std::pow(w, 1.5) * unit, 0.5);
    EXPECT_NEAR(geo::position_table::parallel[degree],
                a * std::cos(degree * radians) / std::sqrt(w) * unit, 0.5 + 1e-6);
  }
}

TEST(Position, DistancesAreTheGeodesicsWithinWhatTheHeaderSays) {
  std::mt19937 random(1);
  std::uniform_real_distribution<double> latitude(-65, 65);
  std::uniform_real_distribution<double> longitude(-180, 180);
  std::uniform_real_distribution<double> angle(0, 2 * std::numbers::pi);
  std::uniform_real_distribution<double> exponent(0, 5);
  double worst = 0;
  for (int i = 0; i < 200'000; ++i) {
    const Position from = {static_cast<std::int32_t>(latitude(random) * 1e7),
                           static_cast<std::int32_t>(longitude(random) * 1e7)};
    const double metres = std::pow(10, exponent(random));
    const double way = angle(random);
    const Position to = geo::moved(from, {static_cast<std::int32_t>(metres * 10 * std::cos(way)),
                                          static_cast<std::int32_t>(metres * 10 * std::sin(way))});
    const double truth = vincenty_m(from, to);
    const double found = geo::length_dm(geo::offset(from, to)) / 10.0;
    worst = std::max(worst, (std::abs(found - truth) - 0.2) / truth);
    ASSERT_LE(std::abs(found - truth), 0.0002 * truth + 0.2)
        << from.latitude_e7 << ' ' << from.longitude_e7 << ' ' << metres << ' ' << way;
  }
  RecordProperty("worst_share_beyond_0.2_m", std::to_string(worst));
}

TEST(Position, OneScaleIsOffByWhatTheHeaderSays) {
  std::mt19937 random(2);
  std::uniform_real_distribution<double> angle(0, 2 * std::numbers::pi);
  for (int i = 0; i < 10'000; ++i) {
    const Position from = {-200'000'000, 150'000'000};
    const double way = angle(random);
    const Position to = geo::moved(from, {static_cast<std::int32_t>(500'000 * std::cos(way)),
                                          static_cast<std::int32_t>(500'000 * std::sin(way))});
    const geo::Scale scale = geo::Scale::at(from.latitude_e7);
    const Offset plain = {scale.east_dm(geo::longitude_difference_e7(from, to)),
                          scale.north_dm(std::int64_t{to.latitude_e7} - from.latitude_e7)};
    const double truth = vincenty_m(from, to);
    EXPECT_NEAR(geo::length_dm(plain) / 10.0, truth, 0.0017 * truth);
  }
}

TEST(Position, TheDateLineIsNoPlace) {
  const Position west = {-170'000'000, 1'799'000'000};
  const Position east = {-170'000'000, -1'799'000'000};
  EXPECT_EQ(geo::longitude_difference_e7(west, east), 2'000'000);
  EXPECT_EQ(geo::longitude_difference_e7(east, west), -2'000'000);
  EXPECT_EQ(geo::offset(west, east).east_dm, -geo::offset(east, west).east_dm);
  const Position there = geo::moved(west, geo::offset(west, east));
  EXPECT_NEAR(there.longitude_e7, east.longitude_e7, 10);
  EXPECT_EQ(geo::distance_m({0, 1'800'000'000}, {0, -1'800'000'000}), 0U);
  EXPECT_EQ(geo::wrapped_longitude_e7(1'800'000'000), -1'800'000'000);
}

TEST(Position, NothingOverflowsAtTheEnds) {
  const std::int32_t latitudes[] = {-900'000'000, -899'999'999, -1, 0, 1, 900'000'000};
  const std::int32_t longitudes[] = {-1'800'000'000, -1, 0, 1, 1'800'000'000};
  for (const std::int32_t a : latitudes) {
    for (const std::int32_t b : latitudes) {
      for (const std::int32_t c : longitudes) {
        for (const std::int32_t d : longitudes) {
          EXPECT_TRUE(geo::valid({a, c}));
          const Offset o = geo::offset({a, c}, {b, d});
          const Offset back = geo::offset({b, d}, {a, c});
          EXPECT_EQ(geo::length_dm(o), geo::length_dm(back));
          EXPECT_LT(geo::length_dm(o), 290'000'000U);
          const Position p = geo::moved({a, c}, {10'000'000, -10'000'000});
          EXPECT_TRUE(geo::valid(p));
        }
      }
    }
  }
  EXPECT_FALSE(geo::valid({900'000'001, 0}));
  EXPECT_FALSE(geo::valid({0, std::numeric_limits<std::int32_t>::min()}));
}

TEST(Position, SquareRootsAreTheWholeParts) {
  std::mt19937_64 random(3);
  const auto check = [](std::uint64_t x) {
    __extension__ using Wide = unsigned __int128;
    const Wide root = geo::square_root(x);
    EXPECT_LE(root * root, Wide{x});
    EXPECT_GT((root + 1) * (root + 1), Wide{x});
  };
  for (std::uint64_t x = 0; x < 1000; ++x) check(x);
  for (int i = 0; i < 100'000; ++i) check(random() >> (i % 64));
  check(std::numeric_limits<std::uint64_t>::max());
}

}  // namespace
}  // namespace sengi::zones
