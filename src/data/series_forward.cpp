// SPDX-License-Identifier: Apache-2.0
#include "data/series_forward.h"

#include <fmt/format.h>

#include <optional>

#include "data/series_parts.h"

namespace sengi::data {
namespace {

// Hands out a text by its lines, from the first on.
class Lines {
 public:
  explicit Lines(std::string_view text) : text_(text) {}

  // From where the last call ended to before this line, counted from 1.
  std::string_view before(std::size_t line) {
    const std::size_t start = at_;
    for (; line_ < line && at_ < text_.size(); ++line_) {
      const std::size_t end = text_.find('\n', at_);
      at_ = end == std::string_view::npos ? text_.size() : end + 1;
    }
    return text_.substr(start, at_ - start);
  }
  std::string_view rest() const { return text_.substr(at_); }

 private:
  std::string_view text_;
  std::size_t at_ = 0;
  std::size_t line_ = 1;
};

}  // namespace

Result<ForwardSeries> forward_in_time(std::string_view text, std::string_view file) {
  SENGI_TRY(rows, NamedRows::open(text, file));
  SENGI_TRY(time, time_column(rows, {}));
  if (!time) return Error{fmt::format("{}: no column of time", file)};
  Clock clock(rows.names()[*time]);
  Lines lines(text);
  ForwardSeries forward;
  bool keep = true;  // what is before this row, at first the names of the columns
  std::optional<double> latest_s;
  while (true) {
    SENGI_TRY(more, rows.next());
    const std::string_view row = more ? lines.before(rows.line()) : lines.rest();
    if (keep) forward.text += row;
    if (!more) return forward;
    const auto now_s = clock.since_first(rows.cell(*time));
    if (!now_s) return rows.fault(fmt::format("'{}' is no time", rows.cell(*time)));
    keep = !latest_s || *now_s > *latest_s;
    if (keep) {
      latest_s = now_s;
    } else if (forward.left_out++ == 0) {
      forward.first_line = rows.line();
    }
  }
}

}  // namespace sengi::data
