// SPDX-License-Identifier: Apache-2.0
#include "sengi/power/receiver.h"

#include <gtest/gtest.h>

#include "sengi/power/ledger.h"

namespace sengi::power {
namespace {

constexpr std::uint32_t hour_s = 3600;

TEST(Receiver, IsKeptReadyWhereTheNextFixFindsTheOrbitsGood) {
  Receiver receiver(3 * hour_s);
  EXPECT_FALSE(receiver.ready());
  receiver.found(100);
  receiver.plan(100, 2 * hour_s);
  EXPECT_TRUE(receiver.ready());
  EXPECT_TRUE(receiver.knows_orbits(100 + 2 * hour_s));
  // A fix that had them does not make them younger.
  receiver.found(100 + 2 * hour_s);
  receiver.plan(100 + 2 * hour_s, hour_s);
  EXPECT_FALSE(receiver.ready());
  EXPECT_FALSE(receiver.knows_orbits(100 + 2 * hour_s));
  receiver.found(100 + 3 * hour_s);
  receiver.plan(100 + 3 * hour_s, 3 * hour_s - 1);
  EXPECT_TRUE(receiver.ready());
}

TEST(Receiver, WhatWasLetGoStaysSo) {
  Receiver receiver(3 * hour_s);
  receiver.found(0);
  receiver.plan(0, 6 * hour_s);
  EXPECT_FALSE(receiver.ready());
  receiver.plan(600, 60);  // it walks: look at once
  EXPECT_FALSE(receiver.ready());
  EXPECT_FALSE(receiver.knows_orbits(660));
  receiver.found(660);
  receiver.plan(660, 2 * hour_s);
  EXPECT_TRUE(receiver.ready());
  // Planned anew, and now too late.
  receiver.plan(700, 3 * hour_s);
  EXPECT_FALSE(receiver.ready());
}

TEST(Receiver, AFixThatComesLateLoadsThemAnew) {
  Receiver receiver(3 * hour_s);
  receiver.found(0);
  receiver.plan(0, 2 * hour_s);
  EXPECT_FALSE(receiver.knows_orbits(4 * hour_s));
  receiver.found(4 * hour_s);
  EXPECT_TRUE(receiver.knows_orbits(6 * hour_s));
}

TEST(Receiver, IsNeverReadyWhereThatHelpsNobody) {
  Receiver receiver(0);
  receiver.found(5);
  receiver.plan(5, 1);
  EXPECT_FALSE(receiver.ready());
  EXPECT_FALSE(receiver.knows_orbits(5));
}

TEST(Receiver, KeptReadyIsChargeOfGpsAndNotItsTime) {
  Currents currents;
  currents.gps_backup_x100 = 1500;  // 15 uA
  Ledger ledger(currents);
  ledger.spend_backup(10 * hour_s);
  EXPECT_EQ(ledger.charge_nah(Consumer::gps), 150'000u);
  EXPECT_EQ(ledger.charge_nah(), 150'000u);
  EXPECT_EQ(ledger.milliseconds(Consumer::gps), 0u);
}

}  // namespace
}  // namespace sengi::power
