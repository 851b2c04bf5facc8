// SPDX-License-Identifier: Apache-2.0
// A network written by hand in the form that sengi writes, for tests that need no compiler of ours:
// out[i] = 3 * in[i] + 1 in two layers.
#pragma once

#include <filesystem>
#include <string>

#include "base/files.h"

namespace sengi::emulate::test {

inline constexpr const char* network_header = R"(#pragma once
#include <cstddef>
#include <cstdint>

namespace tiny {

inline constexpr std::size_t arena_bytes = 32;
inline constexpr std::size_t input_bytes = 8;
inline constexpr std::size_t input_count = 1;
inline constexpr std::size_t input_offsets[] = {0};
inline constexpr std::size_t input_sizes[] = {8};
inline constexpr std::size_t output_bytes = 8;
inline constexpr std::size_t output_count = 1;
inline constexpr std::size_t output_offsets[] = {16};
inline constexpr std::size_t output_sizes[] = {8};

struct Arena {
  alignas(16) std::int8_t bytes[arena_bytes];
};
inline std::int8_t* input(Arena& arena, std::size_t which = 0) {
  return arena.bytes + input_offsets[which];
}
inline const std::int8_t* output(const Arena& arena, std::size_t which = 0) {
  return arena.bytes + output_offsets[which];
}
inline void reset(Arena&) {}
void run(Arena& arena);

}  // namespace tiny
)";

inline constexpr const char* network_source = R"(#include "model.h"

namespace tiny {
namespace {

constexpr std::int32_t factor[8] = {3, 3, 3, 3, 3, 3, 3, 3};

[[gnu::noipa]] void scale(const std::int8_t* input, std::int8_t* output) {
  for (int i = 0; i < 8; ++i) output[i] = static_cast<std::int8_t>(input[i] * factor[i]);
}

[[gnu::noipa]] void shift(std::int8_t* values) {
  for (int i = 0; i < 8; ++i) values[i] = static_cast<std::int8_t>(values[i] + 1);
}

}  // namespace

void run(Arena& arena) {
  scale(arena.bytes, arena.bytes + 16);
  shift(arena.bytes + 16);
}

}  // namespace tiny
)";

// Writes model.h and model.cpp into `folder`.
inline Result<void> write_network(const std::filesystem::path& folder,
                                  const std::string& source = network_source) {
  SENGI_CHECK(write_text(folder / "model.h", network_header));
  return write_text(folder / "model.cpp", source);
}

}  // namespace sengi::emulate::test
