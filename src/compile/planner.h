// SPDX-License-Identifier: Apache-2.0
// Places buffers of known size and life in one arena so that no two live ones get in each other's
// way, in as few bytes as it can find.
//
//   Problem problem;
//   problem.buffers = {{.bytes = 490, .first = -1, .last = 0},   // the input, read by layer 0
//                      {.bytes = 8000, .first = 0, .last = 1}};  // written by layer 0
//   problem.overlaps = {{.output = 1, .input = 0, .lead = 7600}};
//   Layout layout = plan_memory(problem);  // offsets in the order of the buffers
//
// An output may grow over an input that dies while it is written: a layer walks both in memory
// order, so if the output begins `lead` bytes or more below the input, each byte is written only
// after it was read for the last time.
//
//      arena   0            lead                                size
//      input                |rrrrrrrrrr|======== to read =======|
//      output  |==== written =======|.... to write ....|
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

namespace sengi::compile {

struct Buffer {
  std::size_t bytes;
  std::int32_t first;  // layer that writes it; -1: there before the first
  std::int32_t last;   // last layer that reads it; not below first
};

// Allows `output` to share bytes with `input` when offset(output) + lead <= offset(input). Only for
// a layer that is the last of `input` and the first of `output`. A lead may be negative.
struct Overlap {
  std::size_t output;  // index of a buffer
  std::size_t input;
  std::ptrdiff_t lead;
};

struct Problem {
  std::vector<Buffer> buffers;
  std::vector<Overlap> overlaps;
  std::size_t alignment = 4;  // of every offset, a power of two
};

struct Layout {
  std::vector<std::size_t> offsets;
  std::size_t bytes = 0;     // of the arena
  bool is_smallest = false;  // proven: no layout needs less
};

// Exact where the search ends within its budget (graphs up to a dozen buffers, and any whose best
// layout meets the lower bound), good elsewhere. Deterministic. Cost: bounded; 200 buffers take
// less than a second.
Layout plan_memory(const Problem& problem);

// Whether a layout keeps every two buffers that live at once apart, or overlapped as allowed.
bool is_valid(const Problem& problem, const Layout& layout);

// No layout can be smaller: what lives at once and may not overlap.
std::size_t least_bytes(const Problem& problem);

}  // namespace sengi::compile
