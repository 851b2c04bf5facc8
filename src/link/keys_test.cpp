// SPDX-License-Identifier: Apache-2.0
#include "sengi/link/keys.h"

#include <gtest/gtest.h>

#include <random>

#include "link/hex.h"

namespace sengi::link {
namespace {

WeakKey weakness(const std::string& hex) { return weakness_of(from_hex(hex).value()); }

TEST(Keys, ThatAreNoSecretAreKnown) {
  EXPECT_EQ(weakness("00000000000000000000000000000000"), WeakKey::all_same);
  EXPECT_EQ(weakness("FFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFF"), WeakKey::all_same);
  EXPECT_EQ(weakness("000102030405060708090A0B0C0D0E0F"), WeakKey::sequence);
  EXPECT_EQ(weakness("0F0E0D0C0B0A09080706050403020100"), WeakKey::sequence);
  EXPECT_EQ(weakness("00112233445566778899AABBCCDDEEFF"), WeakKey::sequence);
  EXPECT_EQ(weakness("2B7E151628AED2A6ABF7158809CF4F3C"), WeakKey::published);
  EXPECT_EQ(weakness("3C4FCF098815F7ABA6D2AE2816157E2B"), WeakKey::published);
  EXPECT_EQ(weakness("5572404C696E6B4C6F52613230313823"), WeakKey::published);
  EXPECT_EQ(weakness("88888888888888888888888888886601"), WeakKey::published);
  EXPECT_EQ(weakness("0123456789ABCDEF0123456789ABCDEF"), WeakKey::repeated);
  EXPECT_EQ(weakness("24E124136B50271724E124136B502717"), WeakKey::repeated);
  EXPECT_EQ(weakness("24E124136B502717"), WeakKey::wrong_length);
  EXPECT_EQ(weakness(""), WeakKey::wrong_length);
}

TEST(Keys, ThatWereDrawnAtRandomAreTaken) {
  std::mt19937 random(1);
  for (int i = 0; i < 20'000; ++i) {
    std::uint8_t key[16];
    for (std::uint8_t& byte : key) byte = static_cast<std::uint8_t>(random());
    ASSERT_EQ(weakness_of(key), WeakKey::none);
  }
  // One bit beside a published one is another key.
  EXPECT_EQ(weakness("2B7E151628AED2A6ABF7158809CF4F3D"), WeakKey::none);
}

TEST(Keys, OneThatIsWeakIsEnoughToRefuse) {
  const Bytes good = from_hex("9F5C3A7712D4E86B01A9C4F07E2B55D3").value();
  const Bytes weak(16, 0);
  const std::span<const std::uint8_t> both[] = {good, weak};
  const std::span<const std::uint8_t> one[] = {good};
  EXPECT_TRUE(keys_are_default(both));
  EXPECT_FALSE(keys_are_default(one));
  EXPECT_TRUE(keys_are_default({}));
}

}  // namespace
}  // namespace sengi::link
