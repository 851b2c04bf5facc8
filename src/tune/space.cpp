// SPDX-License-Identifier: Apache-2.0
#include "tune/space.h"

#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "tune/tables.h"

namespace sengi::tune {
namespace {

std::string pick(const std::vector<std::string>& values, Dice& dice) {
  return values[dice.below(values.size())];
}

// Another value than `now`: two times of three a neighbour in the list.
std::string other(const std::vector<std::string>& values, const std::string& now, Dice& dice) {
  const auto found = std::ranges::find(values, now);
  if (found == values.end()) return pick(values, dice);
  if (values.size() == 1) return now;
  const auto at = static_cast<std::size_t>(found - values.begin());
  if (dice.below(3) == 0) {
    const std::size_t step = 1 + dice.below(values.size() - 1);
    return values[(at + step) % values.size()];
  }
  if (at == 0) return values[1];
  if (at + 1 == values.size()) return values[at - 1];
  return values[dice.below(2) == 0 ? at - 1 : at + 1];
}

// "window 25 ms" of window_ms and 25.
std::string with_unit(std::string name, const std::string& value) {
  constexpr std::pair<std::string_view, std::string_view> units[] = {
      {"_ms", " ms"}, {"_percent", " %"}, {"_probability", ""}};
  std::string unit;
  for (const auto& [ending, words] : units) {
    if (!name.ends_with(ending)) continue;
    name.resize(name.size() - ending.size());
    unit = words;
    break;
  }
  std::ranges::replace(name, '_', ' ');
  return fmt::format("{} {}{}", name, value, unit);
}

struct Table {
  std::string_view kind;
  std::vector<Dimension> (*rows)(const project::Project&);
};
constexpr Table tables[] = {{"keyword", keyword_table},
                            {"motion", motion_table},
                            {"sequence", sequence_table},
                            {"image", image_table},
                            {"anomaly", anomaly_table}};

}  // namespace

Dice::Dice(std::uint64_t seed, std::uint64_t stream) {
  std::seed_seq words{static_cast<std::uint32_t>(seed), static_cast<std::uint32_t>(seed >> 32),
                      static_cast<std::uint32_t>(stream), static_cast<std::uint32_t>(stream >> 32)};
  engine_.seed(words);
}

bool Space::counts(const Dimension& dimension, const Values& candidate) const {
  if (dimension.when_key.empty()) return true;
  const auto found = candidate.find(dimension.when_key);
  return found != candidate.end() &&
         std::ranges::find(dimension.when, found->second) != dimension.when.end();
}

Values Space::own() const {
  Values values;
  for (const Dimension& dimension : dimensions_) {
    if (counts(dimension, values)) values[dimension.key] = dimension.own;
  }
  return values;
}

Values Space::random(Dice& dice) const {
  Values values;
  for (const Dimension& dimension : dimensions_) {
    if (counts(dimension, values)) values[dimension.key] = pick(dimension.values, dice);
  }
  return values;
}

Values Space::mutated(const Values& parent, Dice& dice) const {
  Values values = parent;
  const std::size_t changes = 1 + dice.below(2);
  for (std::size_t i = 0; i < changes; ++i) {
    std::vector<const Dimension*> active;
    for (const Dimension& dimension : dimensions_) {
      if (counts(dimension, values)) active.push_back(&dimension);
    }
    const Dimension& chosen = *active[dice.below(active.size())];
    values[chosen.key] = other(chosen.values, values[chosen.key], dice);
    values = repaired(std::move(values), dice);
  }
  return values;
}

// A value that its row does not list is kept where it is the project's own and so is what the row
// depends on.
Values Space::repaired(Values candidate, Dice& dice) const {
  const Values mine = own();
  Values values;
  for (const Dimension& dimension : dimensions_) {
    if (!counts(dimension, values)) continue;
    const auto found = candidate.find(dimension.key);
    const bool listed =
        found != candidate.end() &&
        std::ranges::find(dimension.values, found->second) != dimension.values.end();
    const bool as_before =
        found != candidate.end() && found->second == dimension.own && counts(dimension, mine);
    values[dimension.key] = listed || as_before ? found->second : pick(dimension.values, dice);
  }
  return values;
}

Values Space::changes(const Values& candidate) const {
  Values changed;
  for (const Dimension& dimension : dimensions_) {
    if (!counts(dimension, candidate)) continue;
    const std::string& value = candidate.at(dimension.key);
    // Defaults may follow from the key that a row depends on, so where that changed all is said.
    if (value != dimension.own || changed.contains(dimension.when_key)) {
      changed[dimension.key] = value;
    }
  }
  return changed;
}

double Space::size() const {
  // Rows that depend on a key are counted for each of its values apart.
  double all = 1;
  for (const Dimension& dimension : dimensions_) {
    if (!dimension.when_key.empty()) continue;
    double sum = 0;
    for (const std::string& value : dimension.values) {
      double product = 1;
      for (const Dimension& other : dimensions_) {
        const bool depends = other.when_key == dimension.key &&
                             std::ranges::find(other.when, value) != other.when.end();
        if (depends) product *= static_cast<double>(other.values.size());
      }
      sum += product;
    }
    all *= sum;
  }
  return all;
}

Result<Space> space_of(const project::Project& project) {
  std::string kinds;
  for (const Table& table : tables) {
    if (table.kind == project.kind) return Space(table.rows(project));
    kinds += fmt::format("{}{}", kinds.empty() ? "" : ", ", table.kind);
  }
  return Error{
      fmt::format("sengi tune has no table of what to search for projects of kind '{}'; "
                  "there is one for: {}",
                  project.kind, kinds)};
}

std::string words_of(const Space& space, const Values& candidate) {
  const Values changed = space.changes(candidate);
  if (changed.empty()) return "the project as it is";
  std::string words;
  std::set<std::string> said;
  for (const Dimension& dimension : space.dimensions()) {
    const auto found = changed.find(dimension.key);
    if (found == changed.end() || !said.insert(dimension.key).second) continue;
    std::string value = found->second;
    const bool named = value.starts_with('"');
    std::erase(value, '"');
    if (!words.empty()) words += ", ";
    words += named ? value : with_unit(dimension.key.substr(dimension.key.rfind('.') + 1), value);
  }
  return words;
}

}  // namespace sengi::tune
