// SPDX-License-Identifier: Apache-2.0
#include "project/config_reader.h"

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <toml++/toml.h>

#include <algorithm>
#include <optional>
#include <sstream>

#include "base/text.h"

namespace sengi::project {
namespace {

struct Fault {
  Place place;
  std::string message;
};

Place place_of(const toml::source_region& region) {
  return {region.begin.line, region.begin.column};
}

// A value as the file has it, short enough for one line.
std::string shown(const toml::node& node) {
  constexpr std::size_t most = 40;
  std::ostringstream text;
  node.visit([&](const auto& value) {
    if constexpr (toml::is_value<decltype(value)>) text << value;
  });
  std::string line = text.str();
  if (line.size() > most) line = line.substr(0, most) + "...";
  return line;
}

std::string found(const toml::node& node) {
  switch (node.type()) {
    case toml::node_type::string:
      return "the text " + shown(node);
    case toml::node_type::array:
      return "a list";
    case toml::node_type::table:
      return "a section";
    default:
      return shown(node);
  }
}

// What a key takes, in words.
std::string taken(const Text&) { return "text in quotes"; }
std::string taken(const Choice& c) { return alternatives(c.allowed); }
std::string taken(const Texts&) { return "a list of different texts, such as [\"yes\", \"no\"]"; }
std::string taken(const Whole& w) {
  return fmt::format("a whole number from {} to {}", w.least, w.most);
}
std::string taken(const Seed&) { return "a whole number from 0"; }
std::string taken(const Number& n) {
  return fmt::format("a number from {} to {}", n.least, n.most);
}
std::string taken(const Numbers&) { return "a list of numbers, such as [-4, -4, -4]"; }
std::string taken(const Flag&) { return "true or false"; }
std::string taken(const Elsewhere&) { return "left out"; }

// Each stores the value and returns true, or returns false where the key does not take it.
bool store(const Text& target, const toml::node& node) {
  const auto* text = node.as_string();
  // An embedded zero would cut the text short in every path and message it goes to.
  if (text == nullptr || text->get().find('\0') != std::string::npos) return false;
  *target.to = text->get();
  return true;
}

bool store(const Choice& target, const toml::node& node) {
  const auto* text = node.as_string();
  if (text == nullptr || std::ranges::count(target.allowed, text->get()) == 0) return false;
  *target.to = text->get();
  return true;
}

bool store(const Texts& target, const toml::node& node) {
  const auto* list = node.as_array();
  if (list == nullptr) return false;
  std::vector<std::string> texts;
  for (const toml::node& element : *list) {
    std::string text;
    if (!store(Text{&text}, element) || std::ranges::count(texts, text) > 0) return false;
    texts.push_back(std::move(text));
  }
  *target.to = std::move(texts);
  return true;
}

bool store(const Whole& target, const toml::node& node) {
  const auto* number = node.as_integer();
  if (number == nullptr || number->get() < target.least || number->get() > target.most) {
    return false;
  }
  *target.to = static_cast<std::int32_t>(number->get());
  return true;
}

bool store(const Seed& target, const toml::node& node) {
  const auto* number = node.as_integer();
  if (number == nullptr || number->get() < 0) return false;
  *target.to = static_cast<std::uint64_t>(number->get());
  return true;
}

bool store(const Number& target, const toml::node& node) {
  if (!node.is_number()) return false;
  const double number = *node.value<double>();
  if (!(number >= target.least && number <= target.most)) return false;  // also not a number
  *target.to = number;
  return true;
}

bool store(const Numbers& target, const toml::node& node) {
  const auto* list = node.as_array();
  if (list == nullptr) return false;
  std::vector<double> numbers;
  for (const toml::node& element : *list) {
    double number = 0;
    constexpr double most = 1e30;
    if (!store(Number{&number, -most, most}, element)) return false;
    numbers.push_back(number);
  }
  *target.to = std::move(numbers);
  return true;
}

bool store(const Flag& target, const toml::node& node) {
  const auto* flag = node.as_boolean();
  if (flag != nullptr) *target.to = flag->get();
  return flag != nullptr;
}

bool store(const Elsewhere&, const toml::node&) { return false; }

class Reader {
 public:
  explicit Reader(const std::vector<Key>& keys) : keys_(keys) {}

  void read_root(const toml::table& root) {
    for (const auto& [key, node] : root) {
      if (!is_section(key.str())) {
        complain(place_of(key.source()), unknown_at_root(std::string(key.str()), node));
      } else if (const toml::table* table = node.as_table()) {
        read_section(std::string(key.str()), *table);
      } else {
        complain(place_of(key.source()), fmt::format("{0} must be a section: write [{0}] on a line "
                                                     "of its own",
                                                     key.str()));
      }
    }
  }

  const std::vector<Fault>& faults() const { return faults_; }
  Places places() && { return std::move(places_); }

