// SPDX-License-Identifier: Apache-2.0
// The device's decimator against double precision, against what its header promises of passband and
// stopband, and inside the front end.
#include "sengi/signal/decimate.h"

#include <gmock/gmock.h>

#include <cmath>
#include <complex>
#include <cstdlib>
#include <numbers>
#include <random>
#include <vector>

#include "signal/decimator_taps.h"
#include "signal/front_end_tables.h"

namespace sengi::signal {
namespace {

using Samples = std::vector<std::int16_t>;
constexpr double pi = std::numbers::pi;

std::size_t size(std::int32_t count) { return static_cast<std::size_t>(count); }

Samples decimated(const Samples& samples, std::int32_t factor, std::int32_t rate_hz) {
  const std::vector<std::int16_t> taps = make_decimator_taps(factor);
  std::vector<std::int32_t> memory(Decimator::memory_words(factor));
  Decimator decimator(factor, rate_hz / factor, taps.data(), memory);
  Samples low;
  for (std::size_t at = 0; at + size(factor) <= samples.size(); at += size(factor)) {
    low.push_back(decimator.push(samples.data() + at));
  }
  return low;
}

Samples sine(double hz, double amplitude, std::int32_t rate_hz, double seconds) {
  Samples samples;
  for (int i = 0; i < seconds * rate_hz; ++i) {
    samples.push_back(
        static_cast<std::int16_t>(std::lround(amplitude * std::sin(2 * pi * hz * i / rate_hz))));
  }
  return samples;
}

// Root mean square of the second half, when all has settled.
double settled_rms(const Samples& samples) {
  double sum = 0;
  for (std::size_t i = samples.size() / 2; i < samples.size(); ++i) {
    sum += static_cast<double>(samples[i]) * samples[i];
  }
  return std::sqrt(sum / static_cast<double>(samples.size() - samples.size() / 2));
}

double db(double ratio) { return 20 * std::log10(ratio); }

// How much of an amplitude the taps pass, from their definition.
double passed(const std::vector<std::int16_t>& taps, double hz, double rate_hz) {
  double sum = 0;
  const double middle = static_cast<double>(taps.size() - 1) / 2;
  double all = 0;
  for (std::size_t i = 0; i < taps.size(); ++i) {
    sum += taps[i] * std::cos(2 * pi * hz / rate_hz * (static_cast<double>(i) - middle));
    all += taps[i];
  }
  return std::abs(sum / all);
}

TEST(DecimatorTaps, PassAndStopWhatIsPromisedForEveryFactor) {
  for (std::int32_t factor = 2; factor <= most_decimation; ++factor) {
    SCOPED_TRACE(factor);
    const std::vector<std::int16_t> taps = make_decimator_taps(factor);
    ASSERT_EQ(taps.size(), size(decimator_taps(factor)));
    std::int32_t sum = 0;
    std::int32_t absolute = 0;
    for (std::size_t i = 0; i < taps.size(); ++i) {
      EXPECT_EQ(taps[i], taps[taps.size() - 1 - i]);
      sum += taps[i];
      absolute += std::abs(taps[i]);
    }
    EXPECT_EQ(sum, 1 << decimator_tap_bits(factor));
    EXPECT_LT(absolute, 2 << decimator_tap_bits(factor));
    // In units of the low rate; up to half of the input's.
    for (double f = 0; f <= 0.4; f += 0.01) {
      EXPECT_NEAR(db(passed(taps, f, factor)), 0, 0.01) << f;
    }
    for (double f = 0.6; f <= factor / 2.0; f += 0.013) {
      EXPECT_LT(db(passed(taps, f, factor)), -71) << f;
    }
  }
}

// The definition in double precision: convolution, every factor-th output, two means.
std::vector<double> reference(const Samples& samples, std::int32_t factor, std::int32_t rate_hz) {
  const std::vector<std::int16_t> taps = make_decimator_taps(factor);
  const double follow = std::exp2(-highpass_shift(rate_hz / factor));
  double first = samples[0];
  double second = 0;
  std::vector<double> low;
  for (std::size_t end = size(factor); end <= samples.size(); end += size(factor)) {
    double sum = 0;
    for (std::size_t i = 0; i < taps.size(); ++i) {
      sum += taps[i] * static_cast<double>(end > i ? samples[end - 1 - i] : samples[0]);
    }
    double x = std::ldexp(sum, -decimator_tap_bits(factor));
    for (double* mean : {&first, &second}) {
      const double rest = x - *mean;
      *mean += follow * rest;
      x = rest;
    }
    low.push_back(std::min(32767.0, std::max(-32768.0, x)));
  }
  return low;
}

TEST(Decimator, IsItsDefinitionInDoublePrecision) {
  std::mt19937 random(5);
  const auto noise = [&](int width, int offset) {
    Samples samples;
    for (int i = 0; i < 20000; ++i) {
      samples.push_back(static_cast<std::int16_t>(
          offset + static_cast<int>(random() % (2U * static_cast<unsigned>(width))) - width));
    }
    return samples;
  };
  Samples square;
  for (int i = 0; i < 20000; ++i) square.push_back(i / 300 % 2 == 0 ? 32767 : -32768);
  for (const std::int32_t factor : {2, 3, 8, 16, 31, 64}) {
    const std::int32_t rate_hz = factor * 1000;
    for (const Samples& samples : {noise(32767, 0), noise(3, 0), noise(500, -12000), square,
                                   sine(60, 30000, rate_hz, 20000.0 / rate_hz)}) {
      const Samples low = decimated(samples, factor, rate_hz);
      const std::vector<double> wanted = reference(samples, factor, rate_hz);
      ASSERT_EQ(low.size(), wanted.size());
      // Half a unit of the last rounding, and an eighth for each of the steps before it.
      for (std::size_t i = 0; i < low.size(); ++i) ASSERT_NEAR(low[i], wanted[i], 0.9) << factor;
    }
  }
}

TEST(Decimator, PassesRumblesAndStopsWhatWouldFoldOntoThem) {
  constexpr std::int32_t rate_hz = 16000;
  constexpr std::int32_t factor = 8;
  constexpr double amplitude = 20000;
  for (const double hz : {14.0, 20.0, 35.0, 120.0, 250.0, 500.0, 790.0}) {
    const std::complex<double> late = std::polar(1.0, -2 * pi * hz / 2000);
    const double highpass = std::norm((1.0 - late) / (1.0 - (1 - 1.0 / 64) * late));  // two
    const double heard = settled_rms(decimated(sine(hz, amplitude, rate_hz, 4), factor, rate_hz));
    EXPECT_NEAR(db(heard / (amplitude / std::sqrt(2))), db(highpass), 0.02) << hz;
  }
  // Each would be heard as a rumble of 20 Hz.
  for (const double hz : {1980.0, 2020.0, 3980.0, 5980.0, 7980.0}) {
    const double heard = settled_rms(decimated(sine(hz, amplitude, rate_hz, 4), factor, rate_hz));
    EXPECT_LT(db(heard / (amplitude / std::sqrt(2))), -72) << hz;
  }
}

TEST(Decimator, HearsNeitherOffsetNorSlowPressure) {
  EXPECT_THAT(decimated(Samples(16000, 12345), 8, 16000), testing::Each(0));
  EXPECT_THAT(decimated(Samples(16000, -32768), 8, 16000), testing::Each(0));
  const double heard = settled_rms(decimated(sine(0.5, 30000, 16000, 8), 8, 16000));
  EXPECT_LT(db(heard / (30000 / std::sqrt(2))), -38);
}

TEST(Decimator, ForgetsWithAReset) {
  const std::vector<std::int16_t> taps = make_decimator_taps(4);
  std::vector<std::int32_t> memory(Decimator::memory_words(4));
  Decimator decimator(4, 4000, taps.data(), memory);
  const Samples samples = sine(300, 9000, 16000, 0.5);
  const auto run = [&] {
    Samples low;
    for (std::size_t at = 0; at < samples.size(); at += 4) {
      low.push_back(decimator.push(samples.data() + at));
    }
    return low;
  };
  const Samples once = run();
  EXPECT_NE(run(), once);
  decimator.reset();
  EXPECT_EQ(run(), once);
}

// A front end that decimates is one at the low rate, fed by a decimator.
TEST(FrontEnd, DecimatesBeforeItTransforms) {
  const FrontEndSpec spec = {.sample_rate_hz = 16000,
                             .window_samples = 8000,
                             .hop_samples = 2000,
                             .fft_size = 1024,
                             .mel_channels = 64,
                             .low_hz = 8,
                             .high_hz = 800,
                             .feature = Feature::log_mel,
                             .decimate = 8};
  FrontEndSpec low = spec;
  low.sample_rate_hz = 2000;
  low.decimate = 1;
  low.window_samples = 1000;
  low.hop_samples = 250;
  std::mt19937 random(3);
  Samples samples = sine(22, 4000, 16000, 3);
  for (std::int16_t& sample : samples) {
    sample = static_cast<std::int16_t>(sample + static_cast<int>(random() % 601) - 300);
  }
  const FeatureScaling scaling{std::vector<std::int32_t>(64, 0),
                               std::vector<std::int32_t>(64, 1 << 16)};
  const auto ours = make_tables(spec, scaling);
  ASSERT_TRUE(ours.ok()) << ours.error().message;
  EXPECT_EQ(unscaled_features(*ours.value(), samples),
            unscaled_features(*make_tables(low, scaling).value(), decimated(samples, 8, 16000)));
  EXPECT_EQ(FrontEnd::memory_words(spec), FrontEnd::memory_words(low) + Decimator::memory_words(8));
}

TEST(FrontEnd, GivesBackTheLastHopAtTheLowRate) {
  const FrontEndSpec spec = {.sample_rate_hz = 16000,
                             .window_samples = 4096,
                             .hop_samples = 1600,
                             .fft_size = 512,
                             .mel_channels = 20,
                             .low_hz = 8,
                             .high_hz = 800,
                             .feature = Feature::log_mel,
                             .decimate = 8};
  const FeatureScaling scaling{std::vector<std::int32_t>(20, 0),
                               std::vector<std::int32_t>(20, 1 << 16)};
  const auto tables = make_tables(spec, scaling).value();
  const FrontEndTables constants = view(*tables);
  std::vector<std::int32_t> memory(FrontEnd::memory_words(spec));
  FrontEnd front_end(constants, memory);
  const Samples samples = sine(40, 9000, 16000, 2);
  const Samples low = decimated(samples, 8, 16000);
  Samples heard;
  std::vector<std::int8_t> column(20);
  for (std::size_t at = 0; at + 1600 <= samples.size(); at += 1600) {
    front_end.push(samples.data() + at, column.data());
    Samples hop(200);
    front_end.last_hop(hop.data());
    heard.insert(heard.end(), hop.begin(), hop.end());
  }
  EXPECT_EQ(heard, low);
}

TEST(MakeTables, RefusesWhatCannotBeDecimated) {
  const auto fault = [](FrontEndSpec spec) {
    const FeatureScaling scaling{std::vector<std::int32_t>(40, 0),
                                 std::vector<std::int32_t>(40, 1 << 16)};
    spec.feature = Feature::log_mel;
    const auto tables = make_tables(spec, scaling);
    return tables.ok() ? "none" : tables.error().message;
  };
  using testing::HasSubstr;
  EXPECT_THAT(fault({.decimate = 65}), HasSubstr("decimate must be from 1 to 64"));
  EXPECT_THAT(fault({.decimate = 7}), HasSubstr("decimating 16000 Hz by 7"));
  EXPECT_THAT(fault({.decimate = 40}), HasSubstr("500 Hz or more"));
  EXPECT_THAT(fault({.window_samples = 484, .decimate = 8}), HasSubstr("multiples of decimate, 8"));
  EXPECT_THAT(fault({.high_hz = 900, .decimate = 8}), HasSubstr("what the decimator passes, 800"));
}

}  // namespace
}  // namespace sengi::signal
