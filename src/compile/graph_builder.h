// SPDX-License-Identifier: Apache-2.0
// Graphs with random weights, for the tests of this room.
#pragma once

#include <cstdint>
#include <optional>
#include <random>
#include <string>
#include <vector>

#include "model/graph.h"

namespace sengi::compile {

// Numbers that are the same on every machine.
class Random {
 public:
  explicit Random(std::uint32_t seed) : engine_(seed) {}

  // Uniform in [lowest, highest].
  std::int32_t integer(std::int32_t lowest, std::int32_t highest);
  double real(double lowest, double highest);
  bool chance(std::int32_t percent) { return integer(0, 99) < percent; }

  template <typename Item>
  Item one_of(const std::vector<Item>& items) {
    return items[static_cast<std::size_t>(integer(0, static_cast<std::int32_t>(items.size()) - 1))];
  }

 private:
  std::mt19937 engine_;
};

// Appends operators one after another. Constants are random, zero points too (both ends of int8
// often among them), scales such that outputs use the range of int8, weights by channel or by
// tensor, biases now and then absent or huge. Each call returns the tensor it makes.
class GraphBuilder {
 public:
  GraphBuilder(std::string name, std::uint32_t seed);

  model::TensorIndex input(const model::Shape& shape);
  // Of any tensor; of any operator, with the outputs that it makes.
  model::TensorIndex input(model::Tensor tensor);
  model::TensorIndex constant(model::Tensor tensor);  // random, where it has no data
  std::vector<model::TensorIndex> apply(model::Kind kind, std::vector<model::TensorIndex> inputs,
                                        const std::vector<model::Tensor>& outputs);
  // Stride, padding, dilation and activation are the kind's.
  model::TensorIndex conv2d(model::TensorIndex input, std::int32_t channels, std::int32_t height,
                            std::int32_t width, const model::Conv2D& kind);
  model::TensorIndex depthwise(model::TensorIndex input, std::int32_t height, std::int32_t width,
                               const model::DepthwiseConv2D& kind);
  model::TensorIndex dense(model::TensorIndex input, std::int32_t outputs,
                           model::Activation activation);
  model::TensorIndex pool(model::TensorIndex input, const model::AveragePool2D& kind);
  model::TensorIndex add(model::TensorIndex a, model::TensorIndex b, model::Activation activation);
  model::TensorIndex reshape(model::TensorIndex input, const model::Shape& shape);
  model::TensorIndex softmax(model::TensorIndex input);

  // An operator's state.
  model::TensorIndex variable(model::Type type, const model::Shape& shape, double scale,
                              std::int32_t zero_point);
  // Random numbers of an integer type, from -largest to largest, with zero point 0.
  model::TensorIndex numbers(model::Type type, const model::Shape& shape, double scale,
                             std::int32_t largest);
  // An int8 tensor of random numbers.
  model::TensorIndex constant(const model::Shape& shape);
  // Any other operator: to an int8 tensor of this scale and a random zero point, or to one of the
  // first input's.
  model::TensorIndex apply(model::Kind kind, std::vector<model::TensorIndex> inputs,
                           const model::Shape& shape, double scale);
  model::TensorIndex apply_keeping_scale(model::Kind kind, std::vector<model::TensorIndex> inputs,
                                         const model::Shape& shape);
  // To one that the kind fixes.
  model::TensorIndex apply_fixed(model::Kind kind, std::vector<model::TensorIndex> inputs,
                                 const model::Shape& shape, double scale, std::int32_t zero_point);

  model::Graph finish(const std::vector<model::TensorIndex>& outputs);

  const model::Shape& shape(model::TensorIndex tensor) const { return at(tensor).shape; }
  const model::Tensor& at(model::TensorIndex tensor) const;
  double scale(model::TensorIndex tensor) const;
  Random& random() { return random_; }

 private:
  model::TensorIndex append(model::Tensor tensor);
  model::TensorIndex append(model::Kind kind, std::vector<model::TensorIndex> inputs,
                            model::Tensor output);
  model::Tensor activation_tensor(const model::Shape& shape, double scale);
  model::TensorIndex weights(const model::Shape& shape, std::int32_t axis);
  model::TensorIndex bias(model::TensorIndex input, model::TensorIndex weights,
                          std::int32_t channels, std::int32_t products);
  model::TensorIndex weigh(const model::Kind& kind, model::TensorIndex input,
                           model::TensorIndex weights, const model::Shape& output);

  model::Graph graph_;
  Random random_;
};

// One layer with weights or a window, of small random sizes: strides over the window, dilation,
// batches, one-pixel images, channels around the kernels' blocks of four.
model::Graph random_layer(const std::string& name, std::uint32_t seed);

// One convolution of 3x3 with a stride of 1 and enough channels for Winograd's tiles: even and odd
// sizes, with padding and without, batches.
model::Graph random_tiles(const std::string& name, std::uint32_t seed);

// One operator that moves elements, picks among them or gives them another type, of int8, int16 or
// int32, with inputs of up to five axes.
model::Graph random_move(const std::string& name, std::uint32_t seed);

// One operator on activations of int16, or one of int8 that shares its kernel.
model::Graph random_wide_layer(const std::string& name, std::uint32_t seed);
// One element by element: of one input, of two that repeat beside each other, or beside a constant.
model::Graph random_elementwise(const std::string& name, std::uint32_t seed);

// The largest number of a window, or the mean over some axes.
model::Graph random_reduction(const std::string& name, std::uint32_t seed);

// One operator that moves whole slices of a tensor, of int8, int16 or int32: packed, cut into
// batches, picked by index, mirrored.
model::Graph random_blocks(const std::string& name, std::uint32_t seed);

// One operator whose kernel serves int8 and int16 (pairs that repeat beside each other, functions,
// pools, reductions, products of matrices), or one of rows.
model::Graph random_typed(const std::string& name, std::uint32_t seed);

// A layer with state: SVDF or LSTM.
model::Graph random_memory(const std::string& name, std::uint32_t seed);

// Gated recurrent units, with their last step alone or every one: gates wide open and shut among
// them, biases that leave 16 bits, zero points at the ends of int8.
model::Graph random_gru(const std::string& name, std::uint32_t seed);

// Decision trees, balanced and not, over 1 to 600 features, with their softmax: single leaves,
// single splits, thresholds at the ends of int8, sums far apart and equal.
model::Graph random_trees(const std::string& name, std::uint32_t seed);

// A dozen layers: a chain with branches that additions join, one or two inputs and outputs.
model::Graph random_network(const std::string& name, std::uint32_t seed);

// A small network of a keyword spotter's shape: convolution, depthwise and pointwise, mean, dense,
// softmax.
model::Graph keyword_network(const std::string& name, std::uint32_t seed);

}  // namespace sengi::compile
