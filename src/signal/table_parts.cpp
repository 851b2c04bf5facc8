// SPDX-License-Identifier: Apache-2.0
#include "signal/table_parts.h"

#include <numbers>

#include "sengi/signal/fft.h"

namespace sengi::signal {
namespace {

constexpr double pi = std::numbers::pi;

}  // namespace

std::vector<std::uint16_t> make_window(std::int32_t samples) {
  std::vector<std::uint16_t> window(static_cast<std::size_t>(samples));
  for (std::size_t i = 0; i < window.size(); ++i) {
    const double phase = 2 * pi * (static_cast<double>(i) + 0.5) / samples;
    window[i] = fixed<std::uint16_t>(0.5 - 0.5 * std::cos(phase), 15);
  }
  return window;
}

std::vector<std::int32_t> make_sine(std::int32_t fft_size) {
  std::vector<std::int32_t> sine(static_cast<std::size_t>(sine_table_size(fft_size)));
  for (std::size_t i = 0; i < sine.size(); ++i) {
    sine[i] = fixed<std::int32_t>(std::sin(2 * pi * static_cast<double>(i) / fft_size), 30);
  }
  return sine;
}

}  // namespace sengi::signal
