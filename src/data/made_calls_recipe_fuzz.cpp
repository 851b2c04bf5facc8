// SPDX-License-Identifier: Apache-2.0
// Any text as a recipe for calls.
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "data/made_calls_recipe.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  static_cast<void>(sengi::data::parse_call_recipe(text, "calls.toml"));
  return 0;
}
