// SPDX-License-Identifier: Apache-2.0
// Reads bits, the highest of each byte first, and whole numbers in exponential Golomb codes of
// order k (Teuhola 1978, "A compression method for clustered bit-vectors"): with q = v >> k and n
// the number of bits of q + 1, n - 1 zeros, the n bits of q + 1, and the k low bits of v. Numbers
// about as large as 2^k take some k + 1 bits, and no number takes more than 65.
#pragma once

#include <bit>
#include <cstdint>
#include <span>

namespace sengi::geo {

class BitReader {
 public:
  explicit BitReader(std::span<const std::uint8_t> bytes)
      : bytes_(bytes.data()), size_(static_cast<std::uint32_t>(bytes.size())) {}

  // Whether anything read so far lay beyond the end, or was no code. Reading goes on with zeros.
  bool failed() const { return failed_; }

  // Bytes that have been begun.
  std::uint32_t bytes_used() const { return at_ + (bit_ != 0 ? 1 : 0); }

  // Whether what is left of the byte that has been begun is zeros.
  bool padding_is_zero() const { return bit_ == 0 || (bytes_[at_] & (0xFFU >> bit_)) == 0; }

  // 0 .. 32 bits.
  std::uint32_t bits(std::uint32_t count) {
    std::uint32_t value = 0;
    while (count > 0) {
      if (at_ >= size_) {
        failed_ = true;
        return 0;
      }
      const std::uint32_t left = 8 - bit_;
      const std::uint32_t taken = count < left ? count : left;
      const std::uint32_t piece = (bytes_[at_] >> (left - taken)) & ((1U << taken) - 1);
      value = (value << taken) | piece;
      count -= taken;
      bit_ += taken;
      if (bit_ == 8) {
        bit_ = 0;
        ++at_;
      }
    }
    return value;
  }

  // A number in an exponential Golomb code. Requires: order 0 .. 31.
  std::uint32_t golomb(std::uint32_t order) {
    const std::uint32_t zeros = leading_zeros();
    if (failed_ || zeros > 32) {
      failed_ = true;
      return 0;
    }
    const std::uint64_t high = ((std::uint64_t{1} << zeros) | bits(zeros)) - 1;
    if (((high << order) >> 32) != 0) {
      failed_ = true;
      return 0;
    }
    return (static_cast<std::uint32_t>(high) << order) | bits(order);
  }

  // The same of a number with a sign: 0, -1, 1, -2, 2 ... stand for 0, 1, 2, 3, 4 ... (zigzag).
  std::uint32_t golomb_difference(std::uint32_t order) {
    const std::uint32_t zigzag = golomb(order);
    return (zigzag >> 1) ^ (0U - (zigzag & 1U));
  }

 private:
  // Takes zeros and the one behind them.
  std::uint32_t leading_zeros() {
    std::uint32_t zeros = 0;
    while (at_ < size_ && zeros <= 32) {
      const std::uint32_t left = 8 - bit_;
      const auto rest = static_cast<std::uint8_t>(bytes_[at_] << bit_);
      if (rest != 0) {
        const auto before = static_cast<std::uint32_t>(std::countl_zero(rest));
        bit_ += before + 1;
        if (bit_ == 8) {
          bit_ = 0;
          ++at_;
        }
        return zeros + before;
      }
      zeros += left;
      bit_ = 0;
      ++at_;
    }
    failed_ = true;
    return 0;
  }

  const std::uint8_t* bytes_;
  std::uint32_t size_;
  std::uint32_t at_ = 0;   // byte
  std::uint32_t bit_ = 0;  // of it, from the highest
  bool failed_ = false;
};

}  // namespace sengi::geo
