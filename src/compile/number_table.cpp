// SPDX-License-Identifier: Apache-2.0
#include "compile/number_table.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <numeric>

namespace sengi::compile {
namespace {

// "};" follows the last item on its line.
constexpr std::size_t closing = 2;

// The widest item of each column when items are dealt out row by row. In the last column what
// closes the list counts too.
std::vector<std::size_t> column_widths(std::span<const std::size_t> lengths, std::size_t columns) {
  std::vector<std::size_t> widths(columns);
  for (std::size_t i = 0; i < lengths.size(); ++i) {
    std::size_t& width = widths[i % columns];
    const bool closes = i + 1 == lengths.size() && i % columns == columns - 1;
    width = std::max(width, lengths[i] + (closes ? closing : 0));
  }
  return widths;
}

std::size_t line_width(const std::vector<std::size_t>& widths) {
  return std::accumulate(widths.begin(), widths.end(), widths.size() - 1);
}

std::string in_columns(std::vector<std::string> items, std::size_t indent) {
  for (std::size_t i = 0; i + 1 < items.size(); ++i) items[i] += ',';
  std::vector<std::size_t> lengths;
  lengths.reserve(items.size());
  for (const std::string& item : items) lengths.push_back(item.size());
  const std::size_t columns = columns_for(lengths, page_width - indent);
  const std::vector<std::size_t> widths = column_widths(lengths, columns);
  std::string text;
  for (std::size_t i = 0; i < items.size(); ++i) {
    const bool last_of_line = i % columns == columns - 1 || i + 1 == items.size();
    if (i % columns == 0) text.append(indent, ' ');
    text += last_of_line ? items[i] : fmt::format("{:<{}} ", items[i], widths[i % columns]);
    if (last_of_line && i + 1 != items.size()) text += '\n';
  }
  return text;
}

}  // namespace

std::size_t columns_for(std::span<const std::size_t> lengths, std::size_t width) {
  std::size_t best = 1;
  std::size_t least_lines = lengths.size();
  for (std::size_t columns = 2; columns <= std::min(lengths.size(), page_width); ++columns) {
    if (line_width(column_widths(lengths, columns)) > width) continue;
    const std::size_t lines = (lengths.size() + columns - 1) / columns;
    if (lines >= least_lines) continue;
    least_lines = lines;
    best = columns;
  }
  return best;
}

std::string to_text(const std::string& declaration, const std::string& note,
                    const std::vector<std::string>& items, std::size_t indent) {
  const std::string margin(indent, ' ');
  const std::string line = fmt::format("{}}};", fmt::join(items, ", "));
  const std::string short_form = fmt::format("{}{} = {{{}", margin, declaration, line);
  if (short_form.size() <= page_width) return short_form + "\n";
  const bool one_line = indent + 4 + line.size() <= page_width;
  const std::string body = one_line ? margin + "    " + line : in_columns(items, indent + 4) + "};";
  return fmt::format("{}{} = {{  // {}\n{}\n", margin, declaration, note, body);
}

std::string to_text(const NumberTable& table, std::size_t indent) {
  std::vector<std::string> items;
  items.reserve(table.values.size());
  for (const std::int64_t value : table.values) items.push_back(std::to_string(value));
  return to_text(table.declaration, table.note, items, indent);
}

}  // namespace sengi::compile
