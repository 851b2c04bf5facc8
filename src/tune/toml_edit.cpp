// SPDX-License-Identifier: Apache-2.0
#include "tune/toml_edit.h"

#include <fmt/format.h>

#include <optional>
#include <vector>

namespace sengi::tune {
namespace {

constexpr std::string_view blanks = " \t";

std::string_view trimmed(std::string_view text) {
  const std::size_t first = text.find_first_not_of(" \t\r");
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(" \t\r") - first + 1);
}

// A key as it may be written: "x", 'x' or x, with blanks around the dots.
std::string plain_key(std::string_view written) {
  std::string key;
  for (const char c : written) {
    if (c != ' ' && c != '\t' && c != '"' && c != '\'') key += c;
  }
  return key;
}

// Goes through values, which may be of many lines, and says where they end.
class ValueScanner {
 public:
  // Reads on in one line; returns where a comment begins in it, or its length.
  std::size_t read(std::string_view line) {
    std::size_t i = 0;
    while (i < line.size()) {
      if (!quote_.empty()) {
        i = read_string(line, i);
      } else if (line[i] == '#') {
        return i;
      } else if (line[i] == '"' || line[i] == '\'') {
        const std::string three(3, line[i]);
        quote_ = line.substr(i, 3) == three ? three : std::string(1, line[i]);
        i += quote_.size();
      } else {
        depth_ += line[i] == '[' || line[i] == '{' ? 1 : 0;
        depth_ -= line[i] == ']' || line[i] == '}' ? 1 : 0;
        ++i;
      }
    }
    if (quote_.size() == 1) quote_.clear();  // not TOML; the parser says so
    return i;
  }

  bool open() const { return depth_ > 0 || !quote_.empty(); }

 private:
  std::size_t read_string(std::string_view line, std::size_t i) {
    if (line.substr(i).starts_with(quote_)) {
      const std::size_t behind = i + quote_.size();
      quote_.clear();
      return behind;
    }
    return i + (line[i] == '\\' && quote_[0] == '"' ? 2 : 1);
  }

  int depth_ = 0;
  std::string quote_;  // that ends the string; empty outside
};

std::vector<std::string> lines_of(std::string_view text) {
  std::vector<std::string> lines;
  while (!text.empty()) {
    const std::size_t end = text.find('\n');
    lines.emplace_back(text.substr(0, end));
    if (end == std::string_view::npos) break;
    text.remove_prefix(end + 1);
  }
  return lines;
}

class Editor {
 public:
  explicit Editor(std::string_view text)
      : lines_(lines_of(text)), ends_(text.empty() || text.ends_with('\n')) {
    for (const std::string& line : lines_) carriage_ = carriage_ || line.ends_with('\r');
  }

  Result<void> set(const std::string& key, const std::string& value) {
    const std::size_t dot = key.rfind('.');
    const std::string section = key.substr(0, dot);
    const std::string name = key.substr(dot + 1);
    std::string at;                   // the section that a line is in
    std::optional<std::size_t> last;  // line of the section's last key, or its header
    for (std::size_t i = 0; i < lines_.size(); ++i) {
      const std::string_view line = trimmed(lines_[i]);
      if (line.starts_with('[')) {
        at = plain_key(line.substr(1, line.find(']') - 1));
        if (at == section) last = i;
        continue;
      }
      const std::size_t equals = line.find('=');
      if (line.empty() || line[0] == '#' || equals == std::string_view::npos) continue;
      const std::string whole = (at.empty() ? "" : at + ".") + plain_key(line.substr(0, equals));
      const std::size_t begin = i;
      ValueScanner scanner;
      const std::size_t value_at = lines_[i].find('=') + 1;
      const std::size_t comment = value_at + scanner.read(body(i).substr(value_at));
      while (scanner.open() && i + 1 < lines_.size()) scanner.read(body(++i));
      if (at == section) last = i;
      if (whole != key && !key.starts_with(whole + ".")) continue;
      if (whole != key || at != section || begin != i) return cannot(key, begin);
      replace(i, value_at, comment, value);
      return {};
    }
    add(section, name + " = " + value, last);
    return {};
  }

  std::string text() const {
    std::string text;
    for (std::size_t i = 0; i < lines_.size(); ++i) {
      text += lines_[i];
      if (i + 1 < lines_.size() || ends_) text += '\n';
    }
    return text;
  }

 private:
  // A line without the carriage return at its end.
  std::string_view body(std::size_t i) const {
    std::string_view line = lines_[i];
    if (line.ends_with('\r')) line.remove_suffix(1);
    return line;
  }

  // Comments that stood in a column stay there where the new value leaves room.
  void replace(std::size_t i, std::size_t begin, std::size_t end, const std::string& value) {
    const std::string_view line = body(i);
    const std::string_view old = line.substr(begin, end - begin);
    const std::size_t first = std::min(old.find_first_not_of(blanks), old.size());
    const std::size_t last = old.find_last_not_of(blanks);
    const std::string before(first == 0 ? std::string_view(" ") : old.substr(0, first));
    std::string after;
    if (end < line.size()) {
      const std::size_t wide = old.size();
      const std::size_t used = before.size() + value.size();
      after = std::string(used < wide ? wide - used : 1, ' ');
    } else if (last != std::string_view::npos) {
      after = std::string(old.substr(last + 1));
    }
    lines_[i].replace(begin, end - begin, before + value + after);
  }

  void add(const std::string& section, const std::string& line, std::optional<std::size_t> last) {
    const std::string end = carriage_ ? "\r" : "";
    ends_ = true;
    if (last) {
      lines_.insert(lines_.begin() + static_cast<std::ptrdiff_t>(*last) + 1, line + end);
      return;
    }
    if (!lines_.empty() && !trimmed(lines_.back()).empty()) lines_.push_back(end);
    lines_.push_back("[" + section + "]" + end);
    lines_.push_back(line + end);
  }

  static Error cannot(const std::string& key, std::size_t line) {
    return Error{fmt::format(
        "line {}: {} is set here in a form that sengi does not edit; write it as a key of one line "
        "below [{}]",
        line + 1, key, key.substr(0, key.rfind('.')))};
  }

  std::vector<std::string> lines_;
  bool ends_;  // with a line's end
  bool carriage_ = false;
};

}  // namespace

Result<std::string> with_values(std::string_view text, const Values& values) {
  Editor editor(text);
  for (const auto& [key, value] : values) SENGI_CHECK(editor.set(key, value));
  return editor.text();
}

}  // namespace sengi::tune
