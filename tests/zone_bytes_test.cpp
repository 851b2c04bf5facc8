// SPDX-License-Identifier: Apache-2.0
// A collar says the same of the same track on this machine and on every board.
#include <gtest/gtest.h>

#include <cmath>
#include <cstring>
#include <random>

#include "base/files.h"
#include "emulate/emulate.h"
#include "sengi/geo/zone_monitor.h"
#include "zones/compact.h"

namespace sengi {
namespace {

zones::ZoneMap some_zones() {
  zones::ZoneMap map;
  std::mt19937 random(3);
  for (std::uint16_t id = 1; id <= 12; ++id) {
    const std::int64_t east = 1'799'000'000 + static_cast<std::int64_t>(random() % 2'000'000);
    const std::int64_t north = -170'000'000 + static_cast<std::int64_t>(random() % 2'000'000);
    zones::Ring ring;
    for (int i = 0; i < 25; ++i) {
      const double angle = 2 * 3.14159265 * i / 25;
      const double radius = 120'000 * (1 + 0.3 * std::sin(3 * angle + id));
      ring.push_back({east + std::llround(radius * std::cos(angle)),
                      north + std::llround(radius * std::sin(angle))});
    }
    map.zones.push_back({id, "", geo::farm, {{ring}}});
  }
  return map;
}

// Walks among the zones and over the date line, with gaps, repetitions, leaps and a clock that
// jumps.
std::vector<geo::Fix> some_fixes() {
  std::mt19937 random(5);
  std::vector<geo::Fix> fixes;
  geo::Fix now = {1'300'000'000, {-169'000'000, 1'799'500'000}};
  double way = 0;
  for (int i = 0; i < 3000; ++i) {
    way += 0.6 * (static_cast<double>(random() % 1000) / 500 - 1);
    const auto step = static_cast<double>(random() % 12'000);
    now.time_s += 300 + static_cast<std::uint32_t>(random() % 5000);
    if (i % 97 == 0) now.time_s += 200'000;
    if (i % 211 == 0) now.time_s -= 90'000;
    now.position = geo::moved(now.position, {static_cast<std::int32_t>(step * std::cos(way)),
                                             static_cast<std::int32_t>(step * std::sin(way))});
    // Kept near the zones.
    const geo::Offset home = geo::offset(now.position, {-169'000'000, -1'800'000'000});
    if (geo::length_dm(home) > 250'000) way = std::atan2(home.north_dm, home.east_dm);
    fixes.push_back(now);
    if (i % 53 == 0) fixes.push_back(now);
    if (i % 61 == 0) fixes.push_back({now.time_s + 60, {900'000'000, 0}});
    if (i % 71 == 0) fixes.push_back({now.time_s + 61, {2'000'000'000, 0}});
  }
  return fixes;
}

class SameReports : public testing::TestWithParam<std::string> {};

TEST_P(SameReports, OnThisBoard) {
  const emulate::Board board = emulate::load_board(GetParam()).value();
  if (const auto missing = emulate::missing_tool(board)) {
    GTEST_SKIP() << missing->program << " is missing: apt install " << missing->packages;
  }
  const TemporaryFolder folder = TemporaryFolder::make().value();
  const auto map = some_zones();
  ASSERT_TRUE(
      write_text(folder.path() / "zones.h", zones::compact_as_cpp(map, "zones_bytes").value())
          .ok());
  ASSERT_TRUE(write_text(folder.path() / "zones.cpp", "#include \"zones.h\"\n").ok());
  const auto program = emulate::build(
      {.board = board, .firmware = "zone_probe", .code = {folder.path()}}, folder.path() / "build");
  ASSERT_TRUE(program.ok()) << program.error().message;
  const std::vector<geo::Fix> fixes = some_fixes();
  std::vector<std::uint32_t> words;
  for (const geo::Fix& fix : fixes) {
    words.push_back(fix.time_s);
    words.push_back(static_cast<std::uint32_t>(fix.position.latitude_e7));
    words.push_back(static_cast<std::uint32_t>(fix.position.longitude_e7));
  }
  const auto run = emulate::run(program.value(), std::as_bytes(std::span(words)),
                                {.count = false, .layers = {}});
  ASSERT_TRUE(run.ok()) << run.error().message;

  const auto bytes = zones::to_compact(map).value();
  geo::ZoneMonitor monitor(geo::Zones(bytes), geo::every_kind, geo::default_approach_model,
                           geo::WarningSpec{});
  std::vector<std::uint32_t> here;
  std::size_t events = 0;
  for (const geo::Fix& fix : fixes) {
    const geo::ZoneReport r = monitor.push(fix);
    here.push_back(static_cast<std::uint32_t>(r.taken) | static_cast<std::uint32_t>(r.event) << 8 |
                   static_cast<std::uint32_t>(r.state) << 16);
    for (const std::uint32_t word :
         {std::uint32_t{r.zone_id}, r.distance_m, std::uint32_t{r.permille}, r.entry_s}) {
      here.push_back(word);
    }
    if (r.event != geo::WarningEvent::none) ++events;
  }
  EXPECT_GT(events, 100U);
  ASSERT_EQ(run.value().output.size(), here.size() * sizeof(std::uint32_t));
  EXPECT_EQ(std::memcmp(run.value().output.data(), here.data(), run.value().output.size()), 0);
}

INSTANTIATE_TEST_SUITE_P(Boards, SameReports, testing::ValuesIn(emulate::runnable_board_names()));

}  // namespace
}  // namespace sengi
