// SPDX-License-Identifier: Apache-2.0
// Inside or outside, against GEOS at the same corners, to the last bit.
#include <gtest/gtest.h>

#include <numeric>

#include "sengi/geo/nearest.h"
#include "zones/compact.h"
#include "zones/test_shapes.h"

namespace sengi::zones {
namespace {

using geo::Place;
using geo::Position;

struct Shape {
  std::string name;
  std::vector<Rings> polygons;
};
void PrintTo(const Shape& shape, std::ostream* out) { *out << shape.name; }

constexpr std::int64_t degree = 10'000'000;

std::vector<Shape> shapes() {
  std::mt19937 random(7);
  const auto at = [](std::int64_t longitude, std::int64_t latitude) {
    return Point{longitude * degree, latitude * degree};
  };
  std::vector<Shape> all;
  all.push_back({"field", {holed_blob(random, at(31, -24), 1e5, 24, 0)}});
  all.push_back({"park", {holed_blob(random, at(15, -19), 1e7, 400, 3)}});
  all.push_back(
      {"reserve_of_thousands_of_corners", {holed_blob(random, at(-2, 15), 8e6, 5000, 1)}});
  all.push_back(
      {"islands",
       {holed_blob(random, at(40, 2), 3e5, 60, 1), holed_blob(random, at(41, 2), 3e5, 60, 2),
        holed_blob(random, {405'000'000, 28'000'000}, 2e5, 12, 0)}});
  all.push_back({"across_the_date_line", {holed_blob(random, at(180, -17), 1e7, 300, 2)}});
  all.push_back(
      {"east_of_it_by_a_little", {holed_blob(random, {-1'799'000'000, 52 * degree}, 1e6, 50, 1)}});
  all.push_back({"to_the_north_pole",
                 {{{{-900'000'000, 600'000'000},
                    {900'000'000, 600'000'000},
                    {900'000'000, 900'000'000},
                    {-900'000'000, 900'000'000}}}}});
  all.push_back({"continent", {holed_blob(random, at(20, 0), 6e8, 1000, 4)}});
  all.push_back({"round_the_earth",
                 {{{{-1'800'000'000, -100'000'001},
                    {1'800'000'000, -100'000'000},
                    {1'800'000'000, 333'333'333},
                    {7, 222'222'222},
                    {-1'800'000'000, 333'333'333}}}}});
  all.push_back(
      {"sliver", {{{{0, 0}, {1'000'000'007, 300'000'001}, {1'000'000'006, 300'000'001}}}}});
  all.push_back({"hair", {{{{5, 5}, {100'000'005, 6}, {100'000'005, 5}}}}});
  all.push_back({"holes_that_touch",
                 {{{{0, 0}, {600, 0}, {600, 600}, {0, 600}},
                   {{100, 100}, {300, 300}, {300, 100}},
                   {{300, 300}, {500, 500}, {300, 500}}}}});
  all.push_back(
      {"stairs", {{{{0, 0}, {90, 0}, {90, 30}, {60, 30}, {60, 60}, {30, 60}, {30, 90}, {0, 90}}}}});
  for (int i = 0; i < 12; ++i) {
    all.push_back(
        {"a_few_centimetres_" + std::to_string(i),
         {holed_blob(random, {-1'800'000'000 + i, 5 * i}, 3.0 + 3 * i, 4 + 2 * i, i % 2)}});
  }
  return all;
}

// Anywhere around it, close to a corner, and on and beside its sides.
class Points {
 public:
  explicit Points(const std::vector<Rings>& polygons) : random_(23) {
    for (const Rings& rings : polygons) {
      for (const Ring& ring : rings) {
        for (std::size_t i = 0; i < ring.size(); ++i) {
          sides_.push_back({ring[i], ring[(i + 1) % ring.size()]});
          low_ = {std::min(low_.longitude_e7, ring[i].longitude_e7),
                  std::min(low_.latitude_e7, ring[i].latitude_e7)};
          high_ = {std::max(high_.longitude_e7, ring[i].longitude_e7),
                   std::max(high_.latitude_e7, ring[i].latitude_e7)};
        }
      }
    }
  }

  Point next() {
    const auto& [a, b] = sides_[random_() % sides_.size()];
    Point p{};
    switch (random_() % 4) {
      case 0: {
        const auto between = [&](std::int64_t low, std::int64_t high) {
          const std::int64_t more = (high - low) / 8 + 2;
          return std::uniform_int_distribution<std::int64_t>(low - more, high + more)(random_);
        };
        p = {between(low_.longitude_e7, high_.longitude_e7),
             between(low_.latitude_e7, high_.latitude_e7)};
        break;
      }
      case 1:
        p = nudged(a);
        break;
      case 2: {  // as high as a corner
        p = {std::uniform_int_distribution<std::int64_t>(low_.longitude_e7,
                                                         high_.longitude_e7)(random_),
             a.latitude_e7};
        break;
      }
      default: {  // a place of whole numbers on the side where it has one, else nearly on it
        const std::int64_t dx = b.longitude_e7 - a.longitude_e7;
        const std::int64_t dy = b.latitude_e7 - a.latitude_e7;
        const std::int64_t steps = std::max<std::int64_t>(std::gcd(dx, dy), 1);
        if (steps > 1) {
          const auto k = std::uniform_int_distribution<std::int64_t>(0, steps)(random_);
          p = {a.longitude_e7 + dx / steps * k, a.latitude_e7 + dy / steps * k};
          if (random_() % 2 == 0) p = nudged(p);
        } else {
          const double share = std::uniform_real_distribution<double>(0, 1)(random_);
          p = nudged({a.longitude_e7 + std::llround(static_cast<double>(dx) * share),
                      a.latitude_e7 + std::llround(static_cast<double>(dy) * share)});
        }
      }
    }
    p.latitude_e7 = std::clamp<std::int64_t>(p.latitude_e7, -900'000'000, 900'000'000);
    return p;
  }

 private:
  Point nudged(Point p) {
    p.longitude_e7 += static_cast<std::int64_t>(random_() % 5) - 2;
    p.latitude_e7 += static_cast<std::int64_t>(random_() % 5) - 2;
    return p;
  }

  std::mt19937 random_;
  std::vector<std::pair<Point, Point>> sides_;
  Point low_{1LL << 60, 1LL << 60};
  Point high_{-(1LL << 60), -(1LL << 60)};
};

Position wrapped(const Point& p) {
  std::int64_t x = (p.longitude_e7 + 1'800'000'000) % 3'600'000'000;
  if (x < 0) x += 3'600'000'000;
  return {static_cast<std::int32_t>(p.latitude_e7), static_cast<std::int32_t>(x - 1'800'000'000)};
}

std::vector<std::uint8_t> bytes_of(const std::vector<Rings>& polygons) {
  const ZoneMap map{1, {{1, "", geo::farm, polygons}}};
  auto bytes = to_compact(map);
  EXPECT_TRUE(bytes.ok()) << bytes.error().message;
  EXPECT_EQ(geo::check(bytes.value()), geo::ZonesFault::none);
  return bytes.value();
}

class Places : public testing::TestWithParam<Shape> {};

// 25 shapes by 40,000 points: a million.
TEST_P(Places, AreThoseOfGeos) {
  const std::vector<Rings>& polygons = GetParam().polygons;
  const auto fault = fault_in(polygons);
  ASSERT_TRUE(fault.ok() && !fault.value()) << fault.value()->reason;
  const auto bytes = bytes_of(polygons);
  const geo::Zones zones(bytes);
  const geo::Zone zone = *zones.begin();
  const GeosShape shape(polygons, as_degrees_e7);
  Points points(polygons);
  int counts[3] = {};
  for (int i = 0; i < 40'000; ++i) {
    const Point p = points.next();
    const Place found = geo::place_in(zone, wrapped(p));
    // The same place may be seen from the other side of the Earth.
    Place truth = Place::outside;
    for (const int turn : {-1, 0, 1}) {
      truth = std::max(truth, shape.place(static_cast<double>(p.longitude_e7 + turn * geo::turn_e7),
                                          static_cast<double>(p.latitude_e7)));
    }
    ASSERT_EQ(found, truth) << p.longitude_e7 << ' ' << p.latitude_e7;
    ++counts[static_cast<int>(found)];
  }
  EXPECT_GT(counts[0], 1000);
  EXPECT_GT(counts[1], 500);
  const bool thin = GetParam().name == "hair" || GetParam().name == "sliver";
  EXPECT_GT(counts[2], thin ? -1 : 1000);
}

INSTANTIATE_TEST_SUITE_P(Shapes, Places, testing::ValuesIn(shapes()),
                         [](const auto& info) { return info.param.name; });

// What crosses itself has an inside too, by the even-odd rule: a second implementation of it, with
// wider numbers.
TEST(Places, OfRingsThatCrossThemselvesAreEvenOdd) {
  __extension__ using Wide = __int128;
  std::mt19937 random(5);
  for (int turn = 0; turn < 300; ++turn) {
    const int size = turn % 3 == 0 ? 12 : turn % 3 == 1 ? 1000 : 1'700'000'000;
    const auto any = [&] { return std::uniform_int_distribution<std::int64_t>(0, size)(random); };
    Rings rings;
    for (int r = 0; r < 1 + turn % 2; ++r) {
      Ring ring;
      for (int i = 0; i < 3 + turn % 9; ++i) {
        ring.push_back({any() - 800'000'000, any() - 800'000'000});
      }
      rings.push_back(ring);
    }
    const auto bytes = bytes_of({rings});
    const geo::Zones zones(bytes);
    for (int i = 0; i < 200; ++i) {
      const Point p{any() - 800'000'000, any() - 800'000'000};
      bool odd = false;
      bool edge = false;
      for (const Ring& ring : rings) {
        for (std::size_t k = 0; k < ring.size(); ++k) {
          const Point& a = ring[k];
          const Point& b = ring[(k + 1) % ring.size()];
          const Wide cross =
              Wide{b.longitude_e7 - a.longitude_e7} * (p.latitude_e7 - a.latitude_e7) -
              Wide{b.latitude_e7 - a.latitude_e7} * (p.longitude_e7 - a.longitude_e7);
          const Wide dot =
              Wide{a.longitude_e7 - p.longitude_e7} * (b.longitude_e7 - p.longitude_e7) +
              Wide{a.latitude_e7 - p.latitude_e7} * (b.latitude_e7 - p.latitude_e7);
          edge = edge || (cross == 0 && dot <= 0);
          if (a.latitude_e7 <= p.latitude_e7 && b.latitude_e7 > p.latitude_e7 && cross > 0) {
            odd = !odd;
          }
          if (b.latitude_e7 <= p.latitude_e7 && a.latitude_e7 > p.latitude_e7 && cross < 0) {
            odd = !odd;
          }
        }
      }
      const Place truth = edge ? Place::edge : odd ? Place::inside : Place::outside;
      if (p.latitude_e7 > 900'000'000) continue;
      ASSERT_EQ(geo::place_in(*zones.begin(), wrapped(p)), truth);
    }
  }
}

TEST(Nearest, EdgesAreAsFarAsGeosSays) {
  for (const Shape& shape : shapes()) {
    SCOPED_TRACE(shape.name);
    if (shape.name == "continent" || shape.name == "round_the_earth") continue;
    const auto bytes = bytes_of(shape.polygons);
    const geo::Zones zones(bytes);
    Points points(shape.polygons);
    for (int i = 0; i < 300; ++i) {
      const Point p = points.next();
      if (std::abs(p.latitude_e7) > 899'000'000) continue;
      const geo::Scale scale = geo::Scale::at(static_cast<std::int32_t>(p.latitude_e7));
      const GeosShape plane(shape.polygons, [&](const Point& corner) {
        return std::pair{
            static_cast<double>(corner.longitude_e7 - p.longitude_e7) * scale.parallel / 524288,
            static_cast<double>(corner.latitude_e7 - p.latitude_e7) * scale.meridian / 524288};
      });
      const double truth = plane.distance_to_edge(0, 0);
      const std::uint32_t found = geo::edge_dm(*zones.begin(), wrapped(p), 2'000'000'000);
      // Corners are rounded to a decimetre, and the distance downward.
      ASSERT_NEAR(found, truth, 2.0 + 1e-7 * truth) << p.longitude_e7 << ' ' << p.latitude_e7;
      const auto limit = static_cast<std::uint32_t>(truth / 2);
      if (limit <= 2) continue;
      ASSERT_EQ(geo::edge_dm(*zones.begin(), wrapped(p), limit), geo::beyond_dm);
    }
  }
}

TEST(Nearest, EdgesAreAsFarAsTheGeodesicSays) {
  std::mt19937 random(3);
  for (const std::int64_t latitude : {-24, 2, 15, 45}) {
    const Point centre{310'000'000, latitude * degree};
    const std::vector<Rings> polygons{holed_blob(random, centre, 3e5, 40, 0)};
    const auto bytes = bytes_of(polygons);
    const geo::Zones zones(bytes);
    for (int i = 0; i < 60; ++i) {
      std::uniform_int_distribution<std::int64_t> away(-3'000'000, 3'000'000);
      const Point p{centre.longitude_e7 + away(random), centre.latitude_e7 + away(random)};
      double truth = 1e12;
      const Ring& ring = polygons[0][0];
      for (std::size_t k = 0; k < ring.size(); ++k) {
        const Point& a = ring[k];
        const Point& b = ring[(k + 1) % ring.size()];
        for (int s = 0; s < 400; ++s) {
          const Point between{a.longitude_e7 + (b.longitude_e7 - a.longitude_e7) * s / 400,
                              a.latitude_e7 + (b.latitude_e7 - a.latitude_e7) * s / 400};
          truth = std::min(truth, vincenty_m(wrapped(p), wrapped(between)));
        }
      }
      const double found = geo::edge_dm(*zones.begin(), wrapped(p), 2'000'000'000) / 10.0;
      ASSERT_NEAR(found, truth, 1.0 + 0.003 * truth) << latitude;
    }
  }
}

TEST(Nearest, ZonesComeNearestFirst) {
  std::mt19937 random(9);
  ZoneMap map;
  for (std::uint16_t id = 1; id <= 40; ++id) {
    const Point centre{300'000'000 + static_cast<std::int64_t>(random() % 20'000'000),
                       -200'000'000 + static_cast<std::int64_t>(random() % 20'000'000)};
    const auto kinds = static_cast<std::uint8_t>(id % 2 == 0 ? geo::farm : geo::risk);
    map.zones.push_back({id, "", kinds, {holed_blob(random, centre, 4e5, 20, 0)}});
  }
  const auto bytes = to_compact(map).value();
  const geo::Zones zones(bytes);
  for (int i = 0; i < 300; ++i) {
    const Position p = {-200'000'000 + static_cast<std::int32_t>(random() % 20'000'000),
                        300'000'000 + static_cast<std::int32_t>(random() % 20'000'000)};
    const std::uint32_t limit = i % 2 == 0 ? 500'000 : 50'000;
    std::vector<std::pair<std::uint32_t, std::uint16_t>> all;
    for (const geo::Zone zone : zones) {
      const std::uint32_t distance = geo::distance_dm(zone, p, limit);
      if ((zone.kinds() & geo::farm) != 0 && distance < limit) all.push_back({distance, zone.id()});
    }
    std::sort(all.begin(), all.end());
    geo::Near found[3];
    const std::size_t count = geo::nearest(zones, geo::farm, p, limit, found, 3);
    ASSERT_EQ(count, std::min<std::size_t>(3, all.size()));
    for (std::size_t k = 0; k < count; ++k) {
      EXPECT_EQ(found[k].zone.id(), all[k].second);
      EXPECT_EQ(found[k].distance_dm, all[k].first);
    }
  }
}

}  // namespace
}  // namespace sengi::zones
