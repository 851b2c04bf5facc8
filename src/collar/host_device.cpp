// SPDX-License-Identifier: Apache-2.0
#include "collar/host_device.h"

namespace sengi::collar {

HostDevice::HostDevice(const Image& image, Classify classify)
    : image_(image), classify_(std::move(classify)), flash_(sector_bytes, sectors) {
  report_.collar_bytes = sizeof(Collar<SimFlash>);
}

void HostDevice::add_charge() {
  for (std::size_t i = 0; collar_ && i < power::consumers; ++i) {
    charge_nah_[i] += collar_->ledger().charge_nah(static_cast<power::Consumer>(i));
  }
}

Result<Todo> HostDevice::begin(const Begin& begin) {
  ++report_.records;
  add_charge();
  collar_ = std::make_unique<Collar<SimFlash>>(flash_, spec_of(begin, image_));
  const std::span<const std::uint8_t> keys[] = {begin.key};
  return collar_->start(begin.cause, begin.utc_s, keys);
}

Result<Todo> HostDevice::step(const Input& input) {
  ++report_.records;
  return collar_->step(input);
}

Result<Todo> HostDevice::window(std::uint32_t uptime_s, std::uint8_t axes,
                                std::span<const std::int16_t> rows) {
  Input input;
  input.what = What::window;
  input.uptime_s = uptime_s;
  input.spread = spread_of(rows, axes, axes);
  judged_ = {0xFF, input.spread};
  if (classify_) {
    if (const auto label = classify_(rows)) {
      input.classified = true;
      input.label = judged_.label = *label;
    }
  }
  return step(input);
}

Result<Todo> HostDevice::sound(std::uint32_t, std::span<const std::int16_t>) {
  return Error{"the collar's logic alone has no ear; build it into a program"};
}

Result<Report> HostDevice::end() {
  add_charge();
  for (std::size_t i = 0; i < power::consumers; ++i) {
    report_.charge_uah[i] = static_cast<std::uint32_t>(charge_nah_[i] / 1000);
  }
  report_.erasures = static_cast<std::uint32_t>(flash_.erasures());
  report_.programmed = static_cast<std::uint32_t>(flash_.programmed());
  return report_;
}

}  // namespace sengi::collar
