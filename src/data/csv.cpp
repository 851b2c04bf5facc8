// SPDX-License-Identifier: Apache-2.0
#include "data/csv.h"

#include <fmt/format.h>

#include <charconv>
#include <cmath>

namespace sengi::data {
namespace {

class Parser {
 public:
  Parser(std::string_view text, std::string_view file) : text_(text), file_(file) {
    constexpr std::string_view byte_order_mark = "\xEF\xBB\xBF";
    if (text_.starts_with(byte_order_mark)) text_.remove_prefix(byte_order_mark.size());
  }

  Result<std::vector<CsvRow>> rows() {
    std::vector<CsvRow> rows;
    while (!text_.empty()) {
      if (take_line_end()) continue;
      SENGI_TRY(next, row());
      rows.push_back(std::move(next));
    }
    return rows;
  }

 private:
  Result<CsvRow> row() {
    CsvRow row{line_, {}};
    do {
      SENGI_TRY(next, cell());
      row.cells.push_back(std::move(next));
    } while (take(','));
    if (!text_.empty() && !take_line_end()) return fault("text after a closing quote");
    return row;
  }

  Result<std::string> cell() {
    if (take('"')) return quoted();
    const std::size_t end = std::min(text_.find_first_of(",\r\n"), text_.size());
    std::string cell(text_.substr(0, end));
    text_.remove_prefix(end);
    if (cell.find('\0') != std::string::npos) return fault("a zero byte; this is not a text file");
    return cell;
  }

  // What stands between the quotes, the first of which is taken.
  Result<std::string> quoted() {
    const std::size_t first_line = line_;
    std::string cell;
    while (!text_.empty()) {
      const char c = text_.front();
      text_.remove_prefix(1);
      if (c == '"' && !take('"')) return cell;
      if (c == '\0') return fault("a zero byte; this is not a text file");
      if (c == '\n') ++line_;
      cell += c;
    }
    line_ = first_line;
    return fault("a quote that is never closed");
  }

  bool take(char c) {
    if (!text_.starts_with(c)) return false;
    text_.remove_prefix(1);
    return true;
  }

  bool take_line_end() {
    const bool taken = take('\r') ? (take('\n'), true) : take('\n');
    if (taken) ++line_;
    return taken;
  }

  Error fault(std::string_view what) const {
    return Error{fmt::format("{}:{}: {}", file_, line_, what)};
  }

  std::string_view text_;
  std::string_view file_;
  std::size_t line_ = 1;
};

}  // namespace

Result<std::vector<CsvRow>> parse_csv(std::string_view text, std::string_view file) {
  return Parser(text, file).rows();
}

std::string_view trimmed(std::string_view text) {
  constexpr std::string_view blank = " \t";
  const std::size_t first = text.find_first_not_of(blank);
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(blank) - first + 1);
}

std::optional<double> number_in(std::string_view cell) {
  cell = trimmed(cell);
  double value = 0;
  const auto [end, error] = std::from_chars(cell.data(), cell.data() + cell.size(), value);
  const bool whole = error == std::errc() && end == cell.data() + cell.size();
  if (!whole || !std::isfinite(value)) return std::nullopt;
  return value;
}

Result<std::vector<CsvRow>> parse_tab_separated(std::string_view text, std::string_view file) {
  constexpr std::string_view byte_order_mark = "\xEF\xBB\xBF";
  if (text.starts_with(byte_order_mark)) text.remove_prefix(byte_order_mark.size());
  std::vector<CsvRow> rows;
  for (std::size_t number = 1; !text.empty(); ++number) {
    const std::size_t end = std::min(text.find('\n'), text.size());
    std::string_view line = text.substr(0, end);
    text.remove_prefix(std::min(end + 1, text.size()));
    if (line.ends_with('\r')) line.remove_suffix(1);
    if (line.find('\0') != std::string_view::npos) {
      return Error{fmt::format("{}:{}: a zero byte; this is not a text file", file, number)};
    }
    if (trimmed(line).empty()) continue;
    CsvRow row{number, {}};
    while (true) {
      const std::size_t tab = line.find('\t');
      row.cells.emplace_back(line.substr(0, tab));
      if (tab == std::string_view::npos) break;
      line.remove_prefix(tab + 1);
    }
    rows.push_back(std::move(row));
  }
  return rows;
}

std::string csv_line(const std::vector<std::string>& cells) {
  std::string line;
  for (std::size_t i = 0; i < cells.size(); ++i) {
    if (i > 0) line += ',';
    if (cells[i].find_first_of(",\"\r\n") == std::string::npos) {
      line += cells[i];
      continue;
    }
    line += '"';
    for (const char c : cells[i]) line += c == '"' ? std::string("\"\"") : std::string(1, c);
    line += '"';
  }
  return line + "\n";
}

}  // namespace sengi::data
