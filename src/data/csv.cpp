// SPDX-License-Identifier: Apache-2.0
#include "data/csv.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <cmath>

namespace sengi::data {
namespace {

constexpr std::string_view byte_order_mark = "\xEF\xBB\xBF";

}  // namespace

CsvReader::CsvReader(std::string_view text, std::string_view file, char separator)
    : text_(text), file_(file), separator_(separator) {
  if (text_.starts_with(byte_order_mark)) text_.remove_prefix(byte_order_mark.size());
}

Result<bool> CsvReader::next() {
  cells_.clear();
  unquoted_.clear();
  while (take_line_end()) {
  }
  if (text_.empty()) return false;
  row_line_ = line_;
  do {
    if (take('"')) {
      if (auto cell = quoted(); !cell.ok()) return cell;
      continue;
    }
    const char* const begin = text_.data();
    const char* const end = begin + text_.size();
    const char* at = begin;
    while (at != end && *at != separator_ && *at != '\n' && *at != '\r' && *at != '\0') ++at;
    if (at != end && *at == '\0') return fault("a zero byte; this is not a text file");
    const auto size = static_cast<std::size_t>(at - begin);
    cells_.push_back(text_.substr(0, size));
    text_.remove_prefix(size);
  } while (take(separator_));
  if (!text_.empty() && !take_line_end()) return fault("text after a closing quote");
  return true;
}

// What stands between the quotes, the first of which is taken.
Result<bool> CsvReader::quoted() {
  const std::size_t first_line = line_;
  const std::string_view from = text_;
  std::string* copy = nullptr;  // from the first doubled quote on
  while (!text_.empty()) {
    const char c = text_.front();
    text_.remove_prefix(1);
    const auto taken = static_cast<std::size_t>(text_.data() - from.data());
    if (c == '"') {
      const bool doubled = take('"');
      if (!doubled) {
        cells_.push_back(copy != nullptr ? std::string_view(*copy) : from.substr(0, taken - 1));
        return true;
      }
      if (copy == nullptr) {
        copy = &unquoted_.emplace_back(from.substr(0, taken));
        continue;
      }
    }
    if (c == '\0') return fault("a zero byte; this is not a text file");
    if (c == '\n') ++line_;
    if (copy != nullptr) *copy += c;
  }
  line_ = first_line;
  return fault("a quote that is never closed");
}

bool CsvReader::take(char c) {
  if (!text_.starts_with(c)) return false;
  text_.remove_prefix(1);
  return true;
}

bool CsvReader::take_line_end() {
  const bool taken = take('\r') ? (take('\n'), true) : take('\n');
  if (taken) ++line_;
  return taken;
}

Error CsvReader::fault(std::string_view what) const {
  return Error{fmt::format("{}:{}: {}", file_, line_, what)};
}

Result<std::vector<CsvRow>> parse_csv(std::string_view text, std::string_view file) {
  CsvReader reader(text, file);
  std::vector<CsvRow> rows;
  while (true) {
    SENGI_TRY(more, reader.next());
    if (!more) return rows;
    rows.push_back({reader.line(), {reader.cells().begin(), reader.cells().end()}});
  }
}

char separator_of(std::string_view text) {
  std::size_t commas = 0;
  std::size_t semicolons = 0;
  std::size_t tabs = 0;
  bool in_quotes = false;
  const std::size_t first = std::min(text.find_first_not_of("\r\n"), text.size());
  for (const char c : text.substr(first)) {
    if (c == '"') in_quotes = !in_quotes;
    if (in_quotes) continue;
    if (c == '\n' || c == '\r') break;
    if (c == ',') ++commas;
    if (c == ';') ++semicolons;
    if (c == '\t') ++tabs;
  }
  if (tabs > commas && tabs >= semicolons) return '\t';
  return semicolons > commas ? ';' : ',';
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
