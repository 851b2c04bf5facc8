// SPDX-License-Identifier: Apache-2.0
#include "station/store.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/resource.h>

#include <csignal>

#include "base/files.h"
#include "station/envelope.h"
#include "station/uplinks_for_tests.h"

namespace sengi::station {
namespace {

using testing::HasSubstr;

constexpr std::int64_t new_year_ms = std::int64_t{new_year_s} * 1000;
const std::string eui = "a84041fffe12ab34";

class StoreTest : public testing::Test {
 protected:
  StoreTest() : folder_(std::move(TemporaryFolder::make()).value()) { open(); }

  void open() {
    store_.reset();
    auto store = Store::open(folder_.path() / "camp");
    ASSERT_TRUE(store.ok()) << store.error().message;
    store_ = std::make_unique<Store>(std::move(store).value());
  }

  Kept keep(const std::string& json, std::int64_t arrived_ms = new_year_ms + 2'000) {
    auto received = parse_envelope(json);
    EXPECT_TRUE(received.ok()) << received.error().message;
    const Arrival arrival = std::move(received).value();
    const auto kept = store_->keep({&arrival, 1}, arrived_ms);
    EXPECT_TRUE(kept.ok()) << kept.error().message;
    return kept.value().at(0);
  }

  std::string ask(const std::string& sql) {
    auto db = Database::open_to_read(folder_.path() / "camp" / "station.db");
    EXPECT_TRUE(db.ok()) << db.error().message;
    Statement select(db.value(), sql);
    const auto found = select.next();
    EXPECT_TRUE(found.ok()) << found.error().message;
    return found.value() ? select.text(0) : "";
  }

