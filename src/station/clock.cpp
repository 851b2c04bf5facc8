// SPDX-License-Identifier: Apache-2.0
#include "station/clock.h"

#include <fmt/format.h>

#include <chrono>
#include <optional>

namespace sengi::station {
namespace {

using namespace std::chrono;

constexpr std::int64_t last_ms = 253'402'300'799'999;  // of the year 9999

// Takes digits and marks off the front of a text; once something was not there, it is not ok.
class Taker {
 public:
  explicit Taker(std::string_view text) : text_(text) {}

  int digits(std::size_t count) {
    int value = 0;
    for (std::size_t i = 0; i < count; ++i) {
      if (!next_is_digit()) return ok_ = false, 0;
      value = value * 10 + (text_[at_++] - '0');
    }
    return value;
  }
  char one_of(std::string_view marks) {
    if (at_ == text_.size() || marks.find(text_[at_]) == std::string_view::npos) {
      return ok_ = false, '\0';
    }
    return text_[at_++];
  }
  bool next_is(char mark) const { return at_ < text_.size() && text_[at_] == mark; }
  bool next_is_digit() const {
    return at_ < text_.size() && text_[at_] >= '0' && text_[at_] <= '9';
  }
  bool ok() const { return ok_; }
  bool at_end() const { return at_ == text_.size(); }

 private:
  std::string_view text_;
  std::size_t at_ = 0;
  bool ok_ = true;
};

int take_fraction_ms(Taker& taker) {
  if (!taker.next_is('.')) return 0;
  taker.one_of(".");
  int value = taker.digits(1) * 100;
  for (int unit = 10; taker.next_is_digit(); unit /= 10) value += taker.digits(1) * unit;
  return value;
}

std::optional<minutes> take_offset(Taker& taker) {
  const char sign = taker.one_of("Zz+-");
  if (sign == 'Z' || sign == 'z') return minutes(0);
  const int hour = taker.digits(2);
  taker.one_of(":");
  const int minute = taker.digits(2);
  if (hour > 23 || minute > 59) return {};
  const minutes offset = hours(hour) + minutes(minute);
  return sign == '-' ? -offset : offset;
}

}  // namespace

std::int64_t now_ms() {
  return duration_cast<milliseconds>(system_clock::now().time_since_epoch()).count();
}

std::string to_rfc3339(std::int64_t time_ms) {
  const auto day = floor<days>(sys_time<milliseconds>(milliseconds(time_ms)));
  const year_month_day date(day);
  const hh_mm_ss time(milliseconds(time_ms) - day.time_since_epoch());
  std::string text =
      fmt::format("{:04}-{:02}-{:02}T{:02}:{:02}:{:02}", static_cast<int>(date.year()),
                  static_cast<unsigned>(date.month()), static_cast<unsigned>(date.day()),
                  time.hours().count(), time.minutes().count(), time.seconds().count());
  if (time.subseconds().count() != 0) text += fmt::format(".{:03}", time.subseconds().count());
  return text + "Z";
}

Result<std::int64_t> from_rfc3339(std::string_view text) {
  Taker taker(text);
  const year_month_day date = [&] {
    const int y = taker.digits(4);
    taker.one_of("-");
    const int m = taker.digits(2);
    taker.one_of("-");
    const int d = taker.digits(2);
    return year(y) / month(static_cast<unsigned>(m)) / day(static_cast<unsigned>(d));
  }();
  taker.one_of("Tt ");
  const int hour = taker.digits(2);
  taker.one_of(":");
  const int minute = taker.digits(2);
  taker.one_of(":");
  const int second = taker.digits(2);  // 60 in a leap second
  const int fraction_ms = take_fraction_ms(taker);
  const auto offset = take_offset(taker);
  const bool good = taker.ok() && taker.at_end() && offset && date.ok() && hour < 24 &&
                    minute < 60 && second <= 60;
  const auto time = good ? sys_days(date) + hours(hour) + minutes(minute) + seconds(second) +
                               milliseconds(fraction_ms) - *offset
                         : sys_time<milliseconds>(milliseconds(-1));
  const std::int64_t time_ms = time.time_since_epoch().count();
  if (time_ms < 0 || time_ms > last_ms) {
    return Error{fmt::format("'{}' is no time such as 2026-01-01T00:00:00Z",
                             std::string(text.substr(0, 40)))};
  }
  return time_ms;
}

}  // namespace sengi::station
