// SPDX-License-Identifier: Apache-2.0
#include "data/series_parts.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <array>
#include <cctype>
#include <charconv>
#include <chrono>
#include <cmath>

#include "base/text.h"

namespace sengi::data {
namespace {

char lower(char c) { return static_cast<char>(std::tolower(static_cast<unsigned char>(c))); }

bool same_letters(std::string_view a, std::string_view b) {
  return std::ranges::equal(a, b, [](char x, char y) { return lower(x) == lower(y); });
}

// "Time [s]" -> "time_s"
std::string plain_name(std::string_view name) {
  std::string plain;
  for (const char c : name) {
    const bool word = std::isalnum(static_cast<unsigned char>(c)) != 0;
    if (word) {
      plain += lower(c);
    } else if (!plain.empty() && plain.back() != '_') {
      plain += '_';
    }
  }
  while (plain.ends_with('_')) plain.pop_back();
  return plain;
}

struct TimeName {
  int rank;
  std::string_view base;
  std::string suffix;
};

std::optional<TimeName> time_name(std::string_view name) {
  constexpr std::array<std::string_view, 6> bases = {"time",     "t",    "timestamp",
                                                     "datetime", "date", "epoch"};
  constexpr std::array<std::string_view, 16> suffixes = {
      "",        "ms",  "milliseconds", "millis", "us", "microseconds", "ns",         "s", "sec",
      "seconds", "utc", "gmt",          "local",  "z",  "iso",          "nanoseconds"};
  const std::string plain = plain_name(name);
  const std::size_t end = std::min(plain.find('_'), plain.size());
  const auto* base = std::ranges::find(bases, std::string_view(plain).substr(0, end));
  if (base == bases.end()) return std::nullopt;
  std::string suffix = end < plain.size() ? plain.substr(end + 1) : std::string();
  if (std::ranges::find(suffixes, suffix) == suffixes.end()) return std::nullopt;
  return TimeName{static_cast<int>(base - bases.begin()), *base, std::move(suffix)};
}

// Of a unit's name; none where it is no unit.
std::optional<double> unit_of(std::string_view suffix) {
  if (suffix == "ms" || suffix == "milliseconds" || suffix == "millis") return 1e-3;
  if (suffix == "us" || suffix == "microseconds") return 1e-6;
  if (suffix == "ns" || suffix == "nanoseconds") return 1e-9;
  if (suffix == "s" || suffix == "sec" || suffix == "seconds") return 1;
  return std::nullopt;
}

// Takes exactly `digits` digits off the front.
std::optional<int> take_digits(std::string_view& text, std::size_t digits) {
  if (text.size() < digits) return std::nullopt;
  int value = 0;
  for (std::size_t i = 0; i < digits; ++i) {
    if (text[i] < '0' || text[i] > '9') return std::nullopt;
    value = value * 10 + (text[i] - '0');
  }
  text.remove_prefix(digits);
  return value;
}

bool take(std::string_view& text, char c) {
  if (!text.starts_with(c)) return false;
  text.remove_prefix(1);
  return true;
}

// What stands behind a decimal point, as a fraction; 0 where there is no point.
std::optional<double> take_fraction(std::string_view& text) {
  if (!text.starts_with('.') && !text.starts_with(',')) return 0;
  text.remove_prefix(1);
  double fraction = 0;
  double digit = 0.1;
  std::size_t digits = 0;
  for (; !text.empty() && text.front() >= '0' && text.front() <= '9'; ++digits) {
    fraction += digit * (text.front() - '0');
    digit /= 10;
    text.remove_prefix(1);
  }
  if (digits == 0) return std::nullopt;
  return fraction;
}

// "Z", "+01", "+01:00", "+0100" or nothing, in seconds east.
std::optional<std::int64_t> take_zone(std::string_view& text) {
  if (text.empty() || take(text, 'Z') || take(text, 'z')) return 0;
  const bool east = text.starts_with('+');
  if (!east && !text.starts_with('-')) return std::nullopt;
  text.remove_prefix(1);
  const auto hours = take_digits(text, 2);
  if (!hours) return std::nullopt;
  take(text, ':');
  const auto minutes = text.empty() ? std::optional(0) : take_digits(text, 2);
  if (!minutes || *hours > 23 || *minutes > 59) return std::nullopt;
  const std::int64_t seconds = *hours * 3600 + *minutes * 60;
  return east ? seconds : -seconds;
}

}  // namespace

std::optional<Moment> moment_in(std::string_view text) {
  text = trimmed(text);
  const auto year = take_digits(text, 4);
  if (!year || !take(text, '-')) return std::nullopt;
  const auto month = take_digits(text, 2);
  if (!month || !take(text, '-')) return std::nullopt;
  const auto day = take_digits(text, 2);
  if (!day) return std::nullopt;
  const std::chrono::year_month_day date{std::chrono::year(*year),
                                         std::chrono::month(static_cast<unsigned>(*month)),
                                         std::chrono::day(static_cast<unsigned>(*day))};
  if (!date.ok()) return std::nullopt;
  const std::int64_t days = std::chrono::sys_days(date).time_since_epoch().count();
  Moment moment{days * 86400, 0};
  if (text.empty()) return moment;
  if (!take(text, 'T') && !take(text, 't') && !take(text, ' ')) return std::nullopt;
  const auto hour = take_digits(text, 2);
  if (!hour || !take(text, ':')) return std::nullopt;
  const auto minute = take_digits(text, 2);
  if (!minute) return std::nullopt;
  int second = 0;
  if (take(text, ':')) {
    const auto seconds = take_digits(text, 2);
    const auto fraction = take_fraction(text);
    if (!seconds || !fraction) return std::nullopt;
    second = *seconds;
    moment.fraction = *fraction;
  }
  if (*hour > 23 || *minute > 59 || second > 60) return std::nullopt;
  if (text.starts_with(' ')) text.remove_prefix(1);  // before a zone
  const auto zone = take_zone(text);
  if (!zone || !text.empty()) return std::nullopt;
  moment.second += *hour * 3600 + *minute * 60 + second - *zone;
  return moment;
}

std::optional<int> time_rank(std::string_view name) {
  const auto found = time_name(name);
  if (!found) return std::nullopt;
  return found->rank;
}

Result<std::optional<std::size_t>> time_column(const NamedRows& rows, const std::string& asked) {
  if (!asked.empty()) {
    SENGI_TRY(column, rows.need(asked));
    return std::optional(column);
  }
  std::optional<std::size_t> best;
  for (std::size_t i = 0; i < rows.names().size(); ++i) {
    const auto rank = time_rank(rows.names()[i]);
    if (rank && (!best || *rank < *time_rank(rows.names()[*best]))) best = i;
  }
  return best;
}

std::optional<double> Clock::numeric(std::string_view cell) {
  const auto value = number_in(cell);
  if (!value) return std::nullopt;
  if (kind_ == Kind::number) {
    const double seconds = (*value - first_) * unit_s_;
    return std::isfinite(seconds) ? std::optional(seconds) : std::nullopt;
  }
  kind_ = Kind::number;
  first_ = *value;
  const auto name = time_name(column_);
  constexpr double seconds_from = 1e8;
  constexpr double milliseconds_from = 1e11;
  constexpr double microseconds_from = 1e14;
  if (const auto unit = name ? unit_of(name->suffix) : std::nullopt) {
    unit_s_ = *unit;
  } else if (*value >= microseconds_from) {
    unit_s_ = 1e-6;
  } else if (*value >= milliseconds_from) {
    unit_s_ = 1e-3;
  } else if (*value < seconds_from && name && name->base == "timestamp") {
    unit_s_ = 1e-3;
  }
  since_1970_ = *value * unit_s_ >= seconds_from;
  return 0;
}

std::optional<double> Clock::since_first(std::string_view cell) {
  if (kind_ != Kind::calendar) {
    if (const auto seconds = numeric(cell)) return seconds;
    if (kind_ == Kind::number) return std::nullopt;
  }
  const auto moment = moment_in(cell);
  if (!moment) return std::nullopt;
  if (kind_ == Kind::unknown) {
    kind_ = Kind::calendar;
    since_1970_ = true;
    first_second_ = moment->second;
    first_ = moment->fraction;
  }
  return static_cast<double>(moment->second - first_second_) + (moment->fraction - first_);
}

std::optional<double> Clock::epoch_s() const {
  if (!since_1970_) return std::nullopt;
  if (kind_ == Kind::number) return first_ * unit_s_;
  return static_cast<double>(first_second_) + first_;
}

Result<NamedRows> NamedRows::open(std::string_view text, std::string_view file) {
  NamedRows rows(text, file, separator_of(text));
  SENGI_TRY(any, rows.reader_.next());
  if (!any) return Error{fmt::format("{}: empty; its first line must name the columns", file)};
  bool numbers = true;
  for (std::size_t i = 0; i < rows.reader_.cells().size(); ++i) {
    rows.names_.emplace_back(trimmed(rows.cell(i)));
    numbers = numbers && (rows.number(i) || rows.names_.back().empty());
  }
  if (numbers) {
    return rows.fault("numbers, where the first line must name the columns");
  }
  return rows;
}

Result<bool> NamedRows::next() {
  SENGI_TRY(any, reader_.next());
  if (any && reader_.cells().size() != names_.size()) {
    return fault(fmt::format("{} where the first line names {}",
                             counted(reader_.cells().size(), "cell"), names_.size()));
  }
  return any;
}

Result<std::size_t> NamedRows::need(std::string_view name) const {
  const auto find = [&](auto same) -> std::optional<std::size_t> {
    for (std::size_t i = 0; i < names_.size(); ++i) {
      if (same(names_[i])) return i;
    }
    return std::nullopt;
  };
  if (std::ranges::count(names_, name) > 1) {
    return Error{fmt::format("{}: two columns are named '{}'", file_, name)};
  }
  if (const auto exact = find([&](std::string_view each) { return each == name; })) return *exact;
  if (const auto near = find([&](std::string_view each) { return same_letters(each, name); })) {
    return *near;
  }
  const auto meant = nearest(name, names_);
  return Error{fmt::format("{}: no column '{}'{}; there are: {}", file_, name,
                           meant ? fmt::format(" (did you mean '{}'?)", *meant) : std::string(),
                           fmt::join(names_, ", "))};
}

std::optional<float> NamedRows::number(std::size_t column) const {
  std::string_view text = trimmed(cell(column));
  if (text.starts_with('+')) text.remove_prefix(1);
  float value = 0;
  const char* const last = text.data() + text.size();
  auto [end, error] = std::from_chars(text.data(), last, value);
  if (end == last && error == std::errc() && std::isfinite(value)) return value;
  if (end == last && error == std::errc::result_out_of_range) {
    const auto wide = number_in(text);  // what is too small for float is 0
    if (wide && std::abs(*wide) < 1) return static_cast<float>(*wide);
    return std::nullopt;
  }
  const std::size_t comma = text.find(',');
  if (!decimal_comma_ || comma == std::string_view::npos) return std::nullopt;
  std::string with_point(text);
  with_point[comma] = '.';
  const auto wide = number_in(with_point);
  if (!wide || !std::isfinite(static_cast<float>(*wide))) return std::nullopt;
  return static_cast<float>(*wide);
}

bool NamedRows::blank(std::size_t column) const {
  const std::string_view text = trimmed(cell(column));
  for (const std::string_view word : {"", "na", "n/a", "nan", "null", "none"}) {
    if (same_letters(text, word)) return true;
  }
  return false;
}

Error NamedRows::fault(std::string_view what) const {
  return Error{fmt::format("{}:{}: {}", file_, line(), what)};
}

Error NamedRows::no_number(std::size_t column) const {
  if (trimmed(cell(column)).empty()) {
    return fault(fmt::format("nothing in column '{}'", names_[column]));
  }
  return fault(fmt::format("'{}' in column '{}' is no number", cell(column), names_[column]));
}

}  // namespace sengi::data
