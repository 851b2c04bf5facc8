// SPDX-License-Identifier: Apache-2.0
// The device's integer series front end against its definition in double precision.
#include <gmock/gmock.h>

#include <algorithm>
#include <cmath>
#include <complex>
#include <numbers>
#include <random>

#include "sengi/signal/series_front_end.h"
#include "signal/feature_names.h"
#include "signal/series_tables.h"
#include "signal/spec_check.h"
#include "signal/tables_writer.h"

namespace sengi::signal {
namespace {

using testing::Contains;
using testing::Each;
using testing::ElementsAre;
using testing::HasSubstr;
using Rows = std::vector<std::int16_t>;
constexpr double pi = std::numbers::pi;

std::shared_ptr<const OwnedSeriesTables> neutral(const SeriesSpec& spec) {
  return make_series_tables(spec, neutral_series_scaling(spec)).value();
}

// A column of a window, or the length of a vector.
std::vector<double> column(const SeriesSpec& spec, const Rows& rows, int axis) {
  std::vector<double> values;
  for (int i = 0; i < spec.rows; ++i) {
    const std::int16_t* row = rows.data() + static_cast<std::ptrdiff_t>(i) * spec.axes;
    if (axis < spec.axes) {
      values.push_back(row[axis]);
    } else {
      const std::int16_t* v = row + 3 * static_cast<std::ptrdiff_t>(axis - spec.axes);
      values.push_back(
          std::round(std::sqrt(double(v[0]) * v[0] + double(v[1]) * v[1] + double(v[2]) * v[2])));
    }
  }
  return values;
}

struct Described {
  std::vector<double> statistics;  // counts, octaves, a share
  std::vector<double> bands;       // octaves
  double loudest = 0;              // bin, in octaves
};

// Edges of the bands, found by walking: each takes bins up to its ratio, at least one, and leaves
// one for each behind it.
std::vector<int> band_ends(int bands, int bins) {
  std::vector<int> ends;
  int end = 1;
  for (int b = 0; b < bands; ++b) {
    const double edge = std::exp(std::log(bins + 1.0) * (b + 1) / bands);
    ++end;
    while (end + 0.5 <= edge && end < bins + 1 - (bands - 1 - b)) ++end;
    ends.push_back(end);
  }
  return ends;
}

Described reference(const std::vector<double>& x, int fft_size, int bands) {
  const auto n = static_cast<double>(x.size());
  double mean = 0;
  for (const double v : x) mean += v / n;
  double variance = 0;
  for (const double v : x) variance += (v - mean) * (v - mean) / n;
  double change = 0;
  for (std::size_t i = 1; i < x.size(); ++i) change += std::abs(x[i] - x[i - 1]) / (n - 1);
  double crossings = 0;
  double side = 0;
  for (const double v : x) {
    const double above = std::abs(v - mean) < 1e-9 ? 0 : v - mean;
    if (above * side < 0) ++crossings;
    if (above != 0) side = above;
  }
  Described out;
  out.statistics = {mean,
                    std::log2(1 + std::sqrt(variance)),
                    *std::ranges::min_element(x),
                    *std::ranges::max_element(x),
                    std::log2(1 + change),
                    x.size() > 1 ? crossings / (n - 1) : 0};
  if (bands == 0) return out;
  const std::vector<int> ends = band_ends(bands, fft_size / 2);
  int k = 1;
  for (const int end : ends) {
    double energy = 0;
    for (; k < end; ++k) {
      std::complex<double> bin = 0;
      for (std::size_t i = 0; i < x.size(); ++i) {
        const auto at = static_cast<double>(i);
        const double window = 0.5 - 0.5 * std::cos(2 * pi * (at + 0.5) / n);
        bin += (x[i] - mean) * window * std::polar(1.0, -2 * pi * k * at / fft_size);
      }
      energy += std::norm(bin);
      out.loudest = std::max(out.loudest, std::log2(std::norm(bin) + 1));
    }
    out.bands.push_back(std::log2(std::max(1.0, energy)));
  }
  return out;
}

// The stated errors: whole counts to nearest, logarithms of deviations and changes to 0.002 octave
// and what an eighth of a count over the rows is, energies to 0.02 octave (0.06 dB) where a band
// holds at least 2^-20 of the loudest bin and 2^4 units.
void expect_like_reference(const SeriesSpec& spec, const Rows& rows, const char* what) {
  SCOPED_TRACE(what);
  const std::vector<std::int32_t> got = unscaled_series_features(*neutral(spec), rows);
  ASSERT_EQ(got.size(), static_cast<std::size_t>(spec.height() * spec.channels()));
  std::size_t at = 0;
  const bool spectral = spec.feature == SeriesFeature::spectral;
  for (int segment = 0; segment < spec.segments; ++segment) {
    for (int axis = 0; axis < spec.axes + spec.vectors; ++axis) {
      SCOPED_TRACE(testing::Message() << "segment " << segment << " axis " << axis);
      const std::vector<double> all = column(spec, rows, axis);
      const std::vector<double> part(all.begin() + segment * spec.rows / spec.segments,
                                     all.begin() + (segment + 1) * spec.rows / spec.segments);
      const Described right = reference(part, series_fft_size(spec), spectral ? spec.bands : 0);
      const double eighth = 0.125 * 1.4427 / static_cast<double>(part.size());
      ASSERT_NEAR(got[at], right.statistics[0], 0.5 + 1e-9);
      ASSERT_NEAR(got[at + 1] / 4096.0, right.statistics[1], 0.002 + eighth);
      ASSERT_EQ(got[at + 2], right.statistics[2]);
      ASSERT_EQ(got[at + 3], right.statistics[3]);
      ASSERT_NEAR(got[at + 4] / 4096.0, right.statistics[4], 0.002);
      ASSERT_NEAR(got[at + 5] / 16384.0, right.statistics[5], 0.51 / 16384);
      at += 6;
      const double limit = std::max(right.loudest - 20, 4.0);
      for (const double band : right.bands) {
        if (band >= limit) {
          ASSERT_NEAR(got[at] / 4096.0, band, 0.02);
        } else {
          ASSERT_LT(got[at] / 4096.0, limit + 0.02);
        }
        ++at;
      }
    }
  }
}

Rows noise(const SeriesSpec& spec, double deviation, std::uint32_t seed) {
  std::mt19937 random(seed);
  std::normal_distribution<double> normal(0, deviation);
  Rows rows(static_cast<std::size_t>(spec.rows * spec.axes));
  for (std::int16_t& x : rows) {
    x = static_cast<std::int16_t>(std::clamp(std::round(normal(random)), -32768.0, 32767.0));
  }
  return rows;
}

TEST(SeriesFrontEnd, RandomSpecsAndRandomRows) {
  std::mt19937 random(1);
  const auto below = [&](int n) { return static_cast<int>(random() % static_cast<unsigned>(n)); };
  for (int round = 0; round < 300; ++round) {
    SeriesSpec spec{.rows = 1 + below(round % 10 == 0 ? 700 : 120), .axes = 1 + below(7)};
    spec.feature = round % 2 == 0 ? SeriesFeature::spectral : SeriesFeature::statistics;
    spec.segments = 1 + below(std::min(spec.rows, 5));
    spec.vectors = below(spec.axes / 3 + 1);
    spec.bands = 1 + below(std::min(32, series_fft_size(spec) / 2));
    const double deviation = std::exp2(below(16));
    expect_like_reference(spec, noise(spec, deviation, static_cast<std::uint32_t>(random())),
                          "noise");
  }
}

TEST(SeriesFrontEnd, LooksLikeAnAccelerometer) {
  // Gravity on one axis, steps of 1.8 Hz with their overtones, a fault of one row.
  const SeriesSpec spec{.rows = 250,
                        .axes = 3,
                        .feature = SeriesFeature::spectral,
                        .segments = 3,
                        .bands = 12,
                        .vectors = 1};
  Rows rows;
  for (int i = 0; i < spec.rows; ++i) {
    const double phase = 2 * pi * 1.8 * i / 50;
    rows.push_back(static_cast<std::int16_t>(900 * std::sin(phase)));
    rows.push_back(static_cast<std::int16_t>(400 * std::sin(2 * phase + 1)));
    rows.push_back(static_cast<std::int16_t>(8192 + 1500 * std::sin(2 * phase)));
  }
  rows[300] = -32768;
  expect_like_reference(spec, rows, "walk");
}

TEST(SeriesFrontEnd, Extremes) {
  for (const int rows : {1, 2, 3, 8, 9, 250, 4096}) {
    SeriesSpec spec{.rows = rows,
                    .axes = 3,
                    .feature = SeriesFeature::spectral,
                    .segments = std::min(rows, 3),
                    .bands = 3,
                    .vectors = 1};
    const auto size = static_cast<std::size_t>(rows) * 3;
    for (const int value : {-32768, -1, 0, 1, 32767}) {
      if (rows == 4096 && value != -32768) continue;
      expect_like_reference(spec, Rows(size, static_cast<std::int16_t>(value)), "constant");
    }
    Rows square(size);
    Rows alternating(size);
    Rows impulse(size, 0);
    for (std::size_t i = 0; i < size; ++i) {
      square[i] = i / 24 % 2 == 0 ? 32767 : -32768;
      alternating[i] = i / 3 % 2 == 0 ? 32767 : -32768;
    }
    impulse[size / 2] = -32768;
    expect_like_reference(spec, square, "square");
    if (rows == 4096) continue;  // the reference takes its time
    expect_like_reference(spec, alternating, "half the rate");
    expect_like_reference(spec, impulse, "impulse");
    impulse[size / 2] = 1;
    expect_like_reference(spec, impulse, "one count");
  }
}

TEST(SeriesFrontEnd, EveryFeatureIsConstantForConstantRows) {
  const SeriesSpec spec{.rows = 37, .axes = 1, .feature = SeriesFeature::spectral, .bands = 4};
  EXPECT_THAT(unscaled_series_features(*neutral(spec), Rows(37, -32768)),
              ElementsAre(-32768, 0, -32768, -32768, 0, 0, 0, 0, 0, 0));
}

TEST(SeriesFrontEnd, RawGivesTheLatestRows) {
  const SeriesSpec spec{.rows = 2, .axes = 2};
  const Rows rows = {1, -2, 3, -4, 5, -6};
  EXPECT_THAT(unscaled_series_features(*neutral(spec), rows), ElementsAre(3, -4, 5, -6));
  const auto scaled = make_series_tables(spec, {{1, 0}, {1 << 15, 3 << 16}}).value();
  EXPECT_THAT(series_features(*scaled, rows), ElementsAre(1, -12, 2, -18));
}

TEST(SeriesFrontEnd, ScalingRoundsAndClampsOverTheWholeRange) {
  const SeriesSpec spec{.rows = 1, .axes = 4};
  constexpr std::int32_t least = std::numeric_limits<std::int32_t>::min();
  constexpr std::int32_t most = std::numeric_limits<std::int32_t>::max();
  const auto tables =
      make_series_tables(spec, {{least, most, 10, 0}, {most, most, 1 << 15, -(1 << 15)}}).value();
  EXPECT_THAT(series_features(*tables, Rows{32767, -32768, 11, 1}), ElementsAre(127, -128, 1, 0));
}

// The ring has no seam: windows of a stream are the same as each for itself.
TEST(SeriesFrontEnd, SlidesOverAStream) {
  const SeriesSpec spec{.rows = 23,
                        .axes = 3,
                        .feature = SeriesFeature::spectral,
                        .segments = 2,
                        .bands = 5,
                        .vectors = 1};
  const auto tables = neutral(spec);
  SeriesSpec longer = spec;
  longer.rows = 100;
  const Rows stream = noise(longer, 3000, 5);
  const SeriesTables constants = view(*tables);
  std::vector<std::int32_t> memory(SeriesFrontEnd::memory_words(spec));
  SeriesFrontEnd front_end(constants, memory);
  std::vector<std::int32_t> values(static_cast<std::size_t>(spec.height() * spec.channels()));
  for (int pass = 0; pass < 2; ++pass) {
    for (int i = 0; i < longer.rows; ++i) {
      front_end.push(stream.data() + static_cast<std::ptrdiff_t>(i) * 3);
      ASSERT_EQ(front_end.full(), i + 1 >= spec.rows);
      if (!front_end.full()) continue;
      front_end.unscaled(values.data());
      const Rows window(stream.begin() + (i + 1 - spec.rows) * 3, stream.begin() + (i + 1) * 3);
      ASSERT_EQ(values, unscaled_series_features(*tables, window)) << "row " << i;
    }
    front_end.reset();
    EXPECT_FALSE(front_end.full());
  }
}

TEST(SeriesFrontEnd, UsesOnlyTheMemoryItAsksFor) {
  for (const SeriesFeature feature :
       {SeriesFeature::raw, SeriesFeature::statistics, SeriesFeature::spectral}) {
    const SeriesSpec spec{
        .rows = 17, .axes = 3, .feature = feature, .segments = 2, .bands = 4, .vectors = 1};
    const auto tables = neutral(spec);
    const SeriesTables constants = view(*tables);
    const std::size_t words = SeriesFrontEnd::memory_words(spec);
    std::vector<std::int32_t> memory(words + 4, 0x5a5a5a5a);
    SeriesFrontEnd front_end(constants, std::span(memory).first(words));
    const Rows rows = noise(spec, 9000, 2);
    for (int i = 0; i < 17; ++i) front_end.push(rows.data() + static_cast<std::ptrdiff_t>(i) * 3);
    std::vector<std::int8_t> out(static_cast<std::size_t>(spec.height() * spec.channels()));
    front_end.features(out.data());
    for (std::size_t i = words; i < memory.size(); ++i) EXPECT_EQ(memory[i], 0x5a5a5a5a);
  }
}

TEST(SeriesSteps, SquareRootsAreExact) {
  std::mt19937_64 random(3);
  for (int i = 0; i < 200000; ++i) {
    const std::uint64_t x = random() >> (random() % 64);
    const std::uint64_t root = series_steps::square_root(x);
    ASSERT_LE(root * root, x);
    ASSERT_TRUE(root == 0xffffffff || (root + 1) * (root + 1) > x) << x;
  }
  EXPECT_EQ(series_steps::square_root(~std::uint64_t{0}), 0xffffffffU);
  EXPECT_EQ(series_steps::length_of(-32768, -32768, -32768), 56756);
  EXPECT_EQ(series_steps::quotient(-3, 2), -1);  // halves go up
  EXPECT_EQ(series_steps::quotient(3, 2), 2);
  EXPECT_EQ(series_steps::quotient(-4, 3), -1);
}

TEST(SeriesTables, BandsCoverEveryBinOnce) {
  for (int rows = 1; rows <= 4096; rows = rows * 2 + 1) {
    for (int bands = 1; bands <= 32; ++bands) {
      const SeriesSpec spec{
          .rows = rows, .feature = SeriesFeature::spectral, .segments = 1, .bands = bands};
      if (bands > series_fft_size(spec) / 2) {
        ASSERT_THAT(find_series_fault(spec)->keys, Contains("bands"));
        continue;
      }
      const auto tables = neutral(spec);
      ASSERT_EQ(tables->band.front(), outside_bands);
      ASSERT_EQ(tables->band[1], 0);
      ASSERT_EQ(tables->band.back(), bands - 1);
      for (std::size_t k = 2; k < tables->band.size(); ++k) {
        const int step = tables->band[k] - tables->band[k - 1];
        ASSERT_TRUE(step == 0 || step == 1) << rows << " rows, band of bin " << k;
      }
    }
  }
}

TEST(SeriesTables, RefusesSpecsByTheirKeys) {
  const auto keys = [](SeriesSpec spec) { return find_series_fault(spec)->keys; };
  EXPECT_EQ(find_series_fault({}), std::nullopt);
  EXPECT_THAT(keys({.rows = 0}), ElementsAre("clip_ms", "sample_rate_hz"));
  EXPECT_THAT(keys({.rows = 4097}), ElementsAre("clip_ms", "sample_rate_hz"));
  EXPECT_THAT(keys({.axes = 257}), ElementsAre("axes"));
  SeriesSpec spec{.rows = 100, .axes = 5, .feature = SeriesFeature::spectral};
  spec.segments = 101;
  EXPECT_THAT(keys(spec), Contains("segments"));
  spec.segments = 25;
  EXPECT_THAT(keys(spec), Contains("bands"));  // 8 of 4 frequencies
  EXPECT_THAT(find_series_fault(spec)->message, HasSubstr("4 frequencies"));
  spec.segments = 1;
  spec.vectors = 2;
  EXPECT_THAT(keys(spec), ElementsAre("vectors", "axes"));
  spec.vectors = 1;
  spec.bands = 33;
  EXPECT_THAT(keys(spec), ElementsAre("bands"));
  spec.bands = 8;
  EXPECT_TRUE(make_series_tables(spec, neutral_series_scaling(spec)).ok());
  EXPECT_THAT(make_series_tables(spec, {{0}, {1}}).error().message, HasSubstr("84 channels"));
}

TEST(SeriesTables, CalibrationGivesMeanZeroAndThirtyTwoSteps) {
  const SeriesSpec spec{.rows = 64,
                        .axes = 3,
                        .feature = SeriesFeature::spectral,
                        .segments = 2,
                        .bands = 6,
                        .vectors = 1};
  std::vector<Rows> windows;
  std::mt19937 random(4);
  for (std::uint32_t i = 0; i < 400; ++i) {
    const double level = 2000 * std::exp(0.3 * std::normal_distribution<double>()(random));
    windows.push_back(noise(spec, level, i));
  }
  const auto scaling = calibrate_series(spec, views(windows)).value();
  const auto tables = make_series_tables(spec, scaling).value();
  const auto channels = static_cast<std::size_t>(spec.channels());
  std::vector<double> sum(channels), squares(channels);
  for (const Rows& window : windows) {
    const auto features = series_features(*tables, window);
    for (std::size_t i = 0; i < features.size(); ++i) {
      sum[i % channels] += features[i];
      squares[i % channels] += double{1} * features[i] * features[i];
    }
  }
  for (std::size_t i = 0; i < channels; ++i) {
    EXPECT_NEAR(sum[i] / 800, 0, 2) << i;
    EXPECT_NEAR(std::sqrt(squares[i] / 800), 32, 4) << i;
  }
  // What never changes stays 0.
  const std::vector<Rows> flat(3, Rows(192, 77));
  const auto quiet = make_series_tables(spec, calibrate_series(spec, views(flat)).value()).value();
  EXPECT_THAT(series_features(*quiet, flat[0]), Each(0));
  EXPECT_FALSE(calibrate_series(spec, {}).ok());
  EXPECT_FALSE(calibrate_series(spec, views(std::vector<Rows>{Rows(5)})).ok());
}

TEST(SeriesTables, TooFewRowsAreNoWindow) {
  EXPECT_TRUE(series_features(*neutral({.rows = 4, .axes = 2}), Rows(7)).empty());
}

TEST(SeriesTables, AreWrittenAsCpp) {
  const SeriesSpec raw{.rows = 5, .axes = 2};
  EXPECT_EQ(series_tables_as_cpp(*neutral(raw), "series"),
            "namespace {\n\n"
            "// To int8: subtract this,\n"
            "constexpr std::int32_t offset[2] = {\n    0, 0};\n\n"
            "// then multiply by this, 1.0 = 2^16\n"
            "constexpr std::int32_t multiplier[2] = {\n    65536, 65536};\n\n"
            "}  // namespace\n\n"
            "const sengi::signal::SeriesTables series = {\n"
            "    .spec = {\n"
            "        .rows = 5,\n"
            "        .axes = 2,\n"
            "        .feature = sengi::signal::SeriesFeature::raw,\n"
            "        .segments = 1,\n"
            "        .bands = 8,\n"
            "        .vectors = 0,\n"
            "    },\n"
            "    .offset = offset,\n"
            "    .multiplier = multiplier,\n"
            "    .window = nullptr,\n"
            "    .sine = nullptr,\n"
            "    .band = nullptr,\n"
            "};\n");
  const SeriesSpec spectral{
      .rows = 9, .feature = SeriesFeature::spectral, .segments = 2, .bands = 2};
  const std::string text = series_tables_as_cpp(*neutral(spectral), "series");
  EXPECT_THAT(text, HasSubstr("std::uint16_t window[9] = {"));
  EXPECT_THAT(text, HasSubstr("std::uint8_t band[5] = {\n    255, 0, 1, 1, 1};"));
  EXPECT_THAT(text, HasSubstr(".sine = sine,\n"));
}

TEST(SeriesFeatureNames, AreThoseOfTheConfiguration) {
  EXPECT_THAT(series_feature_names(), ElementsAre("raw", "statistics", "spectral"));
  EXPECT_EQ(series_feature_named("spectral"), SeriesFeature::spectral);
  EXPECT_EQ(series_feature_named("mfcc"), std::nullopt);
  EXPECT_EQ(name_of(SeriesFeature::statistics), "statistics");
}

}  // namespace
}  // namespace sengi::signal
