// SPDX-License-Identifier: Apache-2.0
#include "sengi/store/ring.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <functional>
#include <string>

#include "link/fake_flash.h"
#include "sengi/store/outbox.h"

namespace sengi::link {
namespace {

using store::Error;
using store::WhenFull;
using TestRing = store::Ring<FakeFlash>;
using testing::ElementsAre;
using testing::IsEmpty;

constexpr store::Area five_sectors{.first_sector = 1, .sectors = 5};
constexpr std::uint32_t sector_bytes = 256;

FakeFlash small_flash() { return {sector_bytes, 7}; }

Error push(TestRing& ring, const std::string& text) {
  return ring.push(7, {reinterpret_cast<const std::uint8_t*>(text.data()), text.size()});
}

std::string text_of(TestRing& ring, const TestRing::Cursor& cursor) {
  std::vector<std::uint8_t> bytes(cursor.record.length);
  EXPECT_EQ(ring.read(cursor, bytes), Error::none);
  return {bytes.begin(), bytes.end()};
}

std::vector<std::string> all(TestRing& ring) {
  std::vector<std::string> texts;
  TestRing::Cursor cursor;
  for (bool more = ring.first(cursor); more; more = ring.next(cursor)) {
    texts.push_back(text_of(ring, cursor));
  }
  return texts;
}

bool acknowledge_first(TestRing& ring) {
  TestRing::Cursor cursor;
  return ring.first(cursor) && ring.acknowledge(cursor) == Error::none;
}

TEST(Ring, KeepsMessagesUntilTheyAreAcknowledgedAndAcrossResets) {
  FakeFlash flash = small_flash();
  TestRing ring(flash, five_sectors, WhenFull::drop_oldest);
  ring.open();
  EXPECT_THAT(all(ring), IsEmpty());
  for (const char* text : {"a", "bb", "", "dddd"}) ASSERT_EQ(push(ring, text), Error::none);
  EXPECT_THAT(all(ring), ElementsAre("a", "bb", "", "dddd"));
  EXPECT_EQ(ring.next_sequence(), 4U);
  ASSERT_TRUE(acknowledge_first(ring));

  TestRing again(flash, five_sectors, WhenFull::drop_oldest);
  again.open();
  EXPECT_THAT(all(again), ElementsAre("bb", "", "dddd"));
  EXPECT_EQ(again.next_sequence(), 4U);
  EXPECT_EQ(again.waiting(), 3U);
  EXPECT_EQ(again.corrupt_sectors(), 0U);
}

TEST(Ring, AcknowledgesInAnyOrder) {
  FakeFlash flash = small_flash();
  TestRing ring(flash, five_sectors, WhenFull::drop_oldest);
  ring.open();
  for (const char* text : {"a", "b", "c"}) push(ring, text);
  TestRing::Cursor cursor;
  ASSERT_TRUE(ring.first(cursor) && ring.next(cursor));
  EXPECT_EQ(ring.acknowledge(cursor), Error::none);
  EXPECT_EQ(ring.acknowledge(cursor), Error::none);
  EXPECT_THAT(all(ring), ElementsAre("a", "c"));
  ASSERT_TRUE(acknowledge_first(ring) && acknowledge_first(ring));
  EXPECT_FALSE(ring.first(cursor));
  push(ring, "d");
  EXPECT_THAT(all(ring), ElementsAre("d"));
}

TEST(Ring, DropsItsOldestSectorWhereItIsFullAndSaysSo) {
  FakeFlash flash = small_flash();
  TestRing ring(flash, five_sectors, WhenFull::drop_oldest);
  ring.open();
  std::vector<std::string> pushed;
  for (int i = 0; i < 200; ++i) {
    pushed.push_back("message " + std::to_string(i));
    ASSERT_EQ(push(ring, pushed.back()), Error::none);
    const auto left = all(ring);
    ASSERT_EQ(left.size() + ring.dropped(), pushed.size());
    // What is left are the newest, and at least what all sectors but one hold (6 records each).
    ASSERT_TRUE(std::equal(left.rbegin(), left.rend(), pushed.rbegin()));
    ASSERT_GE(left.size(), std::min<std::size_t>(pushed.size(), 4 * 6));
  }
  EXPECT_GT(ring.dropped(), 150U);
  TestRing::Cursor old;
  ASSERT_TRUE(ring.first(old));
  while (ring.dropped() < 190) push(ring, "more");
  EXPECT_EQ(ring.acknowledge(old), Error::gone);
}

TEST(Ring, RefusesTheNewestWhereItIsToldTo) {
  FakeFlash flash = small_flash();
  TestRing ring(flash, five_sectors, WhenFull::refuse_newest);
  ring.open();
  std::size_t kept = 0;
  while (push(ring, "0123456789") == Error::none) ++kept;
  EXPECT_EQ(push(ring, "0123456789"), Error::full);
  EXPECT_EQ(all(ring).size(), kept);
  EXPECT_EQ(kept, 5U * 7);
  // A sector holds (256 - 32 - 16) / (16 + 12) = 7 of them.
  for (int i = 0; i < 6; ++i) ASSERT_TRUE(acknowledge_first(ring));
  EXPECT_EQ(push(ring, "0123456789"), Error::full);
  ASSERT_TRUE(acknowledge_first(ring));
  ASSERT_EQ(push(ring, "room again"), Error::none);
  EXPECT_EQ(all(ring).size(), kept - 7 + 1);
  EXPECT_EQ(ring.dropped(), 0U);
}

TEST(Ring, RefusesWhatIsTooLong) {
  FakeFlash flash = small_flash();
  TestRing ring(flash, five_sectors, WhenFull::drop_oldest);
  ring.open();
  EXPECT_EQ(push(ring, std::string(193, 'x')), Error::too_large);
  EXPECT_EQ(push(ring, std::string(192, 'x')), Error::none);
  EXPECT_THAT(all(ring), ElementsAre(std::string(192, 'x')));
}

TEST(Ring, WearsAllSectorsAlike) {
  FakeFlash flash = small_flash();
  TestRing ring(flash, five_sectors, WhenFull::drop_oldest);
  ring.open();
  for (int i = 0; i < 3000; ++i) {
    push(ring, std::string(static_cast<std::size_t>(i % 50), 'x'));
    if (i % 3 != 0) acknowledge_first(ring);
    if (i % 97 == 0) ring.open();
  }
  const auto& erasures = flash.erasures();
  EXPECT_EQ(erasures[0], 0);
  EXPECT_EQ(erasures[6], 0);
  const auto [least, most] = std::minmax_element(erasures.begin() + 1, erasures.end() - 1);
  EXPECT_GT(*least, 100);
  EXPECT_LE(*most - *least, 1);
}

TEST(Ring, StartsByReadingHeadsOnly) {
  FakeFlash flash(4096, 130);
  const store::Area area{.first_sector = 1, .sectors = 128};
  TestRing ring(flash, area, WhenFull::drop_oldest);
  ring.open();
  while (ring.dropped() == 0) push(ring, std::string(51, 'x'));
  const std::uint32_t waiting = ring.waiting();
  EXPECT_GT(waiting, 7000U);
  // Twice every sector's head, once the heads of one sector's records, of half a megabyte.
  const std::uint64_t before = flash.bytes_read();
  ring.open();
  EXPECT_LT(flash.bytes_read() - before, 128U * 2 * 20 + 4096U);
  EXPECT_EQ(ring.waiting(), waiting);
}

TEST(Ring, GoesRoundBadSectorsAndCountsThem) {
  FakeFlash flash = small_flash();
  flash.break_sector(3);
  TestRing ring(flash, five_sectors, WhenFull::drop_oldest);
  ring.open();
  std::vector<std::string> pushed;
  for (int i = 0; i < 100; ++i) {
    pushed.push_back("message " + std::to_string(i));
    ASSERT_EQ(push(ring, pushed.back()), Error::none);
    if (i % 7 == 0) ring.open();
    const auto left = all(ring);
    ASSERT_GE(left.size(), std::min<std::size_t>(pushed.size(), 3 * 6));
    ASSERT_TRUE(std::equal(left.rbegin(), left.rend(), pushed.rbegin()));
  }
  EXPECT_GE(ring.corrupt_sectors(), 1U);
}

TEST(Ring, SkipsWhatIsCorruptAndKeepsTheRest) {
  std::mt19937 random(1);
  for (int round = 0; round < 300; ++round) {
    FakeFlash flash = small_flash();
    TestRing ring(flash, five_sectors, WhenFull::drop_oldest);
    ring.open();
    std::vector<std::string> pushed;
    for (int i = 0; i < 28; ++i) {
      pushed.push_back("message " + std::to_string(i));
      push(ring, pushed.back());
    }
    // One byte of the area goes bad: at most its record is lost, or its sector with its head.
    const std::size_t at = sector_bytes + random() % (5 * sector_bytes);
    flash.bytes()[at] = static_cast<std::uint8_t>(random());
    ring.open();
    const auto left = all(ring);
    const bool head = at % sector_bytes < store::ring_head_bytes;
    ASSERT_GE(left.size() + (head ? 7 : 1), pushed.size()) << "byte " << at;
    for (const std::string& text : left) {
      ASSERT_NE(std::find(pushed.begin(), pushed.end(), text), pushed.end());
    }
    ASSERT_EQ(push(ring, "goes on"), Error::none);
    ASSERT_EQ(all(ring).back(), "goes on");
  }
}

TEST(Ring, AnyBytesAtAllAreAnEmptyRingOrSoundMessages) {
  std::mt19937 random(2);
  for (int round = 0; round < 200; ++round) {
    FakeFlash flash = small_flash();
    for (std::uint8_t& byte : flash.bytes()) byte = static_cast<std::uint8_t>(random());
    TestRing ring(flash, five_sectors, WhenFull::drop_oldest);
    ring.open();
    EXPECT_EQ(ring.corrupt_sectors(), 5U);
    EXPECT_THAT(all(ring), IsEmpty());
    ASSERT_EQ(push(ring, "first"), Error::none);
    EXPECT_THAT(all(ring), ElementsAre("first"));
  }
}

// A script of pushes and acknowledgements that goes round the sectors several times.
struct Script {
  static constexpr int steps = 90;
  static bool is_push(int i) { return i % 6 < 4; }
  static std::string message(int i) {
    return std::to_string(i) + ":" + std::string(static_cast<std::size_t>(i * 7 % 40), 'x');
  }
  static void run(TestRing& ring, int i) {
    if (is_push(i)) {
      EXPECT_EQ(push(ring, message(i)), Error::none);
    } else {
      acknowledge_first(ring);
    }
  }
};

TEST(Ring, SurvivesALossOfPowerAtEveryByte) {
  // What is waiting before each step, and after the last, without any loss of power.
  std::vector<std::vector<std::string>> before;
  FakeFlash whole = small_flash();
  TestRing undisturbed(whole, five_sectors, WhenFull::drop_oldest);
  undisturbed.open();
  for (int i = 0; i < Script::steps; ++i) {
    before.push_back(all(undisturbed));
    Script::run(undisturbed, i);
  }
  before.push_back(all(undisturbed));
  ASSERT_GT(undisturbed.dropped(), 0U);
  const auto [least, most] =
      std::minmax_element(whole.erasures().begin() + 1, whole.erasures().end() - 1);
  ASSERT_GE(*least, 1) << *most;
  FakeFlash unwatched = small_flash();  // looking at all of it writes marks too
  TestRing ring_unwatched(unwatched, five_sectors, WhenFull::drop_oldest);
  ring_unwatched.open();
  for (int i = 0; i < Script::steps; ++i) Script::run(ring_unwatched, i);

  std::uint64_t cuts = 0;
  for (std::uint64_t cut = 0; cut < unwatched.steps(); ++cut) {
    for (unsigned seed = 0; seed < 3; ++seed, ++cuts) {
      FakeFlash flash = small_flash();
      flash.cut_after(cut, seed);
      int at = 0;
      std::uint32_t numbers = 0;
      try {
        TestRing ring(flash, five_sectors, WhenFull::drop_oldest);
        ring.open();
        for (; at < Script::steps; ++at) {
          // Housekeeping of reading (marking sectors as emptied) may be cut too.
          Script::run(ring, at);
          numbers = ring.next_sequence();
        }
        FAIL() << "no cut";
      } catch (const PowerCut&) {
      }
      flash.restore_power();

      TestRing ring(flash, five_sectors, WhenFull::drop_oldest);
      ring.open();
      const auto left = all(ring);
      auto without_new = before[static_cast<std::size_t>(at) + 1];
      if (Script::is_push(at)) without_new.pop_back();
      ASSERT_THAT(left, testing::AnyOf(before[static_cast<std::size_t>(at)],
                                       before[static_cast<std::size_t>(at) + 1], without_new))
          << "cut " << cut << " seed " << seed << " step " << at;
      ASSERT_GE(ring.next_sequence(), numbers);
      ASSERT_LE(ring.next_sequence(), numbers + 1);

      // And it goes on as if nothing had been.
      std::vector<std::string> pushed = left;
      for (int i = 0; i < 20; ++i) {
        pushed.push_back("later " + std::to_string(i));
        ASSERT_EQ(push(ring, pushed.back()), Error::none);
      }
      const auto later = all(ring);
      ASSERT_GE(later.size(), 14U);
      ASSERT_TRUE(std::equal(later.rbegin(), later.rend(), pushed.rbegin()));
      // The very first head has none before it to say that it was being written.
      ASSERT_LE(ring.corrupt_sectors(), at == 0 ? 1U : 0U);
    }
  }
  RecordProperty("cuts", static_cast<int>(cuts));
}

TEST(Ring, SurvivesLossesOfPowerOneAfterAnother) {
  std::mt19937 random(3);
  for (int round = 0; round < 200; ++round) {
    FakeFlash flash = small_flash();
    std::vector<std::string> waiting;  // certainly
    std::string unsure;                // pushed or acknowledged when the power failed
    int made = 0;
    for (int life = 0; life < 12; ++life) {
      flash.cut_after(random() % 700, static_cast<unsigned>(random()));
      bool pushing = false;
      try {
        TestRing ring(flash, five_sectors, WhenFull::refuse_newest);
        ring.open();
        auto found = all(ring);
        if (!unsure.empty() && found != waiting) {
          // The one in doubt may be there or not, and all others must be.
          const auto place = std::find(found.begin(), found.end(), unsure);
          const auto kept = std::find(waiting.begin(), waiting.end(), unsure);
          if (kept != waiting.end()) {
            waiting.erase(kept);
          } else if (place != found.end()) {
            found.erase(place);
            ASSERT_EQ(found, waiting);
            waiting.push_back(unsure);
            found = waiting;
          }
        }
        ASSERT_EQ(found, waiting) << "round " << round << " life " << life;
        unsure.clear();
        for (int i = 0; i < 40; ++i) {
          pushing = random() % 2 == 0;
          if (pushing) {
            unsure = "message " + std::to_string(made++);
            if (push(ring, unsure) == Error::none) waiting.push_back(unsure);
          } else if (!waiting.empty()) {
            unsure = waiting.front();
            ASSERT_TRUE(acknowledge_first(ring));
            waiting.erase(waiting.begin());
          }
          unsure.clear();
        }
      } catch (const PowerCut&) {
      }
    }
  }
}

TEST(Outbox, SendsEventsFirstThenPositionsThenStatusEachTheOldestFirst) {
  FakeFlash flash(256, 16);
  store::Outbox<FakeFlash> outbox(flash, store::OutboxLayout::of({0, 16}));
  outbox.open();
  const auto put = [&](store::Rank rank, std::uint8_t mark) {
    return outbox.push(rank, 24, std::vector<std::uint8_t>{mark});
  };
  put(store::Rank::status, 1);
  put(store::Rank::position, 2);
  put(store::Rank::event, 3);
  put(store::Rank::position, 4);
  put(store::Rank::event, 5);
  std::vector<int> order;
  store::Outbox<FakeFlash>::Entry entry;
  for (bool more = outbox.first(entry); more; more = outbox.next(entry)) {
    std::uint8_t byte = 0;
    ASSERT_EQ(outbox.read(entry, {&byte, 1}), Error::none);
    EXPECT_EQ(entry.port(), 24);
    order.push_back(byte);
  }
  EXPECT_THAT(order, ElementsAre(3, 5, 2, 4, 1));
  EXPECT_EQ(outbox.next_sequence(store::Rank::event), 2U);
}

TEST(Outbox, AFloodOfOneRankCostsNoOther) {
  FakeFlash flash(256, 16);
  store::Outbox<FakeFlash> outbox(flash, store::OutboxLayout::of({0, 16}));
  outbox.open();
  const std::vector<std::uint8_t> message(20, 0xAB);
  for (int i = 0; i < 5; ++i) outbox.push(store::Rank::event, 24, message);
  for (int i = 0; i < 5; ++i) outbox.push(store::Rank::position, 23, message);
  for (int i = 0; i < 500; ++i) outbox.push(store::Rank::status, 26, message);
  EXPECT_EQ(outbox.ring(store::Rank::event).waiting(), 5U);
  EXPECT_EQ(outbox.ring(store::Rank::position).waiting(), 5U);
  for (int i = 0; i < 500; ++i) outbox.push(store::Rank::position, 23, message);
  EXPECT_EQ(outbox.ring(store::Rank::event).waiting(), 5U);
  EXPECT_EQ(outbox.ring(store::Rank::event).dropped(), 0U);
  EXPECT_GT(outbox.dropped(), 800U);
}

}  // namespace
}  // namespace sengi::link
