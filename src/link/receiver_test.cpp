// SPDX-License-Identifier: Apache-2.0
#include "sengi/link/receiver.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "link/fake_flash.h"

namespace sengi::link {
namespace {

using Bytes = std::vector<std::uint8_t>;

Bytes frame_of(const Downlink& downlink) {
  Bytes frame(downlink_bytes_max);
  const Encoded made = encode_downlink(downlink, frame);
  EXPECT_EQ(made.error, Error::none);
  frame.resize(made.bytes);
  return frame;
}

Bytes random_bytes(std::size_t count, unsigned seed) {
  std::mt19937 random(seed);
  Bytes bytes(count);
  for (std::uint8_t& byte : bytes) byte = static_cast<std::uint8_t>(random());
  return bytes;
}

// A device that can be reset: nothing but its flash outlives that.
class Device {
 public:
  static constexpr store::CopiesSpec few{.pieces_max = 8, .trial_starts = 2};
  static constexpr store::CopiesSpec many{.pieces_max = 60, .trial_starts = 2};

  Device() { reset(); }

  void reset() {
    settings_copies = store::Copies<FakeFlash>(flash, {0, 2}, few);
    zones_copies = store::Copies<FakeFlash>(flash, {2, 12}, many);
    settings_copies.start();
    zones_copies.start();
  }

  Reply tell(const Bytes& frame) {
    return receiver.handle(frame, [&](BlobKind, const store::Blob& blob) {
      std::uint8_t first = 0;
      EXPECT_TRUE(flash.read(blob.at, {&first, 1}));
      return first != 0xBD;
    });
  }

  Bytes zones() {
    Bytes bytes(zones_copies.in_use().length);
    EXPECT_TRUE(flash.read(zones_copies.in_use().at, bytes));
    return bytes;
  }

