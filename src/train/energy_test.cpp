// SPDX-License-Identifier: Apache-2.0
#include "train/energy.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/files.h"
#include "train/grid.h"

namespace sengi::train {
namespace {

using ::testing::HasSubstr;

TEST(Energy, WithoutCountersItIsModelledAndSaysSo) {
  EnergyMeter meter("/nowhere");
  meter.poll();
  const Energy energy = meter.energy(3600);
  EXPECT_FALSE(energy.measured);
  EXPECT_DOUBLE_EQ(energy.low_kwh, 0.015 / 8);
  EXPECT_DOUBLE_EQ(energy.high_kwh, 0.095 / 8);
  EXPECT_THAT(energy.method, HasSubstr("modelled"));
  EXPECT_THAT(energy.method, HasSubstr("15 W"));
  EXPECT_DOUBLE_EQ(meter.energy(3600, 3).high_kwh, 3 * energy.high_kwh);
  EXPECT_THAT(meter.energy(3600, 3).method, HasSubstr("resume"));
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
  EXPECT_NEAR(energy.low_kwh * 3.6e6, 12, 1e-6);
  EXPECT_EQ(energy.low_kwh, energy.high_kwh);
}

TEST(Energy, ThisProcessHasTakenProcessorTime) { EXPECT_GT(processor_seconds(), 0); }

TEST(Grid, TheDefaultIsStrubellsFactor) {
  // 0.954 lb a kWh, and 453.59237 g a pound.
  EXPECT_NEAR(default_grid().g_per_kwh, 432.73, 0.01);
  EXPECT_THAT(default_grid().words(), HasSubstr("Strubell"));
}

TEST(Grid, CountriesAreFoundInAnyCaseAndOthersAreRefused) {
  const auto kenya = find_grid("ke");
  ASSERT_TRUE(kenya.ok());
  EXPECT_EQ(kenya.value().name, "Kenya");
  EXPECT_EQ(kenya.value().g_per_kwh, 70);
  EXPECT_THAT(kenya.value().words(), HasSubstr("Ember"));
  EXPECT_EQ(find_grid("US2018").value().g_per_kwh, default_grid().g_per_kwh);
  const auto none = find_grid("XX");
  ASSERT_FALSE(none.ok());
  EXPECT_THAT(none.error().message, HasSubstr(" KE "));
}

}  // namespace
}  // namespace sengi::train