 private:
  void read_section(const std::string& section, const toml::table& table) {
    for (const auto& [key, node] : table) {
      const std::string name(key.str());
      std::string full = section;
      full.append(".").append(name);
      if (is_section(full) && node.is_table()) {
        read_section(full, *node.as_table());
      } else if (const Key* known = find(section, name)) {
        read_value(*known, node);
        places_[full] = place_of(node.source());
      } else {
        complain(place_of(key.source()), unknown_key(section, name));
      }
    }
  }

  void read_value(const Key& key, const toml::node& node) {
    const bool stored = std::visit([&](const auto& t) { return store(t, node); }, key.target);
    if (stored) return;
    if (const auto* elsewhere = std::get_if<Elsewhere>(&key.target)) {
      return complain(place_of(node.source()),
                      fmt::format("{} in [{}] is for projects of {}, and [project] kind makes this "
                                  "one of another kind",
                                  key.name, key.section, elsewhere->of));
    }
    const std::string takes = std::visit([](const auto& t) { return taken(t); }, key.target);
    complain(place_of(node.source()), fmt::format("{} in [{}] must be {}, not {}", key.name,
                                                  key.section, takes, found(node)));
  }

  const Key* find(std::string_view section, std::string_view name) const {
    const auto at = std::ranges::find_if(
        keys_, [&](const Key& key) { return key.section == section && key.name == name; });
    return at == keys_.end() ? nullptr : &*at;
  }

  const Key* find_anywhere(std::string_view name) const {
    const auto at = std::ranges::find_if(keys_, [&](const Key& key) { return key.name == name; });
    return at == keys_.end() ? nullptr : &*at;
  }

  bool is_section(std::string_view name) const {
    return std::ranges::any_of(keys_, [&](const Key& key) { return key.section == name; });
  }

  std::vector<std::string> names_in(std::string_view section) const {
    std::vector<std::string> names;
    for (const Key& key : keys_) {
      const bool here = !std::holds_alternative<Elsewhere>(key.target);
      if (here && key.section == section) names.emplace_back(key.name);
    }
    return names;
  }

  std::vector<std::string> root_sections() const {
    std::vector<std::string> names;
    for (const Key& key : keys_) {
      std::string name(key.section);
      const bool nested = name.find('.') != std::string::npos;
      if (!nested && std::ranges::count(names, name) == 0) names.push_back(std::move(name));
    }
    return names;
  }

  std::string unknown_key(std::string_view section, const std::string& name) const {
    std::string message = fmt::format("unknown key '{}' in [{}]", name, section);
    const std::vector<std::string> names = names_in(section);
    if (const auto near = nearest(name, names)) {
      return message + fmt::format("; did you mean '{}'?", *near);
    }
    if (const Key* elsewhere = find_anywhere(name)) {
      return message + fmt::format("; it belongs in [{}]", elsewhere->section);
    }
    return message + fmt::format("; the keys there are {}", fmt::join(names, ", "));
  }

  std::string unknown_at_root(const std::string& name, const toml::node& node) const {
    if (!node.is_table()) {
      const Key* known = find_anywhere(name);
      return known != nullptr ? fmt::format("'{}' stands outside its section; put it below [{}]",
                                            name, known->section)
                              : fmt::format("unknown key '{}' outside any section", name);
    }
    const std::vector<std::string> sections = root_sections();
    if (const auto near = nearest(name, sections)) {
      return fmt::format("unknown section [{}]; did you mean [{}]?", name, *near);
    }
    return fmt::format("unknown section [{}]; the sections are [{}]", name,
                       fmt::join(sections, "], ["));
  }

  void complain(Place place, std::string message) {
    faults_.push_back({place, std::move(message)});
  }

  const std::vector<Key>& keys_;
  std::vector<Fault> faults_;
  Places places_;
};

}  // namespace

Error fault_at(std::string_view file, Place place, std::string_view message) {
  std::string line = place.line == 0
                         ? fmt::format("{}: {}", file, message)
                         : fmt::format("{}:{}:{}: {}", file, place.line, place.column, message);
  // Keys and texts of the file may hold line ends, but a message is one line.
  for (char& c : line) {
    if (static_cast<unsigned char>(c) < 0x20) c = ' ';
  }
  return Error{std::move(line)};
}

std::string peek(std::string_view text, std::string_view section, std::string_view name,
                 std::string otherwise) {
  try {
    const toml::table root = toml::parse(text);
    return root[section][name].value_or(std::move(otherwise));
  } catch (const toml::parse_error&) {
    return otherwise;
  }
}

Result<Places> read_config(std::string_view text, std::string_view file,
                           const std::vector<Key>& keys) {
  try {
    const toml::table root = toml::parse(text);
    Reader reader(keys);
    reader.read_root(root);
    const std::vector<Fault>& faults = reader.faults();
    if (faults.empty()) return std::move(reader).places();
    const auto first = std::ranges::min_element(faults, {}, &Fault::place);
    std::string message = first->message;
    if (faults.size() > 1)
      message += fmt::format(" (and {})", counted(faults.size() - 1, "more fault"));
    return fault_at(file, first->place, message);
  } catch (const toml::parse_error& error) {
    return fault_at(file, place_of(error.source()), error.description());
  }
}

}  // namespace sengi::project
