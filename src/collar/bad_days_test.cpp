// SPDX-License-Identifier: Apache-2.0
// Days on which things go wrong: nothing that was kept is lost, and no step takes longer than a
// watchdog waits.
#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <set>

#include "collar/test_scenario.h"
#include "link/downlinks.h"
#include "link/fake_flash.h"

namespace sengi::collar {
namespace {

constexpr std::uint32_t day = 86'400;
constexpr std::uint32_t noon = 1'767'268'800;  // 2026-01-01T12:00:00Z

// What a test does to a collar by hand.
class Flash : public link::FakeFlash {
 public:
  Flash() : FakeFlash(1024, 40) {}
  std::span<const std::uint8_t> view(std::uint32_t at, std::uint32_t bytes) {
    return std::span<const std::uint8_t>(this->bytes()).subspan(at, bytes);
  }
};

Spec small_spec(std::span<const std::uint8_t> zones) {
  Spec spec = spec_of(test_begin(), test_image(zones));
  spec.layout = Layout::of(0, 40, 8);
  spec.zone_copies.pieces_max = 64;
  return spec;
}

Input fix_at(std::uint32_t uptime_s, std::uint32_t utc_s, geo::Position position) {
  Input input;
  input.what = What::fix;
  input.uptime_s = uptime_s;
  input.utc_s = utc_s;
  input.position = position;
  input.spent_ms = 6000;
  return input;
}

Input plain(What what, std::uint32_t uptime_s) {
  Input input;
  input.what = what;
  input.uptime_s = uptime_s;
  return input;
}

const std::span<const std::uint8_t> keys[] = {test_key};

geo::Position on_the_way(std::uint32_t i) {
  return {155'000'000 + static_cast<std::int32_t>(i * 1700),
          -20'000'000 + static_cast<std::int32_t>(i * 1100)};
}

// The fixes and events that a collar gives to a network that hears it, until nothing waits.
struct Gathered {
  std::multiset<std::uint32_t> fixes;
  std::multiset<std::pair<int, std::uint32_t>> events;
};
void gather(Collar<Flash>& collar, Todo todo, std::uint32_t uptime_s, Gathered& all) {
  for (int i = 0; i < 3000; ++i) {
    if (todo.send.bytes > 0) {
      const auto uplink = link::decode_uplink({todo.send.frame, todo.send.bytes}, todo.send.port);
      ASSERT_TRUE(uplink.ok()) << uplink.error().message;
      if (const auto* positions = std::get_if<link::Positions>(&uplink.value())) {
        for (const link::Fix& fix : positions->fixes) all.fixes.insert(fix.time_s);
      }
      if (const auto* event = std::get_if<link::Event>(&uplink.value())) {
        all.events.insert({static_cast<int>(event->kind), event->lead.time_s});
      }
      todo = collar.step(plain(What::acknowledged, ++uptime_s));
      continue;
    }
    if (collar.fixes_waiting() == 0 && collar.uplinks().outbox().waiting() == 0) return;
    uptime_s = std::max(uptime_s + 1, todo.wake_s);
    todo = collar.step(plain(What::no_fix, uptime_s));
  }
  FAIL() << "something waits for ever";
}

// A day in which a fix comes every twenty minutes and the radio is not heard, with the power cut
// after so many steps of the flash. Every fix whose step had ended arrives afterwards.
TEST(BadDays, ABrownOutAnywhereLosesNothingThatWasTaken) {
  const auto zones = zones::to_compact(test_zones()).value();
  const Spec spec = small_spec(zones);
  std::uint64_t steps_of_a_day = 0;
  std::size_t cuts = 0;
  for (std::uint64_t cut = 0;; cut += cut < 600 ? 7 : 61) {
    Flash flash;
    if (steps_of_a_day > 0) flash.cut_after(cut, static_cast<unsigned>(cut + 1));
    std::set<std::uint32_t> taken;
    std::uint32_t uptime = 0;
    bool was_cut = false;
    try {
      Collar<Flash> collar(flash, spec);
      collar.start(link::ResetCause::power_on, 0, keys);
      for (std::uint32_t i = 0; i < 40; ++i) {
        uptime += 1200;
        Todo todo = collar.step(fix_at(uptime, noon + uptime, on_the_way(i)));
        taken.insert(noon + uptime);
        if (todo.send.bytes > 0) collar.step(plain(What::silent, uptime));
      }
    } catch (const link::PowerCut&) {
      was_cut = true;
    }
    if (steps_of_a_day == 0) {
      steps_of_a_day = flash.steps();
      ASSERT_GT(steps_of_a_day, 2000U);
      continue;
    }
    if (!was_cut) break;
    ++cuts;
    flash.restore_power();
    Collar<Flash> again(flash, spec);
    Gathered all;
    gather(again, again.start(link::ResetCause::brown_out, 0, keys), 0, all);
    for (const std::uint32_t time : taken) {
      ASSERT_GE(all.fixes.count(time), 1U) << "cut after " << cut << " steps, fix " << time;
    }
    for (const std::uint32_t time : all.fixes) {
      ASSERT_LE(time, noon + uptime) << "a fix that nobody took";
    }
    ASSERT_LE(all.fixes.size(), taken.size() + 33) << "sent over and over";
  }
  EXPECT_GT(cuts, 100U);
}

// One start after another, each cut: the collar still starts, and counts them.
TEST(BadDays, ResetsDuringTheStartAreSurvived) {
  const auto zones = zones::to_compact(test_zones()).value();
  const Spec spec = small_spec(zones);
  Flash flash;
  std::uint16_t boots = 0;
  for (unsigned i = 0; i < 400; ++i) {
    flash.cut_after(1 + i * 13 % 700, i);
    try {
      Collar<Flash> collar(flash, spec);
      collar.start(link::ResetCause::brown_out, 0, keys);
      ASSERT_GE(collar.boots(), boots);
      boots = collar.boots();
    } catch (const link::PowerCut&) {
    }
    flash.restore_power();
  }
  Collar<Flash> collar(flash, spec);
  collar.start(link::ResetCause::power_on, 0, keys);
  EXPECT_GT(collar.boots(), boots);
  EXPECT_GT(boots, 50);
}

TEST(BadDays, AfterAResetTheDayAndTheStillnessGoOn) {
  const auto zones = zones::to_compact(test_zones()).value();
  const Spec spec = small_spec(zones);
  Flash flash;
  Gathered all;
  std::uint32_t told_at = 0;
  {
    Collar<Flash> collar(flash, spec);
    collar.start(link::ResetCause::power_on, 0, keys);
    collar.step(fix_at(1, noon, on_the_way(0)));
    for (std::uint32_t t = 300; t <= 7 * 3600; t += 300) {
      Input window = plain(What::window, t);
      window.spread = {3, {9, 9, 9}};
      collar.step(window);
    }
  }
  Collar<Flash> collar(flash, spec);
  Todo todo = collar.start(link::ResetCause::brown_out, 0, keys);
  for (std::uint32_t t = 300; t <= 7 * 3600; t += 300) {
    Input window = plain(What::window, t);
    window.spread = {3, {9, 9, 9}};
    todo = collar.step(window);
    if (todo.send.bytes == 0) continue;
    const auto uplink = link::decode_uplink({todo.send.frame, todo.send.bytes}, todo.send.port);
    const auto* event = std::get_if<link::Event>(&uplink.value());
    if (event != nullptr && event->kind == link::EventKind::immobility) told_at = t;
    collar.step(plain(What::acknowledged, t));
  }
  // Twelve hours: seven before, less what the last hour had not put down, and five after.
  EXPECT_GE(told_at, 5U * 3600 - 600);
  EXPECT_LE(told_at, 6U * 3600 + 600);
}

TEST(BadDays, AWeekWithoutGps) {
  Scenario scenario = test_scenario(14);
  const std::uint32_t start = scenario.track.fixes.front().time_s;
  scenario.no_gps = {{start + 3 * day, start + 10 * day}};
  scenario.network.uplink_loss_permille = scenario.network.answer_loss_permille = 0;
  const auto zones = zones::to_compact(test_zones()).value();
  HostDevice device(test_image(zones), [](auto) { return std::uint8_t{0}; });
  const auto life = live(device, scenario);
  ASSERT_TRUE(life.ok()) << life.error().message;
  // Budgets and statuses come on time; statuses tell of it; GPS is tried more and more rarely.
  EXPECT_EQ(heard<link::Budget>(life.value()).size(), 14U);
  std::size_t told = 0;
  for (const link::Status& status : heard<link::Status>(life.value())) {
    if ((status.errors & static_cast<std::uint16_t>(link::StatusError::gps)) != 0) ++told;
  }
  EXPECT_GE(told, 6U);
  EXPECT_LE(told, 9U);
  const auto late = std::count_if(life.value().fixes.begin(), life.value().fixes.end(),
                                  [&](const Looked& f) { return f.time_s > start + 10 * day; });
  EXPECT_GT(late, 10);
  const std::size_t blind = life.value().asked - life.value().fixes.size();
  EXPECT_LT(blind, 7U * 6 + 10);  // tries in the week: every four hours
}

TEST(BadDays, ARadioThatIsNeverAcknowledgedKeepsAllForTheDayItIs) {
  Scenario scenario = test_scenario(20);
  const std::uint32_t start = scenario.track.fixes.front().time_s;
  scenario.network.uplink_loss_permille = scenario.network.answer_loss_permille = 0;
  scenario.network.silent = {{start, start + 12 * day}};
  const auto zones = zones::to_compact(test_zones()).value();
  HostDevice device(test_image(zones), [](auto) { return std::uint8_t{0}; });
  const auto life = live(device, scenario);
  ASSERT_TRUE(life.ok()) << life.error().message;
  std::set<std::uint32_t> told;
  for (const link::Positions& positions : heard<link::Positions>(life.value())) {
    for (const link::Fix& fix : positions.fixes) told.insert(fix.time_s);
  }
  for (const Looked& fix : life.value().fixes) {
    if (fix.time_s + 6 * 3600 >= life.value().to_s) continue;
    EXPECT_EQ(told.count(fix.time_s), 1U);
  }
  // And it did not shout: every four hours at the most, once it knew.
  const auto shouts = std::count_if(life.value().sent.begin(), life.value().sent.end(),
                                    [&](const Sent& s) { return s.time_s < start + 12 * day; });
  EXPECT_LT(shouts, 12 * 7 + 12);
}

TEST(BadDays, ClocksThatLeapAreToldAndDaysGoOn) {
  Scenario scenario = test_scenario(12);
  const std::uint32_t start = scenario.track.fixes.front().time_s;
  scenario.clock_faults = {{{start + 3 * day, start + 5 * day}, -4'000'000},
                           {{start + 8 * day, start + 8 * day + 4000}, 700'000'000}};
  scenario.network.uplink_loss_permille = scenario.network.answer_loss_permille = 0;
  const auto zones = zones::to_compact(test_zones()).value();
  HostDevice device(test_image(zones), [](auto) { return std::uint8_t{0}; });
  const auto life = live(device, scenario);
  ASSERT_TRUE(life.ok()) << life.error().message;
  std::size_t told = 0;
  for (const link::Status& status : heard<link::Status>(life.value())) {
    if ((status.errors & static_cast<std::uint16_t>(link::StatusError::clock)) != 0) ++told;
  }
  EXPECT_GE(told, 2U);
  std::uint32_t minutes = 0;
  for (const link::Budget& budget : heard<link::Budget>(life.value())) {
    EXPECT_LE(budget.minutes[0], 1440);
    minutes += budget.minutes[0];
  }
  EXPECT_LE(minutes, 12U * 1440);
  EXPECT_GT(minutes, 10U * 1440);
  // Every fix arrives, under whatever time the collar believed.
  std::size_t positions = 0;
  for (const link::Positions& batch : heard<link::Positions>(life.value())) {
    positions += batch.fixes.size();
  }
  EXPECT_GE(positions + 40, life.value().fixes.size());
}

TEST(BadDays, AStuckAxisIsAFaultAndNoDeath) {
  Scenario scenario = test_scenario(6);
  const std::uint32_t start = scenario.track.fixes.front().time_s;
  scenario.window = [start](std::uint32_t t) {
    std::vector<std::int16_t> rows = shaking(t, t / 1800 % 3 != 0);
    // One axis from the second day on, all of them from the fourth.
    for (std::size_t i = 0; i < rows.size(); ++i) {
      if (t > start + 3 * day || (t > start + day && i % 3 == 1)) rows[i] = 1234;
    }
    return rows;
  };
  scenario.network.uplink_loss_permille = scenario.network.answer_loss_permille = 0;
  const auto zones = zones::to_compact(test_zones()).value();
  HostDevice device(test_image(zones), [](auto) { return std::uint8_t{0}; });
  const auto life = live(device, scenario);
  ASSERT_TRUE(life.ok()) << life.error().message;
  for (const link::Event& event : heard<link::Event>(life.value())) {
    EXPECT_NE(event.kind, link::EventKind::immobility);
  }
  std::size_t told = 0;
  for (const link::Status& status : heard<link::Status>(life.value())) {
    if ((status.errors & static_cast<std::uint16_t>(link::StatusError::accelerometer)) != 0) ++told;
  }
  EXPECT_GE(told, 3U);
}

TEST(BadDays, DeathIsToldOnceWithinTheChosenTime) {
  Scenario scenario = test_scenario(6);
  const std::uint32_t start = scenario.track.fixes.front().time_s;
  const std::uint32_t death_s = start + 3 * day + 5000;
  const geo::Position grave = movement::between(
      *std::lower_bound(scenario.track.fixes.begin(), scenario.track.fixes.end(), death_s - 60,
                        [](const geo::Fix& f, std::uint32_t t) { return f.time_s < t; }),
      scenario.track.fixes.back(), death_s);
  for (geo::Fix& fix : scenario.track.fixes) {
    if (fix.time_s >= death_s) fix.position = grave;
  }
  scenario.window = [death_s](std::uint32_t t) {
    return shaking(t, t < death_s && t / 1800 % 3 != 0);
  };
  scenario.network.uplink_loss_permille = scenario.network.answer_loss_permille = 0;
  const auto zones = zones::to_compact(test_zones()).value();
  HostDevice device(test_image(zones), [](auto) { return std::uint8_t{0}; });
  const auto life = live(device, scenario);
  ASSERT_TRUE(life.ok()) << life.error().message;
  std::vector<std::uint32_t> told;
  for (const link::Event& event : heard<link::Event>(life.value())) {
    if (event.kind == link::EventKind::immobility) told.push_back(event.lead.time_s);
  }
  ASSERT_EQ(told.size(), 1U);
  EXPECT_GE(told[0], death_s + 11 * 3600);
  EXPECT_LE(told[0], death_s + 13 * 3600);
}

// Flash that takes nothing any more: the collar goes on from RAM and says so, as far as it can.
TEST(BadDays, BrokenFlashStopsNothing) {
  const auto zones = zones::to_compact(test_zones()).value();
  const Spec spec = small_spec(zones);
  Flash flash;
  for (std::uint32_t sector = 0; sector < 40; ++sector) flash.break_sector(sector);
  Collar<Flash> collar(flash, spec);
  Todo todo = collar.start(link::ResetCause::power_on, 0, keys);
  EXPECT_EQ(collar.zones().size(), 3);  // the image's own
  for (std::uint32_t i = 1; i < 200; ++i) {
    todo = collar.step(fix_at(i * 1200, noon + i * 1200, on_the_way(i)));
    ASSERT_GT(todo.wake_s, i * 1200);
  }
  EXPECT_GT(collar.lost(), 0U);
}

// A full flash drops the oldest of its own kind and counts it, and that count outlives a reset.
TEST(BadDays, FullFlashCountsWhatItDrops) {
  const auto zones = zones::to_compact(test_zones()).value();
  const Spec spec = small_spec(zones);
  Flash flash;
  std::uint32_t lost = 0;
  std::uint32_t last = 0;
  {
    Collar<Flash> collar(flash, spec);
    collar.start(link::ResetCause::power_on, 0, keys);
    for (std::uint32_t i = 1; i < 6000; ++i) {
      last = noon + i * 1200;
      const Todo todo = collar.step(
          fix_at(i * 1200, last,
                 {155'000'000 + static_cast<std::int32_t>(i * 977 % 4000 * 2000), -20'000'000}));
      if (todo.send.bytes > 0) collar.step(plain(What::silent, i * 1200));
    }
    lost = collar.lost();
    EXPECT_GT(lost, 50U);
  }
  Collar<Flash> again(flash, spec);
  const Todo todo = again.start(link::ResetCause::brown_out, 0, keys);
  EXPECT_GE(again.lost() + 5, lost);  // the last hour's are not put down
  Gathered all;
  gather(again, todo, 0, all);
  EXPECT_EQ(all.fixes.count(last), 1U);  // what is new was kept
  EXPECT_GT(all.fixes.size(), 300U);
}

// ---- what it is told ----

struct Told {
  Flash flash;
  std::vector<std::uint8_t> zones = zones::to_compact(test_zones()).value();
  Spec spec = small_spec(zones);
  std::unique_ptr<Collar<Flash>> collar;
  std::uint32_t uptime_s = 0;

