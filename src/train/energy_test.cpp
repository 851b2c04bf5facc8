// SPDX-License-Identifier: Apache-2.0
#include "train/energy.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/files.h"

namespace sengi::train {
namespace {

using ::testing::HasSubstr;

TEST(Energy, WithoutCountersItIsModelledAndSaysSo) {
  EnergyMeter meter("/nowhere");
  meter.poll();
  const Energy energy = meter.energy(3600);
  EXPECT_FALSE(energy.measured);
  EXPECT_DOUBLE_EQ(energy.kwh, 0.015);
  EXPECT_THAT(energy.method, HasSubstr("modelled"));
  EXPECT_THAT(energy.method, HasSubstr("15 W"));
  // Strubell et al. 2019: 0.954 lb a kWh.
  EXPECT_NEAR(energy.co2_kg, 0.015 * 0.4327, 1e-5);
}

TEST(Energy, PackagesAreAddedAndCountersMayWrap) {
  auto folder = TemporaryFolder::make();
  ASSERT_TRUE(folder.ok());
  const auto set = [&](const std::string& domain, const std::string& microjoules) {
    const auto path = folder.value().path() / domain;
    ASSERT_TRUE(write_text(path / "energy_uj", microjoules + "\n").ok());
    ASSERT_TRUE(write_text(path / "max_energy_range_uj", "1000000000\n").ok());
  };
  set("intel-rapl:0", "1000000");
  set("intel-rapl:1", "999000000");
  set("intel-rapl:0:0", "5");  // a part of package 0
  EnergyMeter meter(folder.value().path());
  set("intel-rapl:0", "11000000");  // + 10 J
  set("intel-rapl:1", "1000000");   // + 2 J, wrapped
  set("intel-rapl:0:0", "800000000");
  meter.poll();
  const Energy energy = meter.energy(1);
  EXPECT_TRUE(energy.measured);
  EXPECT_NEAR(energy.kwh * 3.6e6, 12, 1e-6);
}

}  // namespace
}  // namespace sengi::train
