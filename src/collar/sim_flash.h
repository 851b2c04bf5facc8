// SPDX-License-Identifier: Apache-2.0
// NOR flash in memory, as the collar's stores want it, which counts what is done to it.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

namespace sengi::collar {

class SimFlash {
 public:
  SimFlash(std::uint32_t sector_bytes, std::uint32_t sectors)
      : sector_bytes_(sector_bytes), bytes_(std::size_t{sector_bytes} * sectors, 0xFF) {}

  std::uint32_t sector_bytes() const { return sector_bytes_; }

  bool read(std::uint32_t at, std::span<std::uint8_t> out) const {
    if (at > bytes_.size() || out.size() > bytes_.size() - at) return false;
    for (std::size_t i = 0; i < out.size(); ++i) out[i] = bytes_[at + i];
    return true;
  }
  bool program(std::uint32_t at, std::span<const std::uint8_t> in) {
    if (at > bytes_.size() || in.size() > bytes_.size() - at) return false;
    for (std::size_t i = 0; i < in.size(); ++i) {
      bytes_[at + i] = static_cast<std::uint8_t>(bytes_[at + i] & in[i]);
    }
    programmed_ += in.size();
    return true;
  }
  bool erase(std::uint32_t sector) {
    const std::size_t start = std::size_t{sector} * sector_bytes_;
    if (start >= bytes_.size()) return false;
    for (std::size_t i = 0; i < sector_bytes_; ++i) bytes_[start + i] = 0xFF;
    ++erasures_;
    return true;
  }
  std::span<const std::uint8_t> view(std::uint32_t at, std::uint32_t bytes) const {
    if (at > bytes_.size() || bytes > bytes_.size() - at) return {};
    return std::span(bytes_).subspan(at, bytes);
  }

  std::uint64_t erasures() const { return erasures_; }
  std::uint64_t programmed() const { return programmed_; }

 private:
  std::uint32_t sector_bytes_;
  std::vector<std::uint8_t> bytes_;
  std::uint64_t erasures_ = 0;
  std::uint64_t programmed_ = 0;
};

}  // namespace sengi::collar
