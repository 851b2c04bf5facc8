// SPDX-License-Identifier: Apache-2.0
// The front end gives the same bytes on this machine, on a Cortex-M4 and on a Cortex-M0.
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <random>

#include "base/files.h"
#include "emulate/emulate.h"
#include "signal/front_end_tables.h"
#include "signal/tables_writer.h"

namespace sengi {
namespace {

using signal::Feature;
using signal::FrontEndSpec;
using Samples = std::vector<std::int16_t>;

// Loud, quiet, silent, one-bit and tonal stretches: what takes every path through the arithmetic.
Samples stretches(std::size_t each) {
  std::mt19937 random(11);
  Samples samples;
  const auto add = [&](auto next) {
    for (std::size_t i = 0; i < each; ++i) samples.push_back(static_cast<std::int16_t>(next(i)));
  };
  add([&](auto) { return static_cast<int>(random() % 65536) - 32768; });
  add([](auto) { return 0; });
  add([&](auto) { return static_cast<int>(random() % 3) - 1; });
  add([](auto i) { return i / 5 % 2 == 0 ? 32767 : -32768; });
  add([](auto i) { return 9000 * std::sin(0.05 * static_cast<double>(i * i % 9001)); });
  add([](auto) { return -32768; });
  return samples;
}

std::shared_ptr<const signal::OwnedTables> tables_for(const FrontEndSpec& spec) {
  const Samples samples = stretches(4000);
  const signal::FeatureScaling scaling =
      signal::calibrate(spec, signal::views(std::vector<Samples>{samples})).value();
  return signal::make_tables(spec, scaling).value();
}

// The constants as the firmware includes them.
void write_tables(const signal::OwnedTables& tables, const std::filesystem::path& folder) {
  const std::string include = "#include \"sengi/signal/front_end.h\"\n\n";
  ASSERT_TRUE(write_text(folder / "front_end_tables.h",
                         "#pragma once\n\n" + include +
                             "constexpr sengi::signal::FrontEndSpec spec = {\n" +
                             signal::spec_as_cpp(tables.spec) +
                             "};\nextern const sengi::signal::FrontEndTables tables;\n")
                  .ok());
  ASSERT_TRUE(
      write_text(folder / "front_end_tables.cpp",
                 "#include \"front_end_tables.h\"\n\n" + signal::tables_as_cpp(tables, "tables"))
          .ok());
}

class SameBytes : public testing::TestWithParam<std::string> {};

TEST_P(SameBytes, OnThisBoard) {
  const emulate::Board board = emulate::load_board(GetParam()).value();
  if (const auto missing = emulate::missing_tool(board)) {
    GTEST_SKIP() << missing->program << " is missing: apt install " << missing->packages;
  }

  const FrontEndSpec keyword;  // 16 kHz, 10 coefficients
  const FrontEndSpec wide = {.feature = Feature::log_mel};
  const FrontEndSpec telephone = {.sample_rate_hz = 8000,
                                  .window_samples = 200,
                                  .hop_samples = 80,
                                  .fft_size = 256,
                                  .mel_channels = 20,
                                  .high_hz = 4000,
                                  .coefficients = 13};
  const FrontEndSpec rumble = {.sample_rate_hz = 1000,
                               .window_samples = 512,
                               .hop_samples = 128,
                               .fft_size = 1024,
                               .mel_channels = 24,
                               .low_hz = 10,
                               .high_hz = 250,
                               .feature = Feature::log_mel};
  const FrontEndSpec far_rumble = {.sample_rate_hz = 16000,
                                   .window_samples = 1024,
                                   .hop_samples = 32,
                                   .fft_size = 128,
                                   .mel_channels = 10,
                                   .low_hz = 8,
                                   .high_hz = 800,
                                   .feature = Feature::log_mel,
                                   .decimate = 8};
  const FrontEndSpec click = {.sample_rate_hz = 48000,
                              .window_samples = 240,
                              .hop_samples = 120,
                              .fft_size = 256,
                              .mel_channels = 12,
                              .low_hz = 2000,
                              .high_hz = 24000,
                              .feature = Feature::log_mel};
  const FrontEndSpec far = {.feature = Feature::pcan};
  const TemporaryFolder folder = TemporaryFolder::make().value();
  int number = 0;
  for (const FrontEndSpec& spec : {keyword, wide, telephone, rumble, far_rumble, click, far}) {
    SCOPED_TRACE(spec.sample_rate_hz);
    const auto tables = tables_for(spec);
    const auto code = folder.path() / std::to_string(number++);
    write_tables(*tables, code);
    const auto program = emulate::build(
        {.board = board, .firmware = "front_end_probe", .code = {code}}, code / "build");
    ASSERT_TRUE(program.ok()) << program.error().message;
    const Samples samples = stretches(3000);
    const auto run = emulate::run(program.value(), std::as_bytes(std::span(samples)),
                                  {.count = false, .layers = {}});
    ASSERT_TRUE(run.ok()) << run.error().message;

    const std::vector<std::int8_t> here = signal::features(*tables, samples);
    ASSERT_EQ(run.value().output.size(), here.size());
    EXPECT_GT(here.size(), 400U);
    EXPECT_TRUE(std::equal(here.begin(), here.end(), run.value().output.begin(),
                           [](std::int8_t a, std::byte b) { return std::byte(a) == b; }));
  }
}

INSTANTIATE_TEST_SUITE_P(Boards, SameBytes, testing::ValuesIn(emulate::runnable_board_names()));

}  // namespace
}  // namespace sengi
