// SPDX-License-Identifier: Apache-2.0
#include "sengi/store/copies.h"

#include <gtest/gtest.h>

#include <numeric>

#include "link/fake_flash.h"

namespace sengi::link {
namespace {

using store::Blob;
using store::BlobHead;
using store::Error;
using Bytes = std::vector<std::uint8_t>;
using TestCopies = store::Copies<FakeFlash>;

constexpr store::Area area{.first_sector = 2, .sectors = 6};
constexpr store::CopiesSpec spec{.pieces_max = 40, .trial_starts = 3};

FakeFlash small_flash() { return {512, 10}; }

Bytes blob_of(std::uint32_t version, std::size_t length) {
  std::mt19937 random(version);
  Bytes bytes(length);
  for (std::uint8_t& byte : bytes) byte = static_cast<std::uint8_t>(random());
  return bytes;
}

constexpr auto anything = [](const Blob&) { return true; };

Bytes content(FakeFlash& flash, const Blob& blob) {
  Bytes bytes(blob.length);
  EXPECT_TRUE(flash.read(blob.at, bytes));
  return bytes;
}

TestCopies started(FakeFlash& flash) {
  TestCopies copies(flash, area, spec);
  copies.start();
  return copies;
}

TEST(Copies, StartEmptyAndUseTheFirstBlobAtOnce) {
  FakeFlash flash = small_flash();
  TestCopies copies = started(flash);
  EXPECT_FALSE(copies.in_use().ok);
  EXPECT_EQ(copies.capacity(), 3 * 512U - 64 - 160);
  const Bytes first = blob_of(1, 700);
  ASSERT_EQ(copies.replace(1, 1, first, anything), Error::none);
  for (int start = 0; start < 10; ++start) {  // nothing to go back to
    TestCopies again = started(flash);
    ASSERT_TRUE(again.in_use().ok);
    EXPECT_FALSE(again.in_use().confirmed);
    EXPECT_EQ(content(flash, again.in_use()), first);
  }
}

TEST(Copies, RollBackWhatNobodyConfirmedWithinItsStarts) {
  FakeFlash flash = small_flash();
  TestCopies copies = started(flash);
  ASSERT_EQ(copies.replace(1, 1, blob_of(1, 100), anything), Error::none);
  ASSERT_EQ(copies.confirm(), Error::none);
  ASSERT_EQ(copies.replace(1, 2, blob_of(2, 200), anything), Error::none);
  EXPECT_EQ(copies.in_use().version, 2U);
  for (int start = 0; start < 3; ++start) EXPECT_EQ(started(flash).in_use().version, 2U);
  EXPECT_EQ(started(flash).in_use().version, 1U);
  TestCopies later = started(flash);
  EXPECT_EQ(content(flash, later.in_use()), blob_of(1, 100));
  EXPECT_EQ(later.replace(1, 2, blob_of(2, 200), anything), Error::old_version);
  EXPECT_EQ(later.replace(1, 3, blob_of(3, 300), anything), Error::none);
}

TEST(Copies, KeepWhatWasConfirmedAndRollBackAtTheWatchdog) {
  FakeFlash flash = small_flash();
  TestCopies copies = started(flash);
  copies.replace(1, 1, blob_of(1, 100), anything);
  copies.confirm();
  copies.replace(1, 5, blob_of(5, 200), anything);
  EXPECT_EQ(copies.replace(1, 6, blob_of(6, 200), anything), Error::on_trial);
  copies = started(flash);
  EXPECT_TRUE(copies.roll_back());
  EXPECT_EQ(copies.in_use().version, 1U);
  EXPECT_FALSE(copies.roll_back());
  ASSERT_EQ(copies.replace(1, 6, blob_of(6, 200), anything), Error::none);
  ASSERT_EQ(copies.confirm(), Error::none);
  for (int start = 0; start < 8; ++start) EXPECT_EQ(started(flash).in_use().version, 6U);
  EXPECT_EQ(started(flash).replace(1, 4, blob_of(4, 10), anything), Error::old_version);
}

TEST(Copies, TakePiecesInAnyOrderTwiceAndOverResets) {
  FakeFlash flash = small_flash();
  const Bytes blob = blob_of(9, 1001);
  const BlobHead head{9, 1001, crc32(blob), 1, 28};
  ASSERT_EQ(head.pieces(), 36U);
  ASSERT_EQ(started(flash).begin(head), Error::none);
  std::vector<std::uint32_t> order(head.pieces());
  std::iota(order.begin(), order.end(), 0);
  std::shuffle(order.begin(), order.end(), std::mt19937(1));
  std::uint32_t missing = head.pieces();
  for (const std::uint32_t i : order) {
    TestCopies copies = started(flash);
    ASSERT_EQ(copies.begin(head), Error::none);
    ASSERT_EQ(copies.missing(), missing);
    ASSERT_EQ(copies.seal(anything), Error::incomplete);
    const auto piece = std::span(blob).subspan(i * 28, i == 35 ? 21 : 28);
    ASSERT_EQ(copies.put(i, piece.first(20)), Error::bad_piece);
    ASSERT_EQ(copies.put(36, piece), Error::bad_piece);
    ASSERT_EQ(copies.put(i, piece), Error::none);
    ASSERT_EQ(copies.put(i, piece), Error::none);
    ASSERT_EQ(copies.missing(), --missing);
  }
  TestCopies copies = started(flash);
  ASSERT_EQ(copies.seal(anything), Error::none);
  EXPECT_EQ(content(flash, started(flash).in_use()), blob);
}

TEST(Copies, GiveUpWhatIsWrongAndKeepWhatWas) {
  FakeFlash flash = small_flash();
  TestCopies copies = started(flash);
  copies.replace(1, 1, blob_of(1, 90), anything);
  copies.confirm();
  const Bytes blob = blob_of(2, 88);
  const BlobHead wrong{2, 88, crc32(blob) ^ 1U, 1, 44};
  ASSERT_EQ(copies.begin(wrong), Error::none);
  copies.put(0, std::span(blob).first(44));
  copies.put(1, std::span(blob).last(44));
  EXPECT_EQ(copies.seal(anything), Error::bad_checksum);
  EXPECT_EQ(copies.seal(anything), Error::no_transfer);
  EXPECT_EQ(copies.replace(1, 2, blob, [](const Blob&) { return false; }), Error::bad_content);
  EXPECT_EQ(started(flash).in_use().version, 1U);
  EXPECT_EQ(copies.replace(1, 2, blob, anything), Error::none);
  EXPECT_EQ(copies.replace(1, 9, blob_of(9, 2000), anything), Error::too_large);
  EXPECT_EQ(copies.begin({9, 1200, 0, 1, 4}), Error::too_large);
  EXPECT_EQ(copies.begin({9, 40, 0, 1, 46}), Error::bad_piece);
}

TEST(Copies, FallBackWhereTheNewerOneIsSpoiltInFlash) {
  FakeFlash flash = small_flash();
  TestCopies copies = started(flash);
  copies.replace(1, 1, blob_of(1, 90), anything);
  copies.confirm();
  copies.replace(1, 2, blob_of(2, 90), anything);
  copies.confirm();
  EXPECT_EQ(started(flash).in_use().version, 2U);
  flash.bytes()[copies.in_use().at + 5] ^= 4;
  TestCopies again = started(flash);
  EXPECT_EQ(again.in_use().version, 1U);
  EXPECT_EQ(content(flash, again.in_use()), blob_of(1, 90));
}

// Versions 1 to 5 one after another; the third is refused by its checker, and the fifth is never
// confirmed.
void live(FakeFlash& flash, std::uint32_t& sealed, std::uint32_t& confirmed) {
  for (std::uint32_t version = 1; version <= 5; ++version) {
    TestCopies copies = started(flash);
    if (copies.in_use().ok && copies.in_use().version >= version) continue;
    const Error error = copies.replace(1, version, blob_of(version, 100 + 31 * version),
                                       [&](const Blob&) { return version != 3; });
    if (error == Error::none) sealed = version;
    EXPECT_TRUE(error == Error::none || (version == 3 && error == Error::bad_content));
    if (error == Error::none && version != 5 && copies.confirm() == Error::none) {
      confirmed = version;
    }
  }
}

TEST(Copies, SurviveALossOfPowerAtEveryByte) {
  FakeFlash whole = small_flash();
  std::uint32_t sealed = 0;
  std::uint32_t confirmed = 0;
  live(whole, sealed, confirmed);
  ASSERT_EQ(sealed, 5U);
  ASSERT_EQ(confirmed, 4U);
  for (std::uint64_t cut = 0; cut < whole.steps(); ++cut) {
    for (unsigned seed = 0; seed < 2; ++seed) {
      FakeFlash flash = small_flash();
      flash.cut_after(cut, seed);
      sealed = confirmed = 0;
      try {
        live(flash, sealed, confirmed);
        FAIL() << "no cut";
      } catch (const PowerCut&) {
      }
      flash.restore_power();
      TestCopies copies = started(flash);
      // What was sealed is there, or already the next one whose seal was being set.
      const std::uint32_t version = copies.in_use().ok ? copies.in_use().version : 0;
      ASSERT_GE(version, sealed) << "cut " << cut;
      ASSERT_LE(version, sealed + 2) << "cut " << cut;
      ASSERT_NE(version, 3U);
      if (version > 0) {
        ASSERT_EQ(content(flash, copies.in_use()), blob_of(version, 100 + 31 * version));
      }
      if (version > 0 && version == confirmed) {
        ASSERT_TRUE(copies.in_use().confirmed);
      }
      // Sent once more from the start, it comes to the same end.
      if (copies.in_use().ok) {
        ASSERT_EQ(copies.confirm(), Error::none);
      }
      live(flash, sealed, confirmed);
      ASSERT_EQ(started(flash).in_use().version, 5U) << "cut " << cut;
    }
  }
}

}  // namespace
}  // namespace sengi::link
