// SPDX-License-Identifier: Apache-2.0
// The device's integer front end against the same definition in double precision.
#include "sengi/signal/front_end.h"

#include <gmock/gmock.h>
#include <sndfile.h>

#include <algorithm>
#include <cmath>
#include <complex>
#include <filesystem>
#include <numbers>
#include <random>

#include "sengi/signal/column_history.h"
#include "signal/front_end_tables.h"

namespace sengi::signal {
namespace {

namespace fs = std::filesystem;
using testing::HasSubstr;
using Samples = std::vector<std::int16_t>;
constexpr double pi = std::numbers::pi;

// A straight recursive transform, in double.
std::vector<std::complex<double>> transform(const std::vector<std::complex<double>>& x) {
  const std::size_t n = x.size();
  if (n == 1) return x;
  std::vector<std::complex<double>> even, odd;
  for (std::size_t i = 0; i < n; i += 2) {
    even.push_back(x[i]);
    odd.push_back(x[i + 1]);
  }
  even = transform(even);
  odd = transform(odd);
  std::vector<std::complex<double>> out(n);
  for (std::size_t k = 0; k < n / 2; ++k) {
    const auto turned = std::polar(1.0, -2 * pi * static_cast<double>(k) / double(n)) * odd[k];
    out[k] = even[k] + turned;
    out[k + n / 2] = even[k] - turned;
  }
  return out;
}

double mel(double hz) { return 2595 * std::log10(1 + hz / 700); }

// Triangles by their edges: the definition, not the device's one weight a bin.
std::vector<std::vector<double>> mel_filters(const FrontEndSpec& spec) {
  const double low = mel(spec.low_hz);
  const double step = (mel(spec.high_hz) - low) / (spec.mel_channels + 1);
  std::vector<std::vector<double>> filters;
  for (int c = 0; c < spec.mel_channels; ++c) {
    const double centre = low + (c + 1) * step;
    std::vector<double> filter;
    for (int k = 0; k <= spec.fft_size / 2; ++k) {
      const double at = mel(static_cast<double>(k) * spec.sample_rate_hz / spec.fft_size);
      filter.push_back(std::max(0.0, 1 - std::abs(at - centre) / step));
    }
    filters.push_back(filter);
  }
  return filters;
}

struct Reference {
  std::vector<double> log_mel;  // octaves, [columns][channels]
  std::vector<double> mfcc;     // [columns][coefficients]
  std::vector<double> loudest;  // bin of the column that each log_mel value is in
};

Reference reference(const FrontEndSpec& spec, const Samples& samples) {
  Reference out;
  const auto filters = mel_filters(spec);
  for (std::size_t end = static_cast<std::size_t>(spec.hop_samples); end <= samples.size();
       end += static_cast<std::size_t>(spec.hop_samples)) {
    if (end < static_cast<std::size_t>(spec.window_samples)) continue;
    std::vector<std::complex<double>> x(static_cast<std::size_t>(spec.fft_size));
    for (int i = 0; i < spec.window_samples; ++i) {
      const double window = 0.5 - 0.5 * std::cos(2 * pi * (i + 0.5) / spec.window_samples);
      x[static_cast<std::size_t>(i)] =
          window * samples[end - static_cast<std::size_t>(spec.window_samples - i)];
    }
    const auto bins = transform(x);
    std::vector<double> column;
    for (const auto& filter : filters) {
      double energy = 0;
      for (std::size_t k = 0; k < filter.size(); ++k) energy += filter[k] * std::norm(bins[k]);
      column.push_back(std::log2(std::max(1.0, energy)));
    }
    double loudest = 0;
    for (const auto& bin : bins) loudest = std::max(loudest, std::log2(std::norm(bin) + 1));
    out.log_mel.insert(out.log_mel.end(), column.begin(), column.end());
    out.loudest.insert(out.loudest.end(), column.size(), loudest);
    for (int i = 0; i < spec.coefficients; ++i) {
      double sum = 0;
      for (int c = 0; c < spec.mel_channels; ++c) {
        sum +=
            column[static_cast<std::size_t>(c)] * std::cos(pi * i * (c + 0.5) / spec.mel_channels);
      }
      out.mfcc.push_back(sum * std::sqrt((i == 0 ? 1.0 : 2.0) / spec.mel_channels));
    }
  }
  return out;
}

FeatureScaling neutral(const FrontEndSpec& spec) {
  const auto size = static_cast<std::size_t>(spec.column_size());
  return {std::vector<std::int32_t>(size, 0), std::vector<std::int32_t>(size, 1 << 16)};
}

std::vector<double> device(const FrontEndSpec& spec, const Samples& samples) {
  const auto tables = make_tables(spec, neutral(spec)).value();
  std::vector<double> octaves;
  for (const std::int32_t value : unscaled_features(*tables, samples)) {
    octaves.push_back(value / 4096.0);
  }
  return octaves;
}

// The stated error: 0.02 octave (0.06 dB) where a filter holds at least 2^-20 (60 dB below) of the
// loudest bin of its column, and 2^4 units; elsewhere the window's 16 bits and the units show, and
// it is held to being quiet there too.
constexpr double bound = 0.02;
constexpr double range = 20;
constexpr double floor_octaves = 4;

void expect_like_reference(const FrontEndSpec& spec, const Samples& samples, const char* what) {
  SCOPED_TRACE(what);
  FrontEndSpec mel_spec = spec;
  mel_spec.feature = Feature::log_mel;
  const Reference right = reference(mel_spec, samples);
  const std::vector<double> got = device(mel_spec, samples);
  ASSERT_EQ(got.size(), right.log_mel.size());
  double worst = 0;
  for (std::size_t i = 0; i < got.size(); ++i) {
    const double limit = std::max(right.loudest[i] - range, floor_octaves);
    if (right.log_mel[i] >= limit) {
      worst = std::max(worst, std::abs(got[i] - right.log_mel[i]));
    } else {
      ASSERT_LT(got[i], limit + bound) << "value " << i;
    }
  }
  EXPECT_LE(worst, bound);
}

Samples tone(double hz, double amplitude, int rate, std::size_t count) {
  Samples samples;
  for (std::size_t i = 0; i < count; ++i) {
    samples.push_back(static_cast<std::int16_t>(
        std::lround(amplitude * std::sin(2 * pi * hz * static_cast<double>(i) / rate + 0.3))));
  }
  return samples;
}

template <typename Next>
Samples made(std::size_t count, Next next) {
  Samples samples;
  for (std::size_t i = 0; i < count; ++i) samples.push_back(static_cast<std::int16_t>(next(i)));
  return samples;
}

TEST(FrontEnd, TonesAtEveryBin) {
  const FrontEndSpec spec;
  for (int k = 1; k < 256; ++k) {
    expect_like_reference(spec, tone(k * 16000.0 / 512, 12000, 16000, 960), "tone");
  }
}

TEST(FrontEnd, FullScale) {
  const FrontEndSpec spec;
  expect_like_reference(spec, tone(1000, 32767, 16000, 3200), "sine");
  expect_like_reference(spec, made(3200, [](auto i) { return i / 8 % 2 == 0 ? 32767 : -32768; }),
                        "square");
  expect_like_reference(spec, made(3200, [](auto) { return -32768; }), "lowest");
  expect_like_reference(spec, made(3200, [](auto i) { return i % 2 == 0 ? 32767 : -32768; }),
                        "half the rate");
  std::mt19937 random(1);
  expect_like_reference(spec, made(16000, [&](auto) { return random() % 2 ? 32767 : -32768; }),
                        "noise");
  expect_like_reference(spec, made(3200, [](auto i) { return i == 1000 ? -32768 : 0; }), "impulse");
}

TEST(FrontEnd, OneBitNoise) {
  std::mt19937 random(2);
  expect_like_reference({}, made(16000, [&](auto) { return random() % 3 - 1; }), "one bit");
  expect_like_reference({}, made(3200, [](auto i) { return i == 1000 ? 1 : 0; }), "one sample");
}

TEST(FrontEnd, SilenceIsZero) {
  for (const double value : device({.feature = Feature::log_mel}, Samples(3200, 0))) {
    EXPECT_EQ(value, 0);
  }
}

TEST(FrontEnd, EveryRateAndSize) {
  std::mt19937 random(3);
  std::normal_distribution<double> noise(0, 3000);
  const Samples samples = made(20000, [&](auto) { return std::clamp(noise(random), -3e4, 3e4); });
  for (const int rate : {1000, 4000, 8000, 16000, 22050, 32000, 44100, 48000}) {
    for (int fft_size = 64; fft_size <= 4096; fft_size *= 2) {
      FrontEndSpec spec;
      spec.sample_rate_hz = rate;
      spec.fft_size = fft_size;
      spec.window_samples = fft_size - fft_size / 5;
      spec.hop_samples = spec.window_samples / 2;
      spec.mel_channels = 8;
      spec.coefficients = 8;
      spec.low_hz = rate / 40;
      spec.high_hz = rate / 2;
      if (!make_tables(spec, neutral(spec)).ok()) continue;  // a filter without a bin
      expect_like_reference(spec, samples, "noise");
    }
  }
}

TEST(FrontEnd, MfccIsTheCosineTransform) {
  std::mt19937 random(4);
  std::normal_distribution<double> noise(0, 2000);
  const Samples samples = made(16000, [&](auto) { return noise(random); });
  const FrontEndSpec spec;
  const Reference right = reference(spec, samples);
  const std::vector<double> got = device(spec, samples);
  ASSERT_EQ(got.size(), right.mfcc.size());
  ASSERT_EQ(got.size(), 49U * 10U);
  for (std::size_t i = 0; i < got.size(); ++i) EXPECT_NEAR(got[i], right.mfcc[i], 0.02);
}

// The definition of pcan.h over columns of energies in octaves [columns][channels], in double.
std::vector<double> pcan_reference(const std::vector<double>& octaves, std::size_t channels) {
  std::vector<double> out;
  std::vector<double> background(channels);
  for (std::size_t i = 0; i < octaves.size(); ++i) {
    const double energy = std::exp2(octaves[i]);
    double& n = background[i % channels];
    n = i < channels ? energy : n + (energy - n) / 32;
    const double above = std::max(energy - n, energy / 256);
    out.push_back(std::log2(1 + above / std::pow(n + 65536, 0.95)));
  }
  return out;
}

// The stated error: 0.05 octave where a channel's energy and its background hold to what
// expect_like_reference() asks of energies, since a difference of two of them is taken.
void expect_pcan_like_reference(const Samples& samples, const char* what) {
  SCOPED_TRACE(what);
  const FrontEndSpec spec{.feature = Feature::pcan};
  const auto channels = static_cast<std::size_t>(spec.mel_channels);
  const Reference energies = reference(spec, samples);
  const std::vector<double> right = pcan_reference(energies.log_mel, channels);
  const std::vector<double> got = device(spec, samples);
  ASSERT_EQ(got.size(), right.size());
  std::vector<bool> held(channels, true);
  std::size_t compared = 0;
  for (std::size_t i = 0; i < got.size(); ++i) {
    const double limit = std::max(energies.loudest[i] - range, floor_octaves);
    if (energies.log_mel[i] < limit) held[i % channels] = false;
    if (!held[i % channels]) continue;
    ++compared;
    ASSERT_NEAR(got[i], right[i], 0.05) << "value " << i;
  }
  EXPECT_GT(compared, got.size() / 2);
}

TEST(Pcan, IsItsDefinition) {
  std::mt19937 random(21);
  std::normal_distribution<double> noise(0, 1);
  const auto steady = [&](double level) {
    return made(32000, [&, level](auto) { return std::clamp(level * noise(random), -3e4, 3e4); });
  };
  for (const double level : {3.0, 30.0, 300.0, 3000.0, 9000.0}) {
    expect_pcan_like_reference(steady(level), "steady noise");
  }
  expect_pcan_like_reference(made(32000,
                                  [&](auto i) {
                                    const double level = i / 4000 % 2 == 0 ? 30 : 3000;
                                    return level * noise(random);
                                  }),
                             "bursts");
  expect_pcan_like_reference(made(32000, [&](auto) { return random() % 2 ? 32767 : -32768; }),
                             "full scale");
}

TEST(Pcan, TheSameBurstsAreTheSameFromFarAway) {
  // 20 dB less of everything, above the room's quiet: log-mel falls by 6.6 octaves, PCAN hardly.
  std::mt19937 random(22);
  std::normal_distribution<double> noise(0, 1);
  const Samples near = made(32000, [&](auto i) {
    return (i / 4000 % 2 == 0 ? 300 : 5000) * std::clamp(noise(random), -5.0, 5.0);
  });
  const Samples far = made(near.size(), [&](auto i) { return near[i] / 10; });
  const auto mean_fall = [&](Feature feature) {
    const auto a = device({.feature = feature}, near);
    const auto b = device({.feature = feature}, far);
    double sum = 0;
    for (std::size_t i = 0; i < a.size(); ++i) sum += std::abs(a[i] - b[i]);
    return sum / static_cast<double>(a.size());
  };
  EXPECT_NEAR(mean_fall(Feature::log_mel), std::log2(100), 0.1);
  EXPECT_LT(mean_fall(Feature::pcan), 0.4);
}

TEST(Pcan, SilenceIsZeroAndSoIsWhatFollowsAReset) {
  const FrontEndSpec spec{.feature = Feature::pcan};
  for (const double value : device(spec, Samples(3200, 0))) EXPECT_EQ(value, 0);

  const auto tables = make_tables(spec, neutral(spec)).value();
  const FrontEndTables constants = view(*tables);
  std::vector<std::int32_t> memory(FrontEnd::memory_words(spec), -1);
  FrontEnd front_end(constants, memory);
  std::mt19937 random(23);
  const Samples samples =
      made(16000, [&](auto) { return static_cast<int>(random() % 2001) - 1000; });
  const auto stream = [&] {
    std::vector<std::int32_t> all;
    for (std::size_t at = 0; at + 320 <= samples.size(); at += 320) {
      if (const std::int32_t* values = front_end.push_unscaled(samples.data() + at)) {
        all.insert(all.end(), values, values + 40);
      }
    }
    return all;
  };
  const auto first = stream();
  EXPECT_EQ(first, unscaled_features(*tables, samples));
  EXPECT_NE(stream(), first);  // the background is remembered
  front_end.reset();
  EXPECT_EQ(stream(), first);
}

TEST(Pcan, AStreamDrawsNearToAClipThatBeginsAnew) {
  const FrontEndSpec spec{.feature = Feature::pcan};
  std::mt19937 random(24);
  std::normal_distribution<double> noise(0, 1);
  const Samples stream = made(64000, [&](auto i) {
    return (i / 8000 % 3 == 0 ? 4000 : 100) * std::clamp(noise(random), -5.0, 5.0);
  });
  const Samples clip(stream.begin() + 32000, stream.end());
  const auto whole = device(spec, stream);
  const auto anew = device(spec, clip);
  // The clip's first column is its first whole window, one hop behind its beginning.
  const std::size_t before = whole.size() - anew.size();
  const auto apart = [&](std::size_t first_column, std::size_t columns) {
    double sum = 0;
    for (std::size_t i = first_column * 40; i < (first_column + columns) * 40; ++i) {
      sum += std::abs(whole[before + i] - anew[i]);
    }
    return sum / static_cast<double>(columns * 40);
  };
  EXPECT_LT(apart(anew.size() / 40 - 10, 10), 0.25);
  EXPECT_LT(apart(anew.size() / 40 - 10, 10), apart(0, 10));
}

TEST(Pcan, TheSoftLogarithmIsWithinThreeSteps) {
  for (std::int32_t x = -70'000; x < 250'000; ++x) {
    const double exact = std::log2(1 + std::exp2(x / 4096.0)) * 4096;
    ASSERT_NEAR(pcan_steps::log2_of_one_plus(x), exact, 3.0) << x;
  }
}

TEST(Pcan, WorkingMemoryIsAWideSumAChannelMore) {
  FrontEndSpec spec{.feature = Feature::log_mel};
  const std::size_t without = FrontEnd::memory_words(spec);
  spec.feature = Feature::pcan;
  EXPECT_EQ(FrontEnd::memory_words(spec), without + 2 * 40);
}

Samples read_wav(const fs::path& path) {
  SF_INFO info{};
  SNDFILE* file = sf_open(path.c_str(), SFM_READ, &info);
  if (file == nullptr) return {};
  Samples samples(static_cast<std::size_t>(info.frames * info.channels));
  samples.resize(static_cast<std::size_t>(
      sf_read_short(file, samples.data(), static_cast<sf_count_t>(samples.size()))));
  sf_close(file);
  return samples;
}

TEST(FrontEnd, Speech) {
  const fs::path folder = fs::path(SENGI_SHARED_DATA) / "kws_en_speech_commands";
  if (!fs::exists(folder)) GTEST_SKIP() << "needs kws_en_speech_commands of the shared data";
  std::vector<fs::path> paths;
  for (const char* word : {"yes", "stop", "_silence_"}) {
    for (const auto& entry : fs::directory_iterator(folder / word)) paths.push_back(entry.path());
  }
  std::sort(paths.begin(), paths.end());
  for (std::size_t i = 0; i < paths.size(); i += 8) {
    const Samples samples = read_wav(paths[i]);
    ASSERT_GE(samples.size(), 480U) << paths[i];
    expect_like_reference({}, samples, paths[i].c_str());
  }
}

TEST(FrontEnd, StreamingFillsItsColumnsAndNothingElse) {
  const FrontEndSpec spec;
  const auto tables = make_tables(spec, neutral(spec)).value();
  const FrontEndTables constants = view(*tables);
  constexpr std::int32_t guard = 0x5eed5eed;
  const std::size_t words = FrontEnd::memory_words(spec);
  std::vector<std::int32_t> memory(words + 8, guard);
  FrontEnd front_end(constants, std::span(memory).first(words));
  std::mt19937 random(5);
  const Samples samples =
      made(16000, [&](auto) { return static_cast<int>(random() % 65536) - 32768; });

  const auto stream = [&] {
    std::vector<std::int8_t> all;
    for (std::size_t at = 0; at + 320 <= samples.size(); at += 320) {
      std::array<std::int8_t, 12> column;
      column.fill(77);
      const bool whole = front_end.push(samples.data() + at, column.data());
      EXPECT_EQ(whole, at >= 320) << at;
      EXPECT_EQ(column[10], 77);
      if (whole) all.insert(all.end(), column.begin(), column.begin() + 10);
    }
    return all;
  };
  const std::vector<std::int8_t> first = stream();
  EXPECT_EQ(first, features(*tables, samples));
  front_end.reset();
  EXPECT_EQ(stream(), first);
  for (std::size_t i = words; i < memory.size(); ++i) EXPECT_EQ(memory[i], guard);
}

TEST(Calibrate, GivesEachValueMeanZeroAndThirtyTwoSteps) {
  std::mt19937 random(6);
  std::vector<Samples> clips;
  for (int clip = 0; clip < 20; ++clip) {
    std::normal_distribution<double> noise(0, 20 << (clip % 8));
    clips.push_back(made(16000, [&](auto) { return noise(random); }));
  }
  const FrontEndSpec spec;
  const auto tables = make_tables(spec, calibrate(spec, views(clips)).value()).value();
  std::vector<double> sum(10), squares(10);
  double columns = 0;
  for (const Samples& clip : clips) {
    const auto got = features(*tables, clip);
    for (std::size_t i = 0; i < got.size(); ++i) {
      sum[i % 10] += got[i];
      squares[i % 10] += got[i] * got[i];
    }
    columns += static_cast<double>(got.size()) / 10;
  }
  for (std::size_t i = 0; i < 10; ++i) {
    EXPECT_NEAR(sum[i] / columns, 0, 1);
    EXPECT_NEAR(std::sqrt(squares[i] / columns), 32, 1.5);
  }
}

TEST(Calibrate, NeedsOneWindow) {
  const std::vector<Samples> clips = {Samples(100)};
  EXPECT_THAT(calibrate({}, views(clips)).error().message, HasSubstr("one window of 480 samples"));
}

TEST(MakeTables, RefusesWhatCannotBeBuilt) {
  const auto message = [](FrontEndSpec spec) {
    const auto got = make_tables(spec, neutral(spec));
    return got.ok() ? std::string("no error") : got.error().message;
  };
  EXPECT_THAT(message({.fft_size = 500}), HasSubstr("power of two"));
  EXPECT_THAT(message({.sample_rate_hz = 100}), HasSubstr("1000 to 48000"));
  EXPECT_THAT(message({.mel_channels = 128}), HasSubstr("of 128 is narrower"));
}

TEST(Log2, IsWithinOneStep) {
  std::mt19937_64 random(7);
  for (std::uint64_t x = 1; x < 20000; ++x) {
    ASSERT_NEAR(log2_fixed(x), std::log2(double(x)) * 4096, 1.0) << x;
  }
  for (int i = 0; i < 200000; ++i) {
    const std::uint64_t x = (random() >> (random() % 64)) | 1;
    ASSERT_NEAR(log2_fixed(x), static_cast<double>(std::log2((long double)x)) * 4096, 1.0) << x;
  }
}

TEST(Fft, IsTheTransform) {
  std::mt19937 random(8);
  for (int n = 64; n <= 4096; n *= 2) {
    std::vector<std::int32_t> sine;
    for (int i = 0; i < sine_table_size(n); ++i) {
      sine.push_back(
          static_cast<std::int32_t>(std::llround(std::ldexp(std::sin(2 * pi * i / n), 30))));
    }
    std::vector<std::complex<double>> exact;
    std::vector<Complex> z(static_cast<std::size_t>(n / 2));
    for (Complex& pair : z) {
      pair = {static_cast<std::int32_t>(random()) >> 2, static_cast<std::int32_t>(random()) >> 2};
      exact.emplace_back(pair.re);
      exact.emplace_back(pair.im);
    }
    exact = transform(exact);
    double highest = 0;
    for (const auto& bin : exact) highest = std::max(highest, std::abs(bin));
    const double scale = std::ldexp(1.0, fft(z.data(), n, sine.data()));
    std::vector<int> seen(static_cast<std::size_t>(n / 2 + 1), 0);
    real_bins(z.data(), n, sine.data(), [&](std::int32_t k, Complex bin) {
      ++seen[static_cast<std::size_t>(k)];
      const auto right = exact[static_cast<std::size_t>(k)];
      EXPECT_LT(std::abs(std::complex<double>(bin.re, bin.im) * scale - right), highest * 1e-7);
    });
    EXPECT_THAT(seen, testing::Each(1)) << n;
  }
}

TEST(ColumnHistory, KeepsTheLastInOrder) {
  std::array<std::int8_t, 6> memory;
  ColumnHistory history(memory.data(), 3, 2);
  for (std::int8_t i = 0; i < 5; ++i) {
    const std::array<std::int8_t, 2> column = {i, static_cast<std::int8_t>(-i)};
    history.push(column.data());
    EXPECT_EQ(history.full(), i >= 2);
  }
  EXPECT_THAT(memory, testing::ElementsAre(2, -2, 3, -3, 4, -4));
  history.reset();
  EXPECT_FALSE(history.full());
}

}  // namespace
}  // namespace sengi::signal
