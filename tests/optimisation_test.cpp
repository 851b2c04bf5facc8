// SPDX-License-Identifier: Apache-2.0
// Kernels whose inner loops take every register must compile however a program's owner has the
// compiler optimise. Fully connected layers once did so at -O3 alone.
#include <fmt/format.h>
#include <gtest/gtest.h>

#include <chrono>
#include <string>

#include "base/files.h"
#include "base/process.h"

namespace sengi {
namespace {

// Layers of many shapes, with one and with two roundings.
std::string many_layers() {
  std::string text = R"(#include <cstdint>

#include "sengi/nn/paired_fully_connected.h"

template <int count, int wide, int shift>
struct Layer {
  static constexpr sengi::nn::PairedFullyConnected shape = {
      .inputs = count, .outputs = wide, .straight_shift = shift};
  static constexpr int even = (wide + 1) / 2 * 2;
  alignas(4) static constexpr std::int16_t weights[(count + 3) / 4 * even * 2] = {};
  static constexpr std::int32_t bias[even] = {};
  static constexpr std::int32_t multiplier[even] = {};
  static constexpr std::int8_t right_shift[even] = {};
};

#define LAYER(count, wide, shift)                                            \
  void f_##count##_##wide##_##shift(const std::int8_t* x, std::int8_t* y) {  \
    sengi::nn::paired_fully_connected<Layer<count, wide, shift>>(x, y);      \
  }
)";
  for (const int inputs : {1, 3, 4, 8, 11, 16, 24, 48, 63, 64, 101, 128, 250, 640, 1023}) {
    for (const int outputs : {1, 5, 8, 12, 29, 48}) {
      for (const int shift : {0, 12}) {
        text += fmt::format("LAYER({}, {}, {})\n", inputs, outputs, shift);
      }
    }
  }
  return text;
}

TEST(Optimisation, FullyConnectedLayersCompileAtEveryLevel) {
  if (!find_program("arm-none-eabi-g++")) GTEST_SKIP() << "apt install gcc-arm-none-eabi";
  const TemporaryFolder folder = TemporaryFolder::make().value();
  ASSERT_TRUE(write_text(folder.path() / "layers.cpp", many_layers()).ok());
  for (const char* level : {"-O1", "-O2", "-O3", "-Os"}) {
    const auto compiled =
        run_process({"arm-none-eabi-g++", "-std=gnu++20", level, "-mcpu=cortex-m4", "-mthumb",
                     "-mfloat-abi=hard", "-mfpu=fpv4-sp-d16", "-fno-exceptions", "-fno-rtti",
                     "-I" SENGI_SOURCE_DIR "/device/include", "-c", "layers.cpp", "-o", "layers.o"},
                    std::chrono::minutes(5), folder.path());
    ASSERT_TRUE(compiled.ok()) << compiled.error().message;
    EXPECT_EQ(compiled.value().exit_status, 0) << level << compiled.value().err.substr(0, 2000);
  }
}

}  // namespace
}  // namespace sengi
