// SPDX-License-Identifier: Apache-2.0
// For recipes (speech.toml, calls.toml): tables whose keys are taken one by one, with file and line
// of whatever is wrong.
#pragma once

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <toml++/toml.h>

#include <algorithm>
#include <limits>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "base/result.h"
#include "base/text.h"
#include "data/made_speech_recipe.h"

namespace sengi::data {

inline std::size_t line_of(const toml::node& node) { return node.source().begin.line; }

// The first fault found in a file; later ones are often its consequences.
class Faults {
 public:
  explicit Faults(std::string file) : file_(std::move(file)) {}
  void add(std::size_t line, const std::string& message) {
    if (!first_) first_ = Error{fmt::format("{}:{}: {}", file_, line, message)};
  }
  const std::optional<Error>& first() const { return first_; }

 private:
  std::string file_;
  std::optional<Error> first_;
};

// A table from which keys are taken one by one; what is left when it goes is not a key.
class Section {
 public:
  Section(const toml::table& table, std::string name, Faults& faults)
      : table_(table), name_(std::move(name)), faults_(faults) {}
  Section(const Section&) = delete;
  Section& operator=(const Section&) = delete;

  ~Section() {
    for (const auto& [key, node] : table_) {
      const std::string name(key.str());
      if (std::ranges::count(taken_, name) > 0) continue;
      const auto near = nearest(name, taken_);
      fault(node,
            near ? fmt::format("unknown key '{}'; did you mean '{}'?", name, *near)
                 : fmt::format("unknown key '{}'; the keys are {}", name, fmt::join(taken_, ", ")));
    }
  }

  std::size_t line() const { return line_of(table_); }
  const toml::node* take(const std::string& key) {
    taken_.push_back(key);
    return table_.get(key);
  }

  void text(const std::string& key, std::string& to) {
    const toml::node* node = take(key);
    if (node == nullptr) return;
    if (const auto* value = node->as_string()) {
      to = value->get();
    } else {
      fault(*node, fmt::format("'{}' must be text in quotes", key));
    }
  }

  void required_text(const std::string& key, std::string& to) {
    text(key, to);
    if (to.empty()) faults_.add(line(), fmt::format("{} needs a '{}'", name_, key));
  }

  void texts(const std::string& key, std::vector<std::string>& to) {
    if (const toml::node* node = take(key)) to = texts_of(key, *node);
  }

  void flag(const std::string& key, bool& to) {
    const toml::node* node = take(key);
    if (node == nullptr) return;
    if (const auto* value = node->as_boolean()) {
      to = value->get();
    } else {
      fault(*node, fmt::format("'{}' must be true or false", key));
    }
  }

  void whole(const std::string& key, std::int32_t& to, std::int32_t least, std::int32_t most) {
    const toml::node* node = take(key);
    if (node == nullptr) return;
    const auto value = node->value_exact<std::int64_t>();
    if (value && *value >= least && *value <= most) {
      to = static_cast<std::int32_t>(*value);
    } else {
      fault(*node, fmt::format("'{}' must be a whole number from {} to {}", key, least, most));
    }
  }

  void number(const std::string& key, double& to, double least, double most) {
    const toml::node* node = take(key);
    if (node == nullptr) return;
    const std::optional<double> value = node->is_number() ? node->value<double>() : std::nullopt;
    if (value && *value >= least && *value <= most) {
      to = *value;
    } else {
      fault(*node, fmt::format("'{}' must be a number from {} to {}", key, least, most));
    }
  }

  void range(const std::string& key, Range& to, double least, double most) {
    const toml::node* node = take(key);
    if (node == nullptr) return;
    const toml::array* list = node->as_array();
    const auto at = [&](std::size_t i) {
      const bool is_number = list != nullptr && list->size() == 2 && list->get(i)->is_number();
      return is_number ? *list->get(i)->value<double>() : std::numeric_limits<double>::quiet_NaN();
    };
    const Range range{at(0), at(1)};
    if (range.low >= least && range.low <= range.high && range.high <= most) {
      to = range;
    } else {
      fault(*node, fmt::format("'{}' must be two numbers, the lower first, from {} to {}", key,
                               least, most));
    }
  }

  // A table of text lists; a lone text is a list of one.
  void phrases(const std::string& key, Phrases& to) {
    const toml::node* node = take(key);
    if (node == nullptr) return;
    if (const toml::table* table = table_in(key, *node)) to = phrases_of(*table);
  }

  void named_texts(const std::string& key, std::map<std::string, std::string>& to) {
    const toml::node* node = take(key);
    const toml::table* table = node == nullptr ? nullptr : table_in(key, *node);
    if (table == nullptr) return;
    for (const auto& [name, value] : *table) {
      if (const auto* text = value.as_string()) {
        to[std::string(name.str())] = text->get();
      } else {
        fault(value, fmt::format("'{}' must be text in quotes", name.str()));
      }
    }
  }

  Phrases phrases_of(const toml::table& table) {
    Phrases phrases;
    for (const auto& [name, value] : table) {
      const std::string language(name.str());
      phrases[language] = texts_of(language, value);
    }
    return phrases;
  }

  const toml::table* table_in(const std::string& key, const toml::node& node) {
    if (!node.is_table()) fault(node, fmt::format("'{}' must be a table", key));
    return node.as_table();
  }

  void fault(const toml::node& node, const std::string& message) {
    faults_.add(line_of(node), fmt::format("{} in {}", message, name_));
  }

 private:
  std::vector<std::string> texts_of(const std::string& key, const toml::node& node) {
    std::vector<std::string> texts;
    if (const auto* text = node.as_string()) texts.push_back(text->get());
    if (const toml::array* list = node.as_array()) {
      for (const toml::node& element : *list) {
        if (const auto* text = element.as_string()) texts.push_back(text->get());
      }
      if (texts.size() != list->size()) texts.clear();
    }
    const bool blank = std::ranges::any_of(texts, [](const auto& text) { return text.empty(); });
    if (texts.empty() || blank) {
      fault(node, fmt::format("'{}' must be text in quotes or a list of texts", key));
    }
    return texts;
  }

  const toml::table& table_;
  std::string name_;
  Faults& faults_;
  std::vector<std::string> taken_;
};

}  // namespace sengi::data
