// SPDX-License-Identifier: Apache-2.0
#include "scan/row_kernels.h"

#include <algorithm>

#if defined(__x86_64__)
#include <immintrin.h>
#endif

namespace sengi::scan {
namespace {

constexpr std::size_t lanes = Requantizer::lanes;

std::int8_t requantized(std::int32_t sum, std::size_t channel, const Requantizer& by) {
  const std::int64_t value = std::int64_t{requantize(sum, by.factors[channel])} + by.zero_point;
  return static_cast<std::int8_t>(std::clamp<std::int64_t>(value, by.lowest, by.highest));
}

void store(const std::int32_t* sums, std::size_t from, const Requantizer& by, std::int8_t* out) {
  const std::size_t end = std::min(by.channels, from + lanes);
  for (std::size_t c = from; c < end; ++c) out[c] = requantized(sums[c - from], c, by);
}

void multiply_plain(const Products& products, const Requantizer& by, const std::int16_t* pixels,
                    std::size_t count, std::int8_t* out) {
  const std::size_t padded = by.padded();
  for (std::size_t pixel = 0; pixel < count; ++pixel) {
    const std::int16_t* x = pixels + pixel * products.depth;
    for (std::size_t from = 0; from < padded; from += lanes) {
      std::int32_t sums[lanes];
      std::copy_n(by.bias.data() + from, lanes, sums);
      for (std::size_t k = 0; k < products.depth; k += 2) {
        const std::int16_t* w = products.weights.data() + k * padded + from * 2;
        for (std::size_t c = 0; c < lanes; ++c) {
          sums[c] += x[k] * w[2 * c] + x[k + 1] * w[2 * c + 1];
        }
      }
      store(sums, from, by, out + pixel * by.channels);
    }
  }
}

void multiply_each_plain(std::span<const std::int8_t* const> taps, std::int32_t zero,
                         const std::int16_t* weights, const Requantizer& by, std::int8_t* out) {
  const std::size_t padded = by.padded();
  for (std::size_t from = 0; from < by.channels; from += lanes) {
    std::int32_t sums[lanes];
    std::copy_n(by.bias.data() + from, lanes, sums);
    const std::size_t here = std::min(lanes, by.channels - from);
    for (std::size_t tap = 0; tap < taps.size(); ++tap) {
      if (taps[tap] == nullptr) continue;
      const std::int8_t* x = taps[tap] + from;
      const std::int16_t* w = weights + tap * padded + from;
      for (std::size_t c = 0; c < here; ++c) sums[c] += (x[c] - zero) * w[c];
    }
    store(sums, from, by, out);
  }
}

#if defined(__x86_64__)

bool has_avx2() {
  static const bool has = __builtin_cpu_supports("avx2") > 0;
  return has;
}

// doubling_high_mul() of eight: the 31 lowest bits of each product, rounded, are left behind.
[[gnu::target("avx2")]] inline __m256i high_mul(__m256i a, __m256i b) {
  const __m256i half = _mm256_set1_epi64x(std::int64_t{1} << 30);
  const __m256i even = _mm256_add_epi64(_mm256_mul_epi32(a, b), half);
  const __m256i odd =
      _mm256_add_epi64(_mm256_mul_epi32(_mm256_srli_epi64(a, 32), _mm256_srli_epi64(b, 32)), half);
  return _mm256_blend_epi32(_mm256_srli_epi64(even, 31), _mm256_slli_epi64(odd, 1), 0xAA);
}

// rounding_divide_by_power_of_two() of eight.
[[gnu::target("avx2")]] inline __m256i divide(__m256i x, __m256i exponent) {
  const __m256i one = _mm256_set1_epi32(1);
  const __m256i mask = _mm256_sub_epi32(_mm256_sllv_epi32(one, exponent), one);
  const __m256i negative = _mm256_srli_epi32(x, 31);
  const __m256i threshold = _mm256_add_epi32(_mm256_srli_epi32(mask, 1), negative);
  const __m256i more = _mm256_cmpgt_epi32(_mm256_and_si256(x, mask), threshold);
  return _mm256_sub_epi32(_mm256_srav_epi32(x, exponent), more);
}

// Whether eight channels' factors are all of those that only shift to the right, and not by so much
// that a sign would be lost.
inline bool plain_shifts(const Multiplier* factors) {
  return std::all_of(factors, factors + 8,
                     [](const Multiplier& f) { return f.shift <= 0 && f.shift > -31; });
}

[[gnu::target("avx2")]] inline void store_eight(__m256i sums, std::size_t from,
                                                const Requantizer& by, std::int8_t* out) {
  if (from >= by.channels) return;
  const Multiplier* factors = by.factors.data() + from;
  alignas(32) std::int32_t values[8];
  if (!plain_shifts(factors)) {
    _mm256_store_si256(reinterpret_cast<__m256i*>(values), sums);
    const std::size_t end = std::min<std::size_t>(8, by.channels - from);
    for (std::size_t c = 0; c < end; ++c) out[from + c] = requantized(values[c], from + c, by);
    return;
  }
  // A Multiplier is its multiplier and its shift, side by side.
  const __m256i low = _mm256_loadu_si256(reinterpret_cast<const __m256i*>(factors));
  const __m256i high = _mm256_loadu_si256(reinterpret_cast<const __m256i*>(factors + 4));
  const __m256i order = _mm256_setr_epi32(0, 2, 4, 6, 1, 3, 5, 7);
  const __m256i a = _mm256_permutevar8x32_epi32(low, order);
  const __m256i b = _mm256_permutevar8x32_epi32(high, order);
  const __m256i multiplier = _mm256_permute2x128_si256(a, b, 0x20);
  const __m256i shift =
      _mm256_sub_epi32(_mm256_setzero_si256(), _mm256_permute2x128_si256(a, b, 0x31));
  __m256i value = divide(high_mul(sums, multiplier), shift);
  value = _mm256_add_epi32(value, _mm256_set1_epi32(by.zero_point));
  value = _mm256_max_epi32(value, _mm256_set1_epi32(by.lowest));
  value = _mm256_min_epi32(value, _mm256_set1_epi32(by.highest));
  const __m128i words =
      _mm_packs_epi32(_mm256_castsi256_si128(value), _mm256_extracti128_si256(value, 1));
  const __m128i bytes = _mm_packs_epi16(words, words);
  if (from + 8 <= by.channels) {
    _mm_storel_epi64(reinterpret_cast<__m128i*>(out + from), bytes);
    return;
  }
  std::int8_t some[16];
  _mm_storeu_si128(reinterpret_cast<__m128i*>(some), bytes);
  std::copy_n(some, by.channels - from, out + from);
}

inline const __m256i* wide(const void* at) { return static_cast<const __m256i*>(at); }

// `pixels` at once, so that a weight is loaded once for all of them.
template <std::size_t pixels>
[[gnu::target("avx2")]] void multiply_some(const Products& products, const Requantizer& by,
                                           const std::int16_t* x, std::int8_t* out) {
  const std::size_t padded = by.padded();
  for (std::size_t from = 0; from < padded; from += lanes) {
    __m256i low[pixels];
    __m256i high[pixels];
    for (std::size_t i = 0; i < pixels; ++i) {
      low[i] = _mm256_loadu_si256(wide(by.bias.data() + from));
      high[i] = _mm256_loadu_si256(wide(by.bias.data() + from + 8));
    }
    const std::int16_t* w = products.weights.data() + from * 2;
    for (std::size_t k = 0; k < products.depth; k += 2, w += 2 * padded) {
      const __m256i first = _mm256_loadu_si256(wide(w));
      const __m256i second = _mm256_loadu_si256(wide(w + lanes));
      for (std::size_t i = 0; i < pixels; ++i) {
        std::int32_t pair;
        __builtin_memcpy(&pair, x + i * products.depth + k, sizeof pair);
        const __m256i both = _mm256_set1_epi32(pair);
        low[i] = _mm256_add_epi32(low[i], _mm256_madd_epi16(both, first));
        high[i] = _mm256_add_epi32(high[i], _mm256_madd_epi16(both, second));
      }
    }
    for (std::size_t i = 0; i < pixels; ++i) {
      store_eight(low[i], from, by, out + i * by.channels);
      store_eight(high[i], from + 8, by, out + i * by.channels);
    }
  }
}

[[gnu::target("avx2")]] void multiply_each_avx2(std::span<const std::int8_t* const> taps,
                                                std::int32_t zero, const std::int16_t* weights,
                                                const Requantizer& by, std::int8_t* out) {
  const std::size_t padded = by.padded();
  const __m256i zeros = _mm256_set1_epi32(zero);
  for (std::size_t from = 0; from + 8 <= by.channels; from += 8) {
    __m256i sums = _mm256_loadu_si256(wide(by.bias.data() + from));
    for (std::size_t tap = 0; tap < taps.size(); ++tap) {
      if (taps[tap] == nullptr) continue;
      const __m256i x = _mm256_sub_epi32(
          _mm256_cvtepi8_epi32(_mm_loadl_epi64(reinterpret_cast<const __m128i*>(taps[tap] + from))),
          zeros);
      const __m256i w = _mm256_cvtepi16_epi32(
          _mm_loadu_si128(reinterpret_cast<const __m128i*>(weights + tap * padded + from)));
      sums = _mm256_add_epi32(sums, _mm256_mullo_epi32(x, w));
    }
    store_eight(sums, from, by, out);
  }
  for (std::size_t c = by.channels / 8 * 8; c < by.channels; ++c) {
    std::int32_t sum = by.bias[c];
    for (std::size_t tap = 0; tap < taps.size(); ++tap) {
      if (taps[tap] != nullptr) sum += (taps[tap][c] - zero) * weights[tap * padded + c];
    }
    out[c] = requantized(sum, c, by);
  }
}

#endif

}  // namespace

void multiply(const Products& products, const Requantizer& by, const std::int16_t* pixels,
              std::size_t count, std::int8_t* out, Speed speed) {
#if defined(__x86_64__)
  if (speed == Speed::best && has_avx2()) {
    constexpr std::size_t together = 4;
    std::size_t at = 0;
    for (; at + together <= count; at += together) {
      multiply_some<together>(products, by, pixels + at * products.depth, out + at * by.channels);
    }
    for (; at < count; ++at) {
      multiply_some<1>(products, by, pixels + at * products.depth, out + at * by.channels);
    }
    return;
  }
#endif
  static_cast<void>(speed);
  multiply_plain(products, by, pixels, count, out);
}

void multiply_each(std::span<const std::int8_t* const> taps, std::int32_t input_zero_point,
                   const std::int16_t* weights, const Requantizer& by, std::int8_t* out,
                   Speed speed) {
#if defined(__x86_64__)
  if (speed == Speed::best && has_avx2()) {
    return multiply_each_avx2(taps, input_zero_point, weights, by, out);
  }
#endif
  static_cast<void>(speed);
  multiply_each_plain(taps, input_zero_point, weights, by, out);
}

}  // namespace sengi::scan