  TemporaryFolder folder_;
  std::unique_ptr<Store> store_;
};

std::string status_uplink(std::uint32_t counter, std::uint8_t sequence, std::uint32_t time_s,
                          const std::string& time = "2026-01-01T00:00:01Z",
                          const std::string& address = "01a2b3c4") {
  return chirpstack_uplink(eui, counter, 26, status_message(sequence, time_s), time, address);
}

TEST_F(StoreTest, KeepsAndRemembers) {
  EXPECT_EQ(keep(status_uplink(1, 1, new_year_s)).as, Kept::As::uplink);
  EXPECT_EQ(keep(chirpstack_uplink(eui, 2, 23,
                                   position_message(new_year_s + 5, 156'535'000, -21'601'750)))
                .as,
            Kept::As::uplink);
  open();  // as after a restart
  const Counts counts = store_->counts().value();
  EXPECT_EQ(counts.devices, 1);
  EXPECT_EQ(counts.uplinks, 2);
  EXPECT_EQ(counts.positions, 1);
  EXPECT_EQ(ask("SELECT battery_mv FROM devices"), "3652");
  EXPECT_EQ(ask("SELECT name FROM devices"), "Tembo");
  EXPECT_EQ(ask("SELECT position_ms FROM devices"), std::to_string(new_year_ms + 5'000));
  EXPECT_EQ(ask("SELECT latitude_e7 FROM devices"), "156535000");
  EXPECT_EQ(ask("SELECT kind FROM uplinks WHERE port = 23"), "positions");
}

TEST_F(StoreTest, IsDurable) {
  EXPECT_EQ(ask("PRAGMA journal_mode"), "wal");
  auto db = Database::open(folder_.path() / "other.db");
  ASSERT_TRUE(db.ok());
  Statement select(db.value(), "PRAGMA synchronous");
  ASSERT_TRUE(select.next().value());
  EXPECT_EQ(select.whole(0), 2) << "FULL: a commit is on disk when it returns";
}

TEST_F(StoreTest, SameUplinkTwiceIsOne) {
  const Kept first = keep(status_uplink(1, 1, new_year_s));
  const Kept again = keep(status_uplink(1, 1, new_year_s), new_year_ms + 86'400'000);
  EXPECT_EQ(again.as, Kept::As::duplicate);
  EXPECT_EQ(again.id, first.id);
  EXPECT_EQ(ask("SELECT copies FROM uplinks"), "1");
}

// A collar that was not acknowledged sends the same message under a new frame counter, and perhaps
// hours later and through another network.
TEST_F(StoreTest, MessageSentAgainIsOne) {
  keep(status_uplink(1, 1, new_year_s));
  EXPECT_EQ(keep(status_uplink(9, 1, new_year_s, "2026-01-01T09:00:00Z")).as, Kept::As::duplicate);
  EXPECT_EQ(keep(things_stack_uplink(eui, 10, 26, status_message(1, new_year_s))).as,
            Kept::As::duplicate);
  EXPECT_EQ(keep(status_uplink(10, 2, new_year_s)).as, Kept::As::uplink);
}

// What has no time of its own may say the same again and mean it.
TEST_F(StoreTest, SameWordsLaterAreNew) {
  const link::Bytes fence = {0x92, 6, 0, 3, 0x10, 0x27, 0x05, 0x00};
  const auto heard = [&](std::uint32_t counter, const char* time,
                         const char* address = "01a2b3c4") {
    return keep(chirpstack_uplink(eui, counter, 12, fence, time, address)).as;
  };
  EXPECT_EQ(heard(7, "2026-01-01T00:00:00Z"), Kept::As::uplink);
  EXPECT_EQ(heard(7, "2026-01-01T00:00:00Z"), Kept::As::duplicate);
  EXPECT_EQ(heard(7, "2026-01-01T00:09:00Z"), Kept::As::duplicate) << "another network's clock";
  EXPECT_EQ(heard(8, "2026-01-01T00:00:00Z"), Kept::As::uplink) << "the next frame";
  EXPECT_EQ(heard(7, "2026-01-01T00:00:00Z", "0affee01"), Kept::As::uplink) << "joined anew";
  EXPECT_EQ(heard(7, "2026-01-02T00:00:00Z"), Kept::As::uplink) << "counter began again";
}

TEST_F(StoreTest, AnotherDeviceIsAnother) {
  keep(status_uplink(1, 1, new_year_s));
  EXPECT_EQ(keep(chirpstack_uplink("a84041fffe12ab35", 1, 26, status_message(1, new_year_s))).as,
            Kept::As::uplink);
  EXPECT_EQ(store_->counts().value().devices, 2);
}

TEST_F(StoreTest, MarksWhatComesAtAnOddTime) {
  const std::uint32_t now = new_year_s + 20'000;
  const std::int64_t arrived = std::int64_t{now} * 1000;
  const auto marks = [&](std::uint8_t sequence, std::uint32_t time_s) {
    return keep(chirpstack_uplink(eui, sequence, 26, status_message(sequence, time_s),
                                  "2026-01-01T05:33:20Z"),
                arrived)
        .marks;
  };
  EXPECT_EQ(marks(1, now - 60), 0U);
  EXPECT_EQ(marks(2, now - 120), Mark::out_of_order);
  EXPECT_EQ(marks(3, now - 7'200), Mark::out_of_order | Mark::late);
  EXPECT_EQ(marks(4, now + 86'400), Mark::future);
  EXPECT_EQ(marks(5, now - 30), 0U) << "one of the future puts no other out of order";
  EXPECT_EQ(keep(chirpstack_uplink(eui, 6, 26, {1, 2, 3}), arrived).marks & Mark::unreadable,
            Mark::unreadable);
  EXPECT_EQ(store_->counts().value().uplinks, 6) << "all are kept";
}

TEST_F(StoreTest, PlaceOfTheFutureIsNotWhereItIs) {
  keep(chirpstack_uplink(eui, 1, 23, position_message(new_year_s, 10'000'000, 20'000'000)));
  keep(chirpstack_uplink(eui, 2, 23,
                         position_message(new_year_s + 999'999, 30'000'000, 20'000'000)));
  keep(chirpstack_uplink(eui, 3, 23, position_message(new_year_s - 9'000, 40'000'000, 20'000'000)));
  EXPECT_EQ(ask("SELECT latitude_e7 FROM devices"), "10000000");
  EXPECT_EQ(store_->counts().value().positions, 3);
}

TEST_F(StoreTest, RefusedIsKeptToo) {
  const Arrival arrival = Refused{"mqtt a/b", "no JSON object", std::string(10'000, 'x')};
  ASSERT_TRUE(store_->keep({&arrival, 1}, new_year_ms).ok());
  EXPECT_EQ(store_->counts().value().refused, 1);
  EXPECT_EQ(ask("SELECT length(body) FROM refused"), "4096");
  EXPECT_EQ(ask("SELECT fault FROM refused"), "no JSON object");
}

TEST_F(StoreTest, OneStationAFolder) {
  const auto second = Store::open(folder_.path() / "camp");
  ASSERT_FALSE(second.ok());
  EXPECT_THAT(second.error().message, HasSubstr("another station uses this folder"));
}

TEST_F(StoreTest, NewerDatabaseIsRefused) {
  store_.reset();
  {
    auto db = Database::open(folder_.path() / "camp" / "station.db");
    ASSERT_TRUE(db.value().run("PRAGMA user_version = 99").ok());
  }
  const auto opened = Store::open(folder_.path() / "camp");
  ASSERT_FALSE(opened.ok());
  EXPECT_THAT(opened.error().message, HasSubstr("version 99"));
}

// A disk that is full, played by a limit on the size of files: nothing of the batch is kept, what
// was kept stays, and once there is room it goes on.
TEST_F(StoreTest, FullDiskKeepsAllOrNothing) {
  keep(status_uplink(1, 1, new_year_s));
  std::vector<Arrival> batch;
  for (std::uint32_t i = 0; i < 20'000; ++i) {
    Received received;
    received.network = "sengi";
    received.device = "collar-" + std::to_string(i);
    received.port = 26;
    received.payload = status_message(static_cast<std::uint8_t>(i), new_year_s);
    batch.emplace_back(std::move(received));
  }
  ::signal(SIGXFSZ, SIG_IGN);
  rlimit before{};
  ::getrlimit(RLIMIT_FSIZE, &before);
  const rlimit small{512 * 1024, before.rlim_max};
  ::setrlimit(RLIMIT_FSIZE, &small);
  const auto kept = store_->keep(batch, new_year_ms);
  ::setrlimit(RLIMIT_FSIZE, &before);
  ASSERT_FALSE(kept.ok());
  EXPECT_EQ(store_->counts().value().uplinks, 1);
  ASSERT_TRUE(store_->keep(batch, new_year_ms).ok());
  EXPECT_EQ(store_->counts().value().uplinks, 20'001);
}

}  // namespace
}  // namespace sengi::station
