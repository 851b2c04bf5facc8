// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <algorithm>

#include "data/annotation_parts.h"

namespace sengi::data {
namespace {

// Reads `key = value` and the like line by line; a text stands in double quotes, in which two of
// them are one, and may go over lines.
class TextGridReader {
 public:
  TextGridReader(std::string_view text, std::string_view file) : text_(text), file_(file) {}

  // The next line of such a form; false at the end. Errors: a quote that is not closed.
  Result<bool> next() {
    while (at_ < text_.size()) {
      line_ = count_;
      const std::size_t end = std::min(text_.find('\n', at_), text_.size());
      const std::string_view whole = text_.substr(at_, end - at_);
      const std::size_t equals = whole.find('=');
      if (equals == std::string_view::npos) {
        at_ = end + 1;
        ++count_;
        continue;
      }
      key_ = trimmed(whole.substr(0, equals));
      at_ += equals + 1;
      SENGI_TRY(value, read_value(end));
      value_ = std::move(value);
      return true;
    }
    return false;
  }

  std::string_view key() const { return key_; }
  const std::string& value() const { return value_; }
  std::size_t line() const { return line_; }
  Error fault(std::string_view what) const {
    return Error{fmt::format("{}:{}: {}", file_, line_, what)};
  }

 private:
  Result<std::string> read_value(std::size_t line_end) {
    while (at_ < line_end && (text_[at_] == ' ' || text_[at_] == '\t')) ++at_;
    if (at_ >= text_.size() || text_[at_] != '"') {
      std::string value(trimmed(text_.substr(at_, line_end - at_)));
      at_ = line_end + 1;
      ++count_;
      return value;
    }
    std::string value;
    for (++at_; at_ < text_.size(); ++at_) {
      if (text_[at_] == '"') {
        if (at_ + 1 >= text_.size() || text_[at_ + 1] != '"') break;
        ++at_;
      }
      if (text_[at_] == '\n') ++count_;
      value += text_[at_];
    }
    if (at_ >= text_.size()) return fault("a text in quotes that does not end");
    at_ = std::min(text_.find('\n', at_), text_.size()) + 1;
    ++count_;
    return value;
  }

  std::string_view text_;
  std::string_view file_;
  std::size_t at_ = 0;
  std::size_t count_ = 1;  // of the line that is read next
  std::size_t line_ = 0;
  std::string_view key_;
  std::string value_;
};

Result<double> time_in(const TextGridReader& reader) {
  const auto time = number_in(reader.value());
  if (!time || *time < 0) {
    return reader.fault(fmt::format("'{}' is no time in seconds", reader.value()));
  }
  return *time;
}

}  // namespace

Result<AnnotationTable> parse_textgrid(std::string_view text, std::string_view file,
                                       std::string_view tier) {
  if (text.substr(0, 2) == "\xFF\xFE" || text.substr(0, 2) == "\xFE\xFF") {
    return Error{
        fmt::format("{}: is in UTF-16; in Praat choose UTF-8 under Preferences, Text writing, and "
                    "save it again",
                    file)};
  }
  if (text.substr(0, 400).find("ooTextFile") == std::string_view::npos ||
      text.substr(0, 400).find("TextGrid") == std::string_view::npos) {
    return Error{
        fmt::format("{}: no TextGrid, which begins with File type = \"ooTextFile\"", file)};
  }
  AnnotationTable table{{"tier"}, {}};
  TextGridReader reader(text, file);
  std::string in_tier;
  double start = 0, end = 0;
  bool timed = false;  // a time came, and no text since
  bool long_form = false;
  bool tier_found = tier.empty();
  while (true) {
    SENGI_TRY(more, reader.next());
    if (!more) break;
    const std::string_view key = reader.key();
    if (key == "name") {
      in_tier = reader.value();
      long_form = true;
      tier_found |= in_tier == tier;
    } else if (key == "xmin" || key == "number" || key == "time") {
      SENGI_TRY(time, time_in(reader));
      start = end = time;
      timed = true;
    } else if (key == "xmax") {
      SENGI_TRY(time, time_in(reader));
      end = time;
    } else if (key == "text" || key == "mark") {
      if (!timed || end < start) return reader.fault("a text without a stretch of time before it");
      const std::string_view label = trimmed(reader.value());
      if (!label.empty() && (tier.empty() || in_tier == tier)) {
        table.rows.push_back({.line = reader.line(),
                              .recording = {},
                              .start_s = start,
                              .end_s = end,
                              .low_hz = {},
                              .high_hz = {},
                              .label = std::string(label),
                              .others = {in_tier}});
      }
      timed = false;
    }
  }
  if (!long_form) {
    return Error{
        fmt::format("{}: no tier in it, or in Praat's short form; save it as a text file, "
                    "not a short one",
                    file)};
  }
  if (!tier_found) return Error{fmt::format("{}: no tier '{}'", file, tier)};
  return table;
}

}  // namespace sengi::data
