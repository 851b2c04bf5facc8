// SPDX-License-Identifier: Apache-2.0
// The Fourier transform of real samples in 32-bit integers with one exponent for the whole block
// (block floating point; Oppenheim and Weinstein 1972, "Effects of Finite Register Length in
// Digital Filtering and the Fast Fourier Transform").
#pragma once

#include <cstdint>

namespace sengi::signal {

// sin(2 pi i / n) for i in [0, n / 4], 1.0 = 2^30.
using SineTable = const std::int32_t*;
constexpr std::int32_t sine_table_size(std::int32_t n) { return n / 4 + 1; }

struct Complex {
  std::int32_t re;
  std::int32_t im;
};

namespace fft_steps {

// Values below this may grow through one butterfly (twice their magnitude) and stay within 31 bits.
inline constexpr std::uint32_t room = std::uint32_t{1} << 29;

constexpr std::uint32_t magnitude(std::int32_t x) {
  return x < 0 ? 0U - static_cast<std::uint32_t>(x) : static_cast<std::uint32_t>(x);
}

// a * b / 2^30, to nearest.
constexpr std::int32_t scale(std::int64_t product) {
  return static_cast<std::int32_t>((product + (std::int64_t{1} << 29)) >> 30);
}

// exp(-2 pi i k / n), k in [0, n / 2].
constexpr Complex twiddle(SineTable sine, std::int32_t k, std::int32_t n) {
  const std::int32_t quarter = n / 4;
  if (k <= quarter) return {sine[quarter - k], -sine[k]};
  return {-sine[k - quarter], -sine[2 * quarter - k]};
}

constexpr Complex multiply(Complex a, Complex w) {
  return {scale(std::int64_t{a.re} * w.re - std::int64_t{a.im} * w.im),
          scale(std::int64_t{a.re} * w.im + std::int64_t{a.im} * w.re)};
}

// Halves until every value is below `room`; returns how often.
inline int make_room(Complex* z, std::int32_t count, std::uint32_t highest) {
  int halvings = 0;
  while ((highest >> halvings) >= room) ++halvings;
  if (halvings == 0) return 0;
  const std::int32_t half = std::int32_t{1} << (halvings - 1);
  for (std::int32_t i = 0; i < count; ++i) {
    z[i].re = (z[i].re + half) >> halvings;
    z[i].im = (z[i].im + half) >> halvings;
  }
  return halvings;
}

inline void reverse_bits(Complex* z, std::int32_t count) {
  std::int32_t mirrored = 0;
  for (std::int32_t i = 1; i < count; ++i) {
    std::int32_t bit = count >> 1;
    for (; (mirrored & bit) != 0; bit >>= 1) mirrored ^= bit;
    mirrored ^= bit;
    if (i < mirrored) {
      const Complex kept = z[i];
      z[i] = z[mirrored];
      z[mirrored] = kept;
    }
  }
}

// All butterflies of one stage; returns the greatest magnitude left.
inline std::uint32_t stage(Complex* z, std::int32_t count, std::int32_t size, SineTable sine,
                           std::int32_t n) {
  std::uint32_t highest = 0;
  const std::int32_t half = size / 2;
  for (std::int32_t j = 0; j < half; ++j) {
    const Complex w = twiddle(sine, j * (n / size), n);
    for (std::int32_t i = j; i < count; i += size) {
      const Complex a = z[i];
      const Complex b = multiply(z[i + half], w);
      z[i] = {a.re + b.re, a.im + b.im};
      z[i + half] = {a.re - b.re, a.im - b.im};
      // The bits of either bound the greater of both from above, within a factor of two.
      highest |= magnitude(z[i].re) | magnitude(z[i].im) | magnitude(z[i + half].re) |
                 magnitude(z[i + half].im);
    }
  }
  return highest;
}

}  // namespace fft_steps

// Transforms z in place, where z[i] = x[2i] + i x[2i+1] of n real samples x, n a power of two from
// 8 up. Returns how often the values were halved: what stands in z is the transform of those n / 2
// complex values / 2^halvings, every part of magnitude at most 2^29. real_bins() makes it x's.
// Requires: |x| < 2^30.
inline int fft(Complex* z, std::int32_t n, SineTable sine) {
  const std::int32_t count = n / 2;
  std::uint32_t highest = 0;
  for (std::int32_t i = 0; i < count; ++i) {
    highest |= fft_steps::magnitude(z[i].re) | fft_steps::magnitude(z[i].im);
  }
  fft_steps::reverse_bits(z, count);
  int halvings = fft_steps::make_room(z, count, highest);
  for (std::int32_t size = 2; size <= count; size *= 2) {
    highest = fft_steps::stage(z, count, size, sine, n);
    halvings += fft_steps::make_room(z, count, highest);
  }
  return halvings;
}

// Calls use(k, bin) once for each bin 0 .. n / 2 of the n real samples' transform, in no particular
// order; the parts of a bin are below 2^31.
template <typename Use>
inline void real_bins(const Complex* z, std::int32_t n, SineTable sine, Use use) {
  const std::int32_t count = n / 2;
  use(0, Complex{z[0].re + z[0].im, 0});
  use(count, Complex{z[0].re - z[0].im, 0});
  for (std::int32_t k = 1; k <= count / 2; ++k) {
    const Complex a = z[k];
    const Complex b = z[count - k];
    // The transforms of the even and the odd samples, from their sum's symmetric halves.
    const Complex even = {(a.re + b.re + 1) >> 1, (a.im - b.im + 1) >> 1};
    const Complex odd = {(a.im + b.im + 1) >> 1, (b.re - a.re + 1) >> 1};
    const Complex turned = fft_steps::multiply(odd, fft_steps::twiddle(sine, k, n));
    use(k, Complex{even.re + turned.re, even.im + turned.im});
    if (k != count - k) use(count - k, Complex{even.re - turned.re, turned.im - even.im});
  }
}

}  // namespace sengi::signal
