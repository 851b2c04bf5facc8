// SPDX-License-Identifier: Apache-2.0
#include "station/schedule.h"

#include <algorithm>
#include <cmath>
#include <cstring>

namespace sengi::station {
namespace {

constexpr double odds = 1e-5;  // of a silence that is none
constexpr std::uint32_t faultless = 50;
constexpr std::uint32_t memory = 200;      // messages that the loss is reckoned over
constexpr std::int64_t step_max = 10'000;  // a counter that leaps farther began anew

// What is assumed before anything is known: one lost of five.
constexpr double assumed_lost = 1;
constexpr double assumed_sent = 5;

void put(std::vector<std::uint8_t>& bytes, std::uint64_t value, std::size_t count) {
  for (std::size_t i = 0; i < count; ++i) {
    bytes.push_back(static_cast<std::uint8_t>(value >> (8 * i)));
  }
}

std::uint64_t take(const std::uint8_t*& at, std::size_t count) {
  std::uint64_t value = 0;
  for (std::size_t i = 0; i < count; ++i) value |= std::uint64_t{*at++} << (8 * i);
  return value;
}

constexpr std::size_t head_bytes = 24;
constexpr std::uint32_t gap_s_max = 366 * 86'400;
constexpr std::int64_t last_ms_max = 253'402'300'800'000;  // the year 10000
constexpr std::int64_t counter_max = 0xFFFFFFFF;

}  // namespace

void Schedule::heard(std::int64_t time_ms, std::optional<std::int64_t> counter) {
  if (last_ms_ != 0 && time_ms <= last_ms_) return;
  std::int64_t step = 1;
  if (counter && counter_ >= 0) {
    step = *counter - counter_;
    if (step == 0) return;  // the same frame, by another way
    if (step < 0 || step > step_max) step = 1;
    sent_ += static_cast<std::uint32_t>(step);
    lost_ += static_cast<std::uint32_t>(step - 1);
    while (sent_ > memory) {
      sent_ /= 2;
      lost_ /= 2;
    }
  }
  if (last_ms_ != 0) {
    const std::int64_t gap_s =
        std::clamp<std::int64_t>((time_ms - last_ms_) / 1000 / step, 1, std::int64_t{366} * 86'400);
    gaps_s_.push_back(static_cast<std::uint32_t>(gap_s));
    if (gaps_s_.size() > gaps_max) gaps_s_.erase(gaps_s_.begin());
  }
  last_ms_ = time_ms;
  counter_ = counter.value_or(-1);
}

std::optional<std::int64_t> Schedule::interval_ms() const {
  if (gaps_s_.size() < gaps_least) return {};
  std::vector<std::uint32_t> sorted = gaps_s_;
  std::sort(sorted.begin(), sorted.end());
  return std::int64_t{sorted[sorted.size() - 2]} * 1000;
}

double Schedule::loss() const { return (lost_ + assumed_lost) / (sent_ + assumed_sent); }

int Schedule::intervals_waited() const {
  if (sent_ >= faultless && lost_ == 0) return 1;
  return static_cast<int>(std::ceil(std::log(odds) / std::log(std::min(loss(), 0.9))));
}

std::optional<std::int64_t> Schedule::silent_from_ms(std::int64_t interval) const {
  if (last_ms_ == 0) return {};
  const auto learned = interval_ms();
  if (interval == 0 && !learned) return {};
  const std::int64_t one = interval != 0 ? interval : *learned;
  return last_ms_ + one * intervals_waited() + one / 2;
}

std::vector<std::uint8_t> Schedule::to_bytes() const {
  std::vector<std::uint8_t> bytes;
  put(bytes, static_cast<std::uint64_t>(last_ms_), 8);
  put(bytes, static_cast<std::uint64_t>(counter_), 8);
  put(bytes, sent_, 4);
  put(bytes, lost_, 4);
  for (const std::uint32_t gap : gaps_s_) put(bytes, gap, 4);
  return bytes;
}

Schedule Schedule::from_bytes(const std::vector<std::uint8_t>& bytes) {
  Schedule schedule;
  if (bytes.size() < head_bytes || bytes.size() > head_bytes + 4 * gaps_max) return schedule;
  const std::uint8_t* at = bytes.data();
  schedule.last_ms_ = static_cast<std::int64_t>(take(at, 8));
  schedule.counter_ = static_cast<std::int64_t>(take(at, 8));
  schedule.sent_ = static_cast<std::uint32_t>(take(at, 4));
  schedule.lost_ = static_cast<std::uint32_t>(take(at, 4));
  for (std::size_t i = head_bytes; i + 4 <= bytes.size(); i += 4) {
    schedule.gaps_s_.push_back(static_cast<std::uint32_t>(take(at, 4)));
  }
  const bool sound = schedule.last_ms_ >= 0 && schedule.last_ms_ < last_ms_max &&
                     schedule.counter_ >= -1 && schedule.counter_ <= counter_max &&
                     schedule.lost_ <= schedule.sent_ && schedule.sent_ <= memory &&
                     std::all_of(schedule.gaps_s_.begin(), schedule.gaps_s_.end(),
                                 [](std::uint32_t gap) { return gap >= 1 && gap <= gap_s_max; });
  return sound ? schedule : Schedule();
}

}  // namespace sengi::station
