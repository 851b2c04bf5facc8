// SPDX-License-Identifier: Apache-2.0
#include "data/csv.h"

#include <fmt/format.h>

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

}  // namespace sengi::data
