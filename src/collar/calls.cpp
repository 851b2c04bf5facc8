// SPDX-License-Identifier: Apache-2.0
#include "collar/calls.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <optional>

#include "data/csv.h"

namespace sengi::collar {
namespace {

// "2008-03-22T17:00:00Z", Z or not, or a number of seconds.
std::optional<std::uint32_t> time_in(std::string_view cell) {
  if (const auto seconds = data::number_in(cell)) {
    if (*seconds < 0 || *seconds > 4'294'967'295.0) return std::nullopt;
    return static_cast<std::uint32_t>(*seconds);
  }
  static constexpr std::string_view form = "dddd-dd-ddTdd:dd:dd";
  if (!cell.empty() && cell.back() == 'Z') cell.remove_suffix(1);
  if (cell.size() != form.size()) return std::nullopt;
  std::int64_t numbers[6] = {};
  std::size_t at = 0;
  for (std::size_t i = 0; i < form.size(); ++i) {
    if (form[i] == 'd') {
      if (cell[i] < '0' || cell[i] > '9') return std::nullopt;
      numbers[at] = 10 * numbers[at] + (cell[i] - '0');
    } else {
      if (cell[i] != form[i] && !(form[i] == 'T' && cell[i] == ' ')) return std::nullopt;
      ++at;
    }
  }
  const auto [year, month, day, hour, minute, second] = numbers;
  if (year < 1970 || year > 2105 || month < 1 || month > 12 || day < 1 || day > 31 || hour > 23 ||
      minute > 59 || second > 59) {
    return std::nullopt;
  }
  // Days since 1970: Hinnant 2013, "chrono-compatible low-level date algorithms".
  const std::int64_t y = month <= 2 ? year - 1 : year;
  const std::int64_t of_era = y % 400;
  const std::int64_t of_year = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1;
  const std::int64_t days =
      y / 400 * 146'097 + of_era * 365 + of_era / 4 - of_era / 100 + of_year - 719'468;
  return static_cast<std::uint32_t>(days * 86'400 + hour * 3600 + minute * 60 + second);
}

std::optional<double> number_within(std::string_view cell, double least, double most) {
  const auto number = data::number_in(cell);
  if (!number || *number < least || *number > most) return std::nullopt;
  return number;
}

}  // namespace

Result<std::vector<Call>> parse_calls(std::string_view text, std::string_view file) {
  static constexpr std::string_view names[] = {"time", "class", "score", "duration_s"};
  SENGI_TRY(rows, data::parse_csv(text, file));
  if (rows.empty()) return Error{fmt::format("{}: is empty; it needs a header", file)};
  std::size_t columns[4];
  for (std::size_t i = 0; i < 4; ++i) {
    const auto& header = rows.front().cells;
    const auto found = std::find(header.begin(), header.end(), names[i]);
    if (found == header.end()) {
      return Error{fmt::format("{}:{}: no column '{}'; calls have time,class,score,duration_s",
                               file, rows.front().line, names[i])};
    }
    columns[i] = static_cast<std::size_t>(found - header.begin());
  }
  std::vector<Call> calls;
  for (std::size_t i = 1; i < rows.size(); ++i) {
    const auto cell = [&](std::size_t column) -> std::string_view {
      const auto& cells = rows[i].cells;
      return columns[column] < cells.size() ? std::string_view(cells[columns[column]])
                                            : std::string_view();
    };
    const auto time_s = time_in(cell(0));
    const auto label = number_within(cell(1), 0, 31);
    const auto score = number_within(cell(2), 0, 255);
    const auto duration_s = number_within(cell(3), 0, 3600);
    if (!time_s || !label || !score || !duration_s) {
      return Error{
          fmt::format("{}:{}: not a call: a time (2008-03-22T17:00:00Z), a class from 0 to "
                      "31, a score from 0 to 255, seconds",
                      file, rows[i].line)};
    }
    calls.push_back({*time_s, static_cast<std::uint8_t>(*label), static_cast<std::uint8_t>(*score),
                     static_cast<std::uint8_t>(std::min(255L, std::lround(*duration_s * 10)))});
  }
  std::stable_sort(calls.begin(), calls.end(),
                   [](const Call& a, const Call& b) { return a.time_s < b.time_s; });
  return calls;
}

}  // namespace sengi::collar
