// SPDX-License-Identifier: Apache-2.0
// Which of MLPerf Tiny's benchmarks a network is for, by the shape of its ends, and what its input
// is on the line and its result (the reference submissions of MLPerf Tiny 1.4).
#pragma once

#include <cstddef>

namespace sengi::mlperf {

enum class Input {
  as_it_is,       // the network's own bytes
  unsigned_byte,  // 0 to 255, for a network of -128 to 127
  real,           // float32, to be quantised
};

enum class Output {
  scores,  // every output, as a real number
  error,   // the mean of the squares of what the output is off the input
};

struct Benchmark {
  const char* model;
  Input input;
  Output output;
};

constexpr Benchmark benchmark_of(std::size_t input_bytes, std::size_t output_bytes) {
  if (input_bytes == 49 * 10 && output_bytes == 12) {
    return {"kws01", Input::as_it_is, Output::scores};
  }
  if (input_bytes == 96 * 96 * 3 && output_bytes == 2) {
    return {"vww01", Input::unsigned_byte, Output::scores};
  }
  if (input_bytes == 32 * 32 * 3 && output_bytes == 10) {
    return {"ic01", Input::unsigned_byte, Output::scores};
  }
  if (input_bytes == 5 * 128 && output_bytes == 5 * 128) {
    return {"ad01", Input::real, Output::error};
  }
  if (input_bytes == 30 * 40 && output_bytes == 3) {
    return {"strww01", Input::as_it_is, Output::scores};
  }
  return {"none", Input::as_it_is, Output::scores};
}

}  // namespace sengi::mlperf
