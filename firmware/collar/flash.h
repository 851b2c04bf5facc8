// SPDX-License-Identifier: Apache-2.0
// The port's storage as NOR flash: an erasure makes all bits one, programming makes bits zero.
#pragma once

#include <cstdint>
#include <span>

namespace collar_firmware {

class StorageFlash {
 public:
  static constexpr std::uint32_t sector = 4096;

  explicit StorageFlash(std::span<std::uint8_t> bytes) : bytes_(bytes) {}

  std::uint32_t sector_bytes() const { return sector; }

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
    programmed_ += static_cast<std::uint32_t>(in.size());
    return true;
  }

  bool erase(std::uint32_t number) {
    if (number >= bytes_.size() / sector) return false;
    for (std::uint8_t& byte : bytes_.subspan(std::size_t{number} * sector, sector)) byte = 0xFF;
    ++erasures_;
    return true;
  }

  // The storage is memory: it can be read where it lies.
  std::span<const std::uint8_t> view(std::uint32_t at, std::uint32_t bytes) const {
    if (at > bytes_.size() || bytes > bytes_.size() - at) return {};
    return bytes_.subspan(at, bytes);
  }

  std::uint32_t erasures() const { return erasures_; }
  std::uint32_t programmed() const { return programmed_; }

 private:
  std::span<std::uint8_t> bytes_;
  std::uint32_t erasures_ = 0;
  std::uint32_t programmed_ = 0;
};

}  // namespace collar_firmware
