// SPDX-License-Identifier: Apache-2.0
// Reads a TOML text into plain values by a table of keys: what each key takes and where its value
// goes. Whatever is not in the table, or not of its type or range, is a fault with its place.
#pragma once

#include <compare>
#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "base/result.h"

namespace sengi::project {

// What a key takes. The value that `to` holds before reading is the default.
struct Text {
  std::string* to;
};
struct Choice {
  std::string* to;
  std::vector<std::string> allowed;
};
struct Texts {
  std::vector<std::string>* to;
};
struct Whole {
  std::int32_t* to;
  std::int32_t least, most;
};
struct Seed {  // any whole number from 0
  std::uint64_t* to;
};
struct Number {
  double* to;
  double least, most;
};
struct Numbers {
  std::vector<double>* to;
};
struct Flag {
  bool* to;
};
struct Elsewhere {  // a key that is right in files of another kind, such as "sounds"
  std::string_view of;
};

struct Key {
  std::string_view section;  // "train.augment"
  std::string_view name;
  std::variant<Text, Choice, Texts, Whole, Seed, Number, Numbers, Flag, Elsewhere> target;
};

struct Place {
  std::uint32_t line = 0;  // from 1; 0 where the file does not say
  std::uint32_t column = 0;
  auto operator<=>(const Place&) const = default;
};

// Where the file sets each key, by "section.name"; keys it does not set are missing here.
using Places = std::map<std::string, Place, std::less<>>;

// "FILE:LINE:COLUMN: MESSAGE"
Error fault_at(std::string_view file, Place place, std::string_view message);

// The text that a key is set to, for deciding which keys a file may have; `otherwise` where it is
// not there, or the file is none.
std::string peek(std::string_view text, std::string_view section, std::string_view name,
                 std::string otherwise);

// Errors: not TOML; an unknown section or key (with the nearest known one); a value of the wrong
// type or out of range (with what is taken). Of several faults the first in the file is told, with
// the count of the others.
Result<Places> read_config(std::string_view text, std::string_view file,
                           const std::vector<Key>& keys);

}  // namespace sengi::project
