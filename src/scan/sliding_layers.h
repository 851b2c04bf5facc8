// SPDX-License-Identifier: Apache-2.0
// The layers of a sliding network: which rows of theirs are clean, and how a row is computed.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <variant>
#include <vector>

#include "model/graph.h"
#include "model/integer_parameters.h"
#include "scan/row_kernels.h"

namespace sengi::scan {

// Of a tensor [1, height, width, channels], by rows.
struct Rows {
  std::int32_t height = 0;
  std::int32_t width = 0;
  std::int32_t channels = 0;
  std::int32_t stride = 1;       // columns of the input from one row to the next
  std::int32_t clean_begin = 0;  // rows that saw no padding along time
  std::int32_t clean_end = 0;

  std::size_t row_bytes() const {
    return static_cast<std::size_t>(width) * static_cast<std::size_t>(channels);
  }
  bool operator==(const Rows&) const = default;
};

struct WindowShape {
  std::int32_t filter_h, filter_w, stride_h, stride_w, dilation_h, dilation_w, top, left;
};
struct SlidingConv {
  WindowShape window;
  std::int32_t input_zero_point;
  Products products;
  Requantizer by;
};
struct SlidingDepthwise {
  WindowShape window;
  std::int32_t input_zero_point;
  std::vector<std::int16_t> weights;  // [taps][padded channels]
  Requantizer by;
};
struct SlidingAdd {
  model::AddParameters parameters;
  std::int32_t first_zero_point, second_zero_point;
  Requantizer by;
};
struct SlidingCopy {};  // a reshape that keeps rows

struct SlidingLayer {
  model::TensorIndex input = 0;
  model::TensorIndex second = model::absent;  // of SlidingAdd
  model::TensorIndex output = 0;
  Rows in;
  Rows out;
  std::variant<SlidingConv, SlidingDepthwise, SlidingAdd, SlidingCopy> kind;
};

// The operator as a layer that slides, given the rows of the tensors before it (by tensor); none
// where it cannot.
std::optional<SlidingLayer> sliding_layer(const model::Graph& graph, const model::Operator& op,
                                          const std::vector<std::optional<Rows>>& rows);

// Computes rows [begin, end) of the layer's output. `scratch` is for it to work in.
void compute_rows(const SlidingLayer& layer, std::int32_t begin, std::int32_t end,
                  const std::int8_t* input, const std::int8_t* second, std::int8_t* output,
                  std::vector<std::int16_t>& scratch, Speed speed);

}  // namespace sengi::scan
