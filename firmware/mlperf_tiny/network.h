// SPDX-License-Identifier: Apache-2.0
// The network of the benchmark: bytes of the line in, one inference, its result.
#pragma once

#include <cstddef>
#include <cstdint>

namespace sengi::mlperf {

// Bytes that one input has on the line.
extern const std::size_t line_bytes;
extern const char* const model_version;

// What the line loads is written here, line_bytes of it.
std::uint8_t* line_buffer();

// One inference on what the line buffer holds.
void infer();

extern const std::size_t results_count;
// In thousandths, rounded.
std::int32_t result(std::size_t which);

}  // namespace sengi::mlperf
