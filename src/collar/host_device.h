// SPDX-License-Identifier: Apache-2.0
// The collar's own logic on this machine, over simulated flash.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <vector>

#include "collar/device.h"
#include "collar/sim_flash.h"
#include "sengi/collar/collar.h"

namespace sengi::collar {

// The sectors of a collar: 4 KB each, 32 KB for each copy of the zones, 208 KB for messages.
inline constexpr std::uint32_t sector_bytes = 4096;
inline constexpr std::uint32_t sectors = 96;
inline constexpr Layout usual_layout = Layout::of(0, sectors, 36);

// The same shares of less flash.
inline Layout layout_of(std::size_t storage_bytes) {
  const std::size_t there = storage_bytes / sector_bytes;
  if (there >= sectors) return usual_layout;
  return Layout::of(0, static_cast<std::uint32_t>(there),
                    static_cast<std::uint32_t>(there * 36 / sectors / 2 * 2));
}

class HostDevice : public Device {
 public:
  // The label of a window; none: the model says nothing of it.
  using Classify = std::function<std::optional<std::uint8_t>(std::span<const std::int16_t>)>;

  // What `image` points at outlives this. Without `classify` there are no behaviours.
  explicit HostDevice(const Image& image, Classify classify = {});

  Result<Todo> begin(const Begin& begin) override;
  Result<Todo> step(const Input& input) override;
  Result<Todo> window(std::uint32_t uptime_s, std::uint8_t axes,
                      std::span<const std::int16_t> rows) override;
  // It has no ear: the network's code is built into a program.
  Result<Todo> sound(std::uint32_t uptime_s, std::span<const std::int16_t> samples) override;
  Judged judged() const override { return judged_; }
  Result<Report> end() override;

  Collar<SimFlash>& collar() { return *collar_; }

 private:
  void add_charge();

  Image image_;
  Classify classify_;
  SimFlash flash_;
  std::unique_ptr<Collar<SimFlash>> collar_;
  Judged judged_;
  Report report_;
  std::uint64_t charge_nah_[power::consumers] = {};  // of lives before the last reset
};

}  // namespace sengi::collar
