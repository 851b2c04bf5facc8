// SPDX-License-Identifier: Apache-2.0
// The Arm DSP extension's instructions that layers are made of, each with its meaning in plain C++
// beside it. Cores without the extension run the plain one; the results are the same bit for bit.
#pragma once

#include <cstdint>

#include "sengi/fixed_point.h"

// Inner loops are written in assembly where there are these instructions and the registers of an
// FPU to keep a loop's end in.
#if defined(__ARM_FEATURE_DSP) && defined(__thumb2__) && defined(__ARM_FP)
#define SENGI_ARM_DSP 1
#else
#define SENGI_ARM_DSP 0
#endif

namespace sengi::nn {

// Two signed 16-bit numbers side by side, the first in the lower half.
using Pair = std::uint32_t;

constexpr std::int32_t first_of(Pair pair) { return static_cast<std::int16_t>(pair & 0xffff); }
constexpr std::int32_t second_of(Pair pair) { return static_cast<std::int16_t>(pair >> 16); }
constexpr Pair pair_of(std::int32_t first, std::int32_t second) {
  return (static_cast<Pair>(first) & 0xffff) | static_cast<Pair>(second) << 16;
}

// The lowest byte of each half, with its sign (SXTB16).
inline Pair low_bytes(Pair pair) {
#if SENGI_ARM_DSP
  Pair result;
  asm("sxtb16 %0, %1" : "=r"(result) : "r"(pair));
  return result;
#else
  return pair_of(static_cast<std::int8_t>(pair & 0xff),
                 static_cast<std::int8_t>((pair >> 16) & 0xff));
#endif
}

// The highest byte of each half, with its sign (SXTB16 with a rotation).
inline Pair high_bytes(Pair pair) {
#if SENGI_ARM_DSP
  Pair result;
  asm("sxtb16 %0, %1, ror #8" : "=r"(result) : "r"(pair));
  return result;
#else
  return low_bytes(pair >> 8);
#endif
}

// a + b and a - b of each half, which wraps by itself (SADD16, SSUB16).
inline Pair add_pairs(Pair a, Pair b) {
#if SENGI_ARM_DSP
  Pair result;
  asm("sadd16 %0, %1, %2" : "=r"(result) : "r"(a), "r"(b) : "cc");
  return result;
#else
  return pair_of(first_of(a) + first_of(b), second_of(a) + second_of(b));
#endif
}
inline Pair subtract_pairs(Pair a, Pair b) {
#if SENGI_ARM_DSP
  Pair result;
  asm("ssub16 %0, %1, %2" : "=r"(result) : "r"(a), "r"(b) : "cc");
  return result;
#else
  return pair_of(first_of(a) - first_of(b), second_of(a) - second_of(b));
#endif
}

// sums + the lowest byte of each half (SXTAB16), and + the highest (SXTAB16 with a rotation). Each
// half wraps by itself.
inline Pair add_low_bytes(Pair sums, Pair bytes) {
#if SENGI_ARM_DSP
  asm("sxtab16 %0, %0, %1" : "+r"(sums) : "r"(bytes));
  return sums;
#else
  const Pair low = low_bytes(bytes);
  return pair_of(first_of(sums) + first_of(low), second_of(sums) + second_of(low));
#endif
}
inline Pair add_high_bytes(Pair sums, Pair bytes) {
#if SENGI_ARM_DSP
  asm("sxtab16 %0, %0, %1, ror #8" : "+r"(sums) : "r"(bytes));
  return sums;
#else
  return add_low_bytes(sums, bytes >> 8);
#endif
}

// The lower halves of two words side by side (PKHBT).
inline Pair join(std::int32_t first, std::int32_t second) {
#if SENGI_ARM_DSP
  Pair result;
  asm("pkhbt %0, %1, %2, lsl #16" : "=r"(result) : "r"(first), "r"(second));
  return result;
#else
  return pair_of(first, second);
#endif
}

// sum + a.first * b.first + a.second * b.second, modulo 2^32 (SMLAD).
inline std::int32_t add_products(std::int32_t sum, Pair a, Pair b) {
#if SENGI_ARM_DSP
  asm("smlad %0, %1, %2, %0" : "+r"(sum) : "r"(a), "r"(b));
  return sum;
#else
  const std::int32_t first = first_of(a) * first_of(b);
  const std::int32_t second = second_of(a) * second_of(b);
  return static_cast<std::int32_t>(static_cast<std::uint32_t>(sum) +
                                   static_cast<std::uint32_t>(first) +
                                   static_cast<std::uint32_t>(second));
#endif
}

// sum + the product of the first halves, modulo 2^32 (SMLABB).
inline std::int32_t add_first_product(std::int32_t sum, Pair a, Pair b) {
#if SENGI_ARM_DSP
  asm("smlabb %0, %1, %2, %0" : "+r"(sum) : "r"(a), "r"(b));
  return sum;
#else
  return static_cast<std::int32_t>(static_cast<std::uint32_t>(sum) +
                                   static_cast<std::uint32_t>(first_of(a) * first_of(b)));
#endif
}

// The upper half of the 64-bit product (SMMUL).
inline std::int32_t high_product(std::int32_t a, std::int32_t b) {
#if SENGI_ARM_DSP
  std::int32_t result;
  asm("smmul %0, %1, %2" : "=r"(result) : "r"(a), "r"(b));
  return result;
#else
  return static_cast<std::int32_t>((std::int64_t{a} * b) >> 32);
#endif
}

// The same, rounded to nearest with ties upward (SMMULR).
inline std::int32_t rounded_high_product(std::int32_t a, std::int32_t b) {
#if SENGI_ARM_DSP
  std::int32_t result;
  asm("smmulr %0, %1, %2" : "=r"(result) : "r"(a), "r"(b));
  return result;
#else
  return static_cast<std::int32_t>((std::int64_t{a} * b + (std::int64_t{1} << 31)) >> 32);
#endif
}

// x / 2^shift, rounded down and held to int8 (SSAT). shift in [1, 31].
template <std::int32_t shift>
inline std::int32_t saturated_shift(std::int32_t x) {
#if SENGI_ARM_DSP
  std::int32_t result;
  asm("ssat %0, #8, %1, asr %2" : "=r"(result) : "r"(x), "i"(shift));
  return result;
#else
  return clamp(x >> shift, -128, 127);
#endif
}

}  // namespace sengi::nn