  FakeFlash flash{512, 14};
  store::Copies<FakeFlash> settings_copies{flash, {0, 2}, few};
  store::Copies<FakeFlash> zones_copies{flash, {2, 12}, many};
  Receiver<FakeFlash> receiver{flash, settings_copies, zones_copies};
};

// Begin and pieces of a blob.
std::vector<Bytes> transfer_of(BlobKind kind, std::uint16_t version, const Bytes& blob) {
  std::vector<Bytes> frames;
  Downlink begin{Operation::begin, kind, version};
  begin.length = static_cast<std::uint32_t>(blob.size());
  begin.piece_bytes = 44;
  begin.crc = crc32(blob);
  frames.push_back(frame_of(begin));
  for (std::size_t at = 0; at < blob.size(); at += 44) {
    Downlink piece{Operation::piece, kind, version};
    piece.index = static_cast<std::uint16_t>(at / 44);
    piece.data = std::span(blob).subspan(at, std::min<std::size_t>(44, blob.size() - at));
    frames.push_back(frame_of(piece));
  }
  return frames;
}

Bytes setting(SettingId id, std::int32_t value) {
  const auto bits = static_cast<std::uint32_t>(value);
  return {static_cast<std::uint8_t>(id), static_cast<std::uint8_t>(bits),
          static_cast<std::uint8_t>(bits >> 8), static_cast<std::uint8_t>(bits >> 16),
          static_cast<std::uint8_t>(bits >> 24)};
}

Bytes set_frame(std::uint16_t version, const Bytes& settings) {
  Downlink set{Operation::set, BlobKind::settings, version};
  set.data = settings;
  return frame_of(set);
}

TEST(Receiver, TakesZonesInAnyOrderTwiceWithResetsAndDamage) {
  for (unsigned seed = 0; seed < 20; ++seed) {
    Device device;
    const Bytes blob = random_bytes(2000, seed + 1);
    std::vector<Bytes> frames = transfer_of(BlobKind::zones, 7, blob);
    const Bytes begin = frames.front();
    std::mt19937 random(seed);
    std::vector<Bytes> sent(frames.begin() + 1, frames.end());
    sent.insert(sent.end(), frames.begin() + 1, frames.end());
    std::shuffle(sent.begin(), sent.end(), random);
    EXPECT_EQ(device.tell(begin).state, TransferState::receiving);
    for (const Bytes& frame : sent) {
      if (random() % 4 == 0) device.reset();
      if (random() % 4 == 0) {
        Bytes bent = frame;
        bent[random() % bent.size()] ^= static_cast<std::uint8_t>(1 + random() % 255);
        device.tell(bent);
      }
      ASSERT_NE(device.tell(frame).state, TransferState::refused);
    }
    EXPECT_EQ(device.tell(begin).state, TransferState::complete);
    const Reply done = device.tell(frame_of({Operation::commit, BlobKind::zones, 7}));
    EXPECT_EQ(done.state, TransferState::trial);
    EXPECT_EQ(done.version, 7);
    EXPECT_EQ(device.zones(), blob);
    EXPECT_EQ(device.tell(sent[0]).state, TransferState::trial);
    const Bytes confirm = frame_of({Operation::confirm, BlobKind::zones, 7});
    EXPECT_EQ(device.tell(confirm).state, TransferState::in_use);
    EXPECT_EQ(device.tell(confirm).state, TransferState::in_use);
    device.reset();
    EXPECT_EQ(device.receiver.describe(BlobKind::zones).state, TransferState::in_use);
  }
}

TEST(Receiver, SaysWhichPiecesAreMissing) {
  Device device;
  const auto frames = transfer_of(BlobKind::zones, 3, random_bytes(2000, 1));
  device.tell(frames[0]);
  for (const std::size_t i : {0U, 1U, 2U, 5U, 45U}) device.tell(frames[1 + i]);
  Reply reply = device.receiver.describe(BlobKind::zones);
  EXPECT_EQ(reply.first, 3);
  EXPECT_EQ(reply.shown, 43);
  EXPECT_TRUE(reply.is_missing(0));
  EXPECT_FALSE(reply.is_missing(2));
  EXPECT_FALSE(reply.is_missing(42));
  Downlink query{Operation::query, BlobKind::zones, 3};
  query.index = 5;
  reply = device.tell(frame_of(query));
  EXPECT_EQ(reply.first, 5);
  EXPECT_FALSE(reply.is_missing(0));
  EXPECT_TRUE(reply.is_missing(1));
  std::uint8_t frame[message_bytes_max];
  Reply back;
  const Encoded made = encode_reply(reply, frame);
  ASSERT_TRUE(decode_reply(std::span(frame).first(made.bytes), back).ok());
  EXPECT_EQ(back.shown, 41);
  const Encoded small = encode_reply(reply, std::span(frame).first(floor_bytes));
  ASSERT_TRUE(decode_reply(std::span(frame).first(small.bytes), back).ok());
  EXPECT_EQ(back.shown, 18);
  EXPECT_TRUE(back.is_missing(1));
}

TEST(Receiver, RefusesWhatIsWrongWithTheReason) {
  Device device;
  EXPECT_EQ(device.tell({}).reason, Reason::malformed);
  EXPECT_EQ(device.tell({0x0F, 0, 0}).reason, Reason::malformed);
  const auto frames = transfer_of(BlobKind::zones, 3, random_bytes(200, 1));
  EXPECT_EQ(device.tell(frames[1]).reason, Reason::other_transfer);
  EXPECT_EQ(device.tell(frame_of({Operation::commit, BlobKind::zones, 3})).reason,
            Reason::other_transfer);
  device.tell(frames[0]);
  EXPECT_EQ(device.tell(frame_of({Operation::commit, BlobKind::zones, 3})).reason,
            Reason::incomplete);
  Bytes bent = frames[1];
  bent[20] ^= 1;
  EXPECT_EQ(device.tell(bent).reason, Reason::bad_piece);
  EXPECT_EQ(device.tell(transfer_of(BlobKind::zones, 3, random_bytes(60'000, 1))[0]).reason,
            Reason::too_large);
}

TEST(Receiver, ChecksTheWholeAndGoesOnWithWhatWas) {
  Device device;
  const Bytes good = random_bytes(300, 5);
  const auto send = [&](std::uint16_t version, const Bytes& blob) {
    for (const Bytes& frame : transfer_of(BlobKind::zones, version, blob)) device.tell(frame);
    return device.tell(frame_of({Operation::commit, BlobKind::zones, version}));
  };
  EXPECT_EQ(send(1, good).state, TransferState::trial);
  device.tell(frame_of({Operation::confirm, BlobKind::zones, 1}));
  Bytes bad = good;
  bad[0] = 0xBD;
  EXPECT_EQ(send(2, bad).reason, Reason::bad_content);
  EXPECT_EQ(device.zones(), good);
  EXPECT_EQ(send(3, random_bytes(310, 6)).state, TransferState::trial);
  EXPECT_EQ(send(4, good).reason, Reason::other_transfer);  // its begin was refused: on trial
  device.reset();
  device.reset();
  device.reset();  // one start more than the trial has
  EXPECT_EQ(device.zones(), good);
  EXPECT_EQ(send(3, good).reason, Reason::other_transfer);
  EXPECT_EQ(device.tell(transfer_of(BlobKind::zones, 3, good)[0]).reason, Reason::old_version);
  EXPECT_EQ(send(5, random_bytes(310, 6)).state, TransferState::trial);
  EXPECT_EQ(device.tell(frame_of({Operation::roll_back, BlobKind::zones, 5})).state,
            TransferState::in_use);
  EXPECT_EQ(device.zones(), good);
}

TEST(Receiver, SetsSettingsWithinTheirBoundsAllOrNone) {
  Device device;
  EXPECT_EQ(device.receiver.settings(), Settings());
  EXPECT_EQ(device.tell(set_frame(1, setting(SettingId::gps_interval_min_s, 59))).reason,
            Reason::bad_setting);
  EXPECT_EQ(device.tell(set_frame(1, setting(SettingId::gps_interval_min_s, -1))).reason,
            Reason::bad_setting);
  Bytes two = setting(SettingId::gps_interval_min_s, 600);
  const Bytes wrong = setting(static_cast<SettingId>(99), 1);
  two.insert(two.end(), wrong.begin(), wrong.end());
  EXPECT_EQ(device.tell(set_frame(1, two)).reason, Reason::bad_setting);
  // Longer than the longest interval, which stays as it is.
  EXPECT_EQ(device.tell(set_frame(1, setting(SettingId::gps_interval_min_s, 33'000))).reason,
            Reason::bad_setting);
  EXPECT_EQ(device.receiver.settings(), Settings());

  EXPECT_EQ(device.tell(set_frame(1, setting(SettingId::gps_interval_min_s, 600))).state,
            TransferState::trial);
  EXPECT_EQ(device.receiver.settings()[SettingId::gps_interval_min_s], 600);
  device.tell(frame_of({Operation::confirm, BlobKind::settings, 1}));
  EXPECT_EQ(device.tell(set_frame(2, setting(SettingId::call_threshold, 100))).state,
            TransferState::trial);
  EXPECT_EQ(device.receiver.settings()[SettingId::gps_interval_min_s], 600);
  EXPECT_EQ(device.receiver.settings()[SettingId::call_threshold], 100);
  // A replay changes nothing.
  EXPECT_EQ(device.tell(set_frame(1, setting(SettingId::gps_interval_min_s, 900))).reason,
            Reason::old_version);
  for (int i = 0; i < 3; ++i) device.reset();
  EXPECT_EQ(device.receiver.settings()[SettingId::call_threshold], 205);
  EXPECT_EQ(device.receiver.settings()[SettingId::gps_interval_min_s], 600);
}

TEST(Receiver, ComesToTheSameEndAfterALossOfPowerAtEveryByte) {
  const Bytes old_zones = random_bytes(200, 1);
  const Bytes zones = random_bytes(260, 2);
  std::vector<Bytes> script = transfer_of(BlobKind::zones, 1, old_zones);
  script.push_back(frame_of({Operation::commit, BlobKind::zones, 1}));
  script.push_back(frame_of({Operation::confirm, BlobKind::zones, 1}));
  for (const Bytes& frame : transfer_of(BlobKind::zones, 2, zones)) script.push_back(frame);
  script.push_back(set_frame(1, setting(SettingId::immobility_min, 60)));
  script.push_back(frame_of({Operation::commit, BlobKind::zones, 2}));
  script.push_back(frame_of({Operation::confirm, BlobKind::zones, 2}));
  Device whole;
  for (const Bytes& frame : script) whole.tell(frame);
  ASSERT_EQ(whole.zones(), zones);
  for (std::uint64_t cut = 0; cut < whole.flash.steps(); ++cut) {
    Device device;
    device.flash.cut_after(cut, static_cast<unsigned>(cut));
    std::size_t at = 0;
    try {
      for (; at < script.size(); ++at) device.tell(script[at]);
    } catch (const PowerCut&) {
    }
    ASSERT_LT(at, script.size());
    device.flash.restore_power();
    device.reset();
    if (device.zones_copies.in_use().ok) {
      const Bytes there = device.zones();
      ASSERT_TRUE(there == old_zones || there == zones);
    }
    // The network sends what was not answered once more, and everything after it.
    for (; at < script.size(); ++at) {
      const Reply reply = device.tell(script[at]);
      ASSERT_NE(reply.state, TransferState::refused)
          << "cut " << cut << " frame " << at << " reason " << static_cast<int>(reply.reason);
    }
    ASSERT_EQ(device.zones(), zones);
    ASSERT_EQ(device.receiver.settings()[SettingId::immobility_min], 60);
  }
}

}  // namespace
}  // namespace sengi::link
