// SPDX-License-Identifier: Apache-2.0
// The port's storage as the collar's stores want it, which counts what is done to it.
#pragma once

#include "storage.h"

namespace collar_firmware {

class StorageFlash {
 public:
  static constexpr std::uint32_t sector = sengi::storage::sector_bytes;

  std::uint32_t sector_bytes() const { return sector; }

  bool read(std::uint32_t at, std::span<std::uint8_t> out) const {
    const std::span<const std::uint8_t> there = view(at, static_cast<std::uint32_t>(out.size()));
    if (there.size() != out.size()) return false;
    for (std::size_t i = 0; i < out.size(); ++i) out[i] = there[i];
    return true;
  }

  bool program(std::uint32_t at, std::span<const std::uint8_t> in) {
    if (!sengi::storage::program(at, in)) return false;
    programmed_ += static_cast<std::uint32_t>(in.size());
    return true;
  }

  bool erase(std::uint32_t number) {
    if (!sengi::storage::erase(number)) return false;
    ++erasures_;
    return true;
  }

  // It can be read where it lies.
  std::span<const std::uint8_t> view(std::uint32_t at, std::uint32_t bytes) const {
    const std::span<const std::uint8_t> all = sengi::storage::bytes();
    if (at > all.size() || bytes > all.size() - at) return {};
    return all.subspan(at, bytes);
  }

  std::uint32_t erasures() const { return erasures_; }
  std::uint32_t programmed() const { return programmed_; }

 private:
  std::uint32_t erasures_ = 0;
  std::uint32_t programmed_ = 0;
};

}  // namespace collar_firmware
