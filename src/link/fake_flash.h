// SPDX-License-Identifier: Apache-2.0
// NOR flash for tests, whose power fails at any byte. What is cut short is left half done in one of
// several ways: a byte with some of its bits programmed, a sector erased to somewhere, or with any
// of its bits turned to one.
#pragma once

#include <gtest/gtest.h>

#include <cstdint>
#include <limits>
#include <random>
#include <span>
#include <vector>

namespace sengi::link {

struct PowerCut {};

class FakeFlash {
 public:
  FakeFlash(std::uint32_t sector_bytes, std::uint32_t sectors)
      : sector_bytes_(sector_bytes),
        bytes_(std::size_t{sector_bytes} * sectors, 0xFF),
        writes_(bytes_.size() / 4, 0),
        erasures_(sectors, 0),
        broken_(sectors, false) {}

  // The power fails in the step after this many: a programmed byte, an eighth of an erasure.
  void cut_after(std::uint64_t steps, unsigned seed) {
    steps_left_ = steps;
    random_.seed(seed);
  }
  void restore_power() { steps_left_ = std::numeric_limits<std::uint64_t>::max(); }
  std::uint64_t steps() const { return steps_; }
  std::uint64_t bytes_read() const { return bytes_read_; }

  void break_sector(std::uint32_t sector) { broken_[sector] = true; }
  std::vector<std::uint8_t>& bytes() { return bytes_; }
  const std::vector<int>& erasures() const { return erasures_; }

  std::uint32_t sector_bytes() const { return sector_bytes_; }

  bool read(std::uint32_t at, std::span<std::uint8_t> out) const {
    if (at + out.size() > bytes_.size()) return ADD_FAILURE() << "read outside", false;
    for (std::size_t i = 0; i < out.size(); ++i) out[i] = bytes_[at + i];
    bytes_read_ += out.size();
    return true;
  }

  bool program(std::uint32_t at, std::span<const std::uint8_t> in) {
    EXPECT_EQ(at % 4, 0U);
    EXPECT_EQ(in.size() % 4, 0U);
    if (at + in.size() > bytes_.size()) return ADD_FAILURE() << "program outside", false;
    for (std::size_t i = 0; i < in.size(); ++i) {
      if (i % 4 == 0 && !broken_[(at + i) / sector_bytes_]) {
        EXPECT_LE(++writes_[(at + i) / 4], 3) << "word " << at + i;
      }
      const auto value = static_cast<std::uint8_t>(bytes_[at + i] & in[i]);
      if (out_of_power()) {
        const auto some = static_cast<std::uint8_t>(random_());
        bytes_[at + i] = static_cast<std::uint8_t>(bytes_[at + i] & (value | some));
        throw PowerCut{};
      }
      // A broken sector keeps every other bit at one.
      bytes_[at + i] = broken_[(at + i) / sector_bytes_]
                           ? static_cast<std::uint8_t>(bytes_[at + i] & (value | 0x55))
                           : value;
    }
    return true;
  }

  bool erase(std::uint32_t sector) {
    const auto start = std::size_t{sector} * sector_bytes_;
    ++erasures_[sector];
    for (std::size_t eighth = 0; eighth < 8; ++eighth) {
      if (!out_of_power()) continue;
      const bool in_order = random_() % 2 == 0;
      for (std::size_t i = 0; i < sector_bytes_; ++i) {
        const bool reached = i < eighth * sector_bytes_ / 8;
        const auto some = static_cast<std::uint8_t>(random_());
        if (in_order ? reached : true) bytes_[start + i] |= in_order ? 0xFF : some;
      }
      throw PowerCut{};
    }
    if (broken_[sector]) return false;
    for (std::size_t i = 0; i < sector_bytes_; ++i) bytes_[start + i] = 0xFF;
    for (std::size_t i = 0; i < sector_bytes_ / 4; ++i) writes_[start / 4 + i] = 0;
    return true;
  }

 private:
  bool out_of_power() {
    if (steps_left_ == 0) return true;
    --steps_left_;
    ++steps_;
    return false;
  }

  std::uint32_t sector_bytes_;
  std::vector<std::uint8_t> bytes_;
  std::vector<int> writes_;  // of a word since its erasure; two in order, one more after a cut
  std::vector<int> erasures_;
  std::vector<bool> broken_;
  std::uint64_t steps_left_ = std::numeric_limits<std::uint64_t>::max();
  std::uint64_t steps_ = 0;
  mutable std::uint64_t bytes_read_ = 0;
  std::mt19937 random_;
};

}  // namespace sengi::link
