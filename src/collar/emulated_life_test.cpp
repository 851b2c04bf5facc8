// SPDX-License-Identifier: Apache-2.0
// The firmware says what the host's logic says, byte for byte.
#include <gtest/gtest.h>

#include <algorithm>

#include "base/files.h"
#include "collar/bridge_device.h"
#include "collar/image.h"
#include "collar/life.h"
#include "collar/test_scenario.h"

namespace sengi::collar {
namespace {

void expect_same(const Life& here, const Life& there) {
  EXPECT_EQ(here.sent, there.sent);
  EXPECT_EQ(here.steps, there.steps);
  EXPECT_EQ(here.windows, there.windows);
  EXPECT_EQ(here.labels, there.labels);
  EXPECT_EQ(here.asked, there.asked);
  for (std::size_t i = 0; i < power::consumers; ++i) {
    EXPECT_EQ(here.report.charge_uah[i], there.report.charge_uah[i]) << i;
  }
  EXPECT_EQ(here.report.erasures, there.report.erasures);
  EXPECT_EQ(here.report.programmed, there.report.programmed);
}

Life on_host(const Parts& parts, const Scenario& scenario,
             std::size_t storage_bytes = usual_storage_bytes) {
  HostDevice device(image_of(parts, storage_bytes), classify_by(parts));
  auto life = live(device, scenario);
  EXPECT_TRUE(life.ok()) << life.error().message;
  return life.ok() ? std::move(life).value() : Life{};
}

class OnBoard : public testing::TestWithParam<std::string> {};

// Flash that is a part of memory, and flash of a chip behind its controller (nrf51-collar, which
// runs the drivers of the nRF52840's port). With all that can go wrong in it: resets, silence,
// blindness, wrong clocks, downlinks.
TEST_P(OnBoard, SaysTheSameAsTheHost) {
  const emulate::Board board = emulate::load_board(GetParam()).value();
  if (const auto missing = emulate::missing_tool(board)) {
    GTEST_SKIP() << missing->program << " is missing: apt install " << missing->packages;
  }
  const Parts parts = make_parts(test_zones(), nullptr).value();
  Scenario scenario = test_scenario(6);
  scenario.begin.window_every_s = 1200;
  const std::uint32_t start = scenario.track.fixes.front().time_s;
  constexpr std::uint32_t day = 86'400;
  scenario.network.silent = {{start + day, start + 2 * day}};
  scenario.no_gps = {{start + 2 * day, start + 3 * day}};
  scenario.resets = {{start + day + 40'000, link::ResetCause::brown_out, 600},
                     {start + 3 * day, link::ResetCause::watchdog, 5}};
  scenario.clock_faults = {{{start + 4 * day, start + 4 * day + 20'000}, 1'000'000}};
  scenario.calls = {{start + 7200, 2, 240, 31}, {start + 90'000, 1, 250, 44}};
  scenario.network.downlinks = {{start + 3600, {0x07, 3, 0, 1, 0x58, 2, 0, 0}},
                                {start + 7200, {0x05, 3, 0}}};
  const TemporaryFolder folder = TemporaryFolder::make().value();
  const auto program = build_image(parts, board, folder.path());
  ASSERT_TRUE(program.ok()) << program.error().message;
  auto device = BridgeDevice::start(program.value());
  ASSERT_TRUE(device.ok()) << device.error().message;
  const auto there = live(device.value(), scenario);
  ASSERT_TRUE(there.ok()) << there.error().message;
  const std::size_t storage = board.storage_bytes > 0 ? board.storage_bytes : usual_storage_bytes;
  const Life here = on_host(parts, scenario, storage);
  expect_same(here, there.value());
  EXPECT_GT(here.sent.size(), 50U);
  EXPECT_EQ(here.resets, 2U);
  // It slept between records, and interrupts woke it.
  EXPECT_GT(there.value().report.sleeps, there.value().report.records / 2);
  EXPECT_GT(there.value().report.wakes, there.value().report.records / 2);
  EXPECT_EQ(device.value().run().stack_bytes > 0, emulate::is_bare(board));
}

// A week of a real elephant, whose fixes come by the hour.
TEST(RealTrack, SaysTheSameOnTheBoard) {
  const std::filesystem::path file = std::filesystem::path(SENGI_SHARED_DATA) / "elephant_gps" /
                                     "gourma_mali_salif_keita_part1.csv";
  if (!std::filesystem::exists(file)) GTEST_SKIP() << file << " is missing";
  const emulate::Board board = emulate::load_board("opencollar").value();
  if (const auto missing = emulate::missing_tool(board)) {
    GTEST_SKIP() << missing->program << " is missing: apt install " << missing->packages;
  }
  auto tracks = movement::read_tracks(file);
  ASSERT_TRUE(tracks.ok()) << tracks.error().message;
  Scenario scenario;
  scenario.track = std::move(tracks.value().tracks.front());
  scenario.days = 14;
  scenario.begin = test_begin();
  scenario.begin.accelerometer = false;
  scenario.begin.fix_for_s = 5400;
  const Parts parts = make_parts(test_zones({156'400'000, -21'800'000}), nullptr).value();
  const TemporaryFolder folder = TemporaryFolder::make().value();
  const auto program = build_image(parts, board, folder.path());
  ASSERT_TRUE(program.ok()) << program.error().message;
  auto device = BridgeDevice::start(program.value());
  ASSERT_TRUE(device.ok()) << device.error().message;
  const auto there = live(device.value(), scenario);
  ASSERT_TRUE(there.ok()) << there.error().message;
  const Life here = on_host(parts, scenario);
  expect_same(here, there.value());
  EXPECT_GT(here.fixes.size(), 100U);
  // Only fixes that the track has.
  for (const Looked& fix : here.fixes) {
    EXPECT_TRUE(std::any_of(
        scenario.track.fixes.begin(), scenario.track.fixes.end(),
        [&](const geo::Fix& f) { return f.time_s == fix.time_s && f.position == fix.position; }));
  }
}

INSTANTIATE_TEST_SUITE_P(Boards, OnBoard, testing::Values("mps2-an386", "nrf51-collar", "host"),
                         [](const auto& tested) {
                           std::string name = tested.param;
                           std::replace(name.begin(), name.end(), '-', '_');
                           return name;
                         });

}  // namespace
}  // namespace sengi::collar