  void boot(link::ResetCause cause) {
    collar = std::make_unique<Collar<Flash>>(flash, spec);
    collar->start(cause, 0, keys);
    uptime_s = 0;
  }
  void tell(std::span<const std::uint8_t> frame) {
    Input input = plain(What::downlink, ++uptime_s);
    input.bytes = frame;
    collar->step(input);
  }
  void tell(const link::Downlink& downlink) {
    std::uint8_t frame[link::downlink_bytes_max];
    const link::Encoded made = link::encode_downlink(downlink, frame);
    ASSERT_EQ(made.error, link::Error::none);
    tell(std::span<const std::uint8_t>(frame, made.bytes));
  }
  void tell_zones(std::uint16_t version, std::span<const std::uint8_t> bytes, bool backwards) {
    constexpr std::uint8_t piece = 40;
    tell({.operation = link::Operation::begin,
          .kind = link::BlobKind::zones,
          .version = version,
          .length = static_cast<std::uint32_t>(bytes.size()),
          .piece_bytes = piece,
          .crc = crc32(bytes)});
    const std::size_t pieces = (bytes.size() + piece - 1) / piece;
    for (std::size_t k = 0; k < pieces; ++k) {
      const std::size_t i = backwards ? pieces - 1 - k : k;
      const link::Downlink one = {
          .operation = link::Operation::piece,
          .kind = link::BlobKind::zones,
          .version = version,
          .index = static_cast<std::uint16_t>(i),
          .data = bytes.subspan(i * piece, std::min<std::size_t>(piece, bytes.size() - i * piece))};
      tell(one);
      if (backwards) tell(one);  // and each twice
    }
    tell({.operation = link::Operation::commit, .kind = link::BlobKind::zones, .version = version});
  }
};

std::vector<std::uint8_t> other_zones(std::uint16_t count) {
  zones::ZoneMap map{9, {}};
  for (std::uint16_t id = 1; id <= count; ++id) {
    map.zones.push_back(square_zone(id, geo::farm, MadeTrack{}.home, id, 2 * id, 1));
  }
  return zones::to_compact(map).value();
}

TEST(BadDays, ZonesThatComeOutOfOrderAndTwiceAreUsedOnTrialAndGoAgainUnconfirmed) {
  Told told;
  told.boot(link::ResetCause::power_on);
  EXPECT_EQ(told.collar->zones().size(), 3);
  const auto first = other_zones(4);
  told.tell_zones(2, first, false);
  EXPECT_EQ(told.collar->zones().size(), 4);
  told.tell({.operation = link::Operation::confirm, .kind = link::BlobKind::zones, .version = 2});
  const auto second = other_zones(5);
  told.tell_zones(3, second, true);
  EXPECT_EQ(told.collar->zones().size(), 5);
  told.boot(link::ResetCause::watchdog);  // laid to what is on trial
  EXPECT_EQ(told.collar->zones().size(), 4);
  const auto third = other_zones(6);
  told.tell_zones(4, third, true);
  for (int start = 0; start < 3; ++start) {
    told.boot(link::ResetCause::brown_out);
    EXPECT_EQ(told.collar->zones().size(), 6);
  }
  told.boot(link::ResetCause::brown_out);  // one start too many, and nobody confirmed
  EXPECT_EQ(told.collar->zones().size(), 4);
}

TEST(BadDays, DownlinksThatAreDamagedOrNoZonesChangeNothing) {
  Told told;
  told.boot(link::ResetCause::power_on);
  std::mt19937 random(8);
  const auto good = other_zones(4);
  for (int i = 0; i < 300; ++i) {
    std::vector<std::uint8_t> frame(random() % 60);
    for (std::uint8_t& byte : frame) byte = static_cast<std::uint8_t>(random());
    if (!frame.empty()) frame[0] = static_cast<std::uint8_t>(1 + frame[0] % 7 + 16 * (i % 2));
    told.tell(frame);
  }
  EXPECT_EQ(told.collar->zones().size(), 3);
  // Arrives whole, and is none that a device can use.
  auto bent = good;
  bent[bent.size() / 2] ^= 0x10;
  told.tell_zones(60'000, bent, false);
  EXPECT_EQ(told.collar->zones().size(), 3);
}

TEST(BadDays, SettingsHoldAtOnce) {
  Told told;
  told.boot(link::ResetCause::power_on);
  const std::vector<std::uint8_t> values = {2, 8, 7, 0, 0};  // gps_interval_max_s 1,800
  told.tell({.operation = link::Operation::set, .version = 1, .data = values});
  EXPECT_EQ(told.collar->settings()[link::SettingId::gps_interval_max_s], 1800);
  const Todo todo = told.collar->step(fix_at(100, noon, {-300'000'000, 1'000'000'000}));
  EXPECT_LE(todo.wake_s, 100U + 1800);
}

// ---- the watchdog ----

// What serial flash and a processor's own take at most: nRF52840 Product Specification, "NVMC":
// 85 ms an erasure, 41 us a word.
class TimedFlash : public SimFlash {
 public:
  TimedFlash() : SimFlash(4096, 96) {}
  bool program(std::uint32_t at, std::span<const std::uint8_t> in) {
    spent_us_ += 41 * in.size() / 4;
    return SimFlash::program(at, in);
  }
  bool erase(std::uint32_t sector) {
    spent_us_ += 85'000;
    return SimFlash::erase(sector);
  }
  bool read(std::uint32_t at, std::span<std::uint8_t> out) {
    spent_us_ += 1 + out.size() / 8;  // 64 MHz, by the word and with what is around it
    return SimFlash::read(at, out);
  }
  std::uint64_t take_us() { return std::exchange(spent_us_, 0); }

 private:
  std::uint64_t spent_us_ = 0;
};

TEST(BadDays, NoStepTakesLongerThanTheWatchdogWaits) {
  constexpr std::uint64_t watchdog_us = 8'000'000;
  const auto zones = zones::to_compact(test_zones()).value();
  TimedFlash flash;
  Spec spec = spec_of(test_begin(), test_image(zones));
  std::uint64_t longest_us = 0;
  std::mt19937 random(4);
  // Months without a network, until every ring has gone round, with resets and new zones between.
  for (int life = 0; life < 3; ++life) {
    Collar<TimedFlash> collar(flash, spec);
    Todo todo = collar.start(link::ResetCause::watchdog, 0, keys);
    longest_us = std::max(longest_us, flash.take_us());
    std::uint32_t uptime = 0;
    for (int i = 0; i < 60'000; ++i) {
      uptime += 400;
      Input input = fix_at(uptime, noon + uptime,
                           {155'000'000 + static_cast<std::int32_t>(random() % 9'000'000),
                            -20'000'000 + static_cast<std::int32_t>(random() % 9'000'000)});
      if (i % 3 == 1) {
        input = plain(What::call, uptime);
        input.score = 255;
      }
      std::uint8_t frame[link::downlink_bytes_max];
      if (i % 5000 == 4999) {
        const link::Encoded made =
            link::encode_downlink({.operation = link::Operation::begin,
                                   .kind = link::BlobKind::zones,
                                   .version = static_cast<std::uint16_t>(life * 100 + i / 5000),
                                   .length = 60'000,
                                   .piece_bytes = 44,
                                   .crc = 1},
                                  frame);
        input = plain(What::downlink, uptime);
        input.bytes = {frame, made.bytes};
      }
      todo = collar.step(input);
      longest_us = std::max(longest_us, flash.take_us());
      if (todo.send.bytes > 0) {
        collar.step(plain(What::silent, uptime));
        longest_us = std::max(longest_us, flash.take_us());
      }
    }
  }
  EXPECT_LT(longest_us, watchdog_us);
  EXPECT_GT(longest_us, 1'000'000U);  // an area for zones is erased in one step
  RecordProperty("longest_ms", static_cast<int>(longest_us / 1000));
}

}  // namespace
}  // namespace sengi::collar
