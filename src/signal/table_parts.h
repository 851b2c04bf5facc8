// SPDX-License-Identifier: Apache-2.0
// What the tables of all front ends are made of.
#pragma once

#include <cmath>
#include <cstdint>
#include <vector>

namespace sengi::signal {

// Steps of int8 for one standard deviation: values up to four deviations away are kept.
inline constexpr double scaled_steps = 32;

template <typename Int>
Int fixed(double real, int fraction_bits) {
  return static_cast<Int>(std::llround(std::ldexp(real, fraction_bits)));
}

// Hann's window, without its zero at either end; 1.0 = 2^15.
std::vector<std::uint16_t> make_window(std::int32_t samples);

// The sine table of an FFT of this size (fft.h); 1.0 = 2^30.
std::vector<std::int32_t> make_sine(std::int32_t fft_size);

}  // namespace sengi::signal
