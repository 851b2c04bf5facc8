// SPDX-License-Identifier: Apache-2.0
#include "network.h"

#include <cstring>

#include "application.h"
#include "benchmark.h"

namespace sengi::mlperf {
namespace {

constexpr Benchmark benchmark = benchmark_of(application::input_bytes, application::output_bytes);
constexpr float input_scale = application::input_scales[0];
constexpr float output_scale = application::output_scales[0];
constexpr std::int32_t input_zero_point = application::input_zero_points[0];
constexpr std::int32_t output_zero_point = application::output_zero_points[0];

[[gnu::section(".bss.sengi_arena")]] application::Arena arena;
alignas(4) std::uint8_t
    loaded[application::input_bytes * (benchmark.input == Input::real ? sizeof(float) : 1)];

float real_input(std::size_t which) {
  float value;
  std::memcpy(&value, loaded + which * sizeof value, sizeof value);
  return value;
}

std::int8_t quantised(float value) {
  const float steps = value / input_scale;
  const auto nearest = static_cast<std::int32_t>(steps + (steps < 0 ? -0.5f : 0.5f));
  const std::int32_t byte = nearest + input_zero_point;
  return static_cast<std::int8_t>(byte < -128 ? -128 : byte > 127 ? 127 : byte);
}

float real_output(std::size_t which) {
  const std::int8_t* output = application::output(arena);
  return output_scale * static_cast<float>(output[which] - output_zero_point);
}

std::int32_t thousandths(float value) {
  return static_cast<std::int32_t>(value * 1000 + (value < 0 ? -0.5f : 0.5f));
}

float reconstruction_error() {
  float sum = 0;
  for (std::size_t i = 0; i < application::output_bytes; ++i) {
    const float off = real_output(i) - real_input(i);
    sum += off * off;
  }
  return sum / static_cast<float>(application::output_bytes);
}

}  // namespace

const std::size_t line_bytes = sizeof loaded;
const char* const model_version = benchmark.model;
const std::size_t results_count =
    benchmark.output == Output::scores ? application::output_bytes : 1;

std::uint8_t* line_buffer() { return loaded; }

void infer() {
  // Anew each time: the network writes over its input.
  std::int8_t* input = application::input(arena);
  for (std::size_t i = 0; i < application::input_bytes; ++i) {
    if constexpr (benchmark.input == Input::real) {
      input[i] = quantised(real_input(i));
    } else {
      input[i] = static_cast<std::int8_t>(loaded[i] ^
                                          (benchmark.input == Input::unsigned_byte ? 0x80u : 0u));
    }
  }
  application::reset(arena);
  application::run(arena);
}

std::int32_t result(std::size_t which) {
  if constexpr (benchmark.output == Output::error) return thousandths(reconstruction_error());
  return thousandths(real_output(which));
}

}  // namespace sengi::mlperf
