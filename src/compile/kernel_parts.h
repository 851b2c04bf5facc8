// SPDX-License-Identifier: Apache-2.0
// What the choosing of kernels shares: an operator with its tensors at hand, and the words that
// shapes are written in.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "compile/channel_constants.h"
#include "compile/kernel.h"
#include "compile/paired_constants.h"
#include "model/graph.h"
#include "model/integer_parameters.h"
#include "sengi/nn/layer.h"
#include "sengi/nn/pairwise.h"
#include "sengi/nn/window.h"

namespace sengi::compile {

struct Operands {
  const model::Graph& graph;
  const model::Operator& op;
  Favor favor = Favor::size;
  const model::Tensor& input(std::size_t i) const {
    return graph.tensors[static_cast<std::size_t>(op.inputs[i])];
  }
  const model::Tensor& output() const {
    return graph.tensors[static_cast<std::size_t>(op.outputs[0])];
  }
};

// A kernel for an operator of a kind. Requires: check_kernels() accepted the graph.
Result<Kernel> choose(const Operands& operands, const model::Conv2D& conv);
Result<Kernel> choose(const Operands& operands, const model::FullyConnected& dense);
Result<Kernel> choose(const Operands& operands, const model::DepthwiseConv2D& depthwise);
Result<Kernel> choose(const Operands& operands, const model::AveragePool2D& pool);
Result<Kernel> choose(const Operands& operands, const model::Add& add);
Result<Kernel> choose(const Operands& operands, const model::Softmax& softmax);
Result<Kernel> choose(const Operands& operands, const model::Sub& sub);
Result<Kernel> choose(const Operands& operands, const model::Mul& mul);
Result<Kernel> choose(const Operands& operands, const model::Maximum& maximum);
Result<Kernel> choose(const Operands& operands, const model::Minimum& minimum);
Result<Kernel> choose(const Operands& operands, const model::Prelu& prelu);
Result<Kernel> choose(const Operands& operands, const model::Div& div);
Result<Kernel> choose(const Operands& operands, const model::SquaredDifference& kind);
Result<Kernel> choose(const Operands& operands, const model::Comparison& comparison);
Result<Kernel> choose(const Operands& operands, const model::BatchMatMul& matmul);
Result<Kernel> choose(const Operands& operands, const model::LogSoftmax& softmax);
Result<Kernel> choose(const Operands& operands, const model::L2Normalization& normalization);
Result<Kernel> choose(const Operands& operands, const model::MaxPool2D& pool);
Result<Kernel> choose(const Operands& operands, const model::Mean& mean);
Result<Kernel> choose(const Operands& operands, const model::Sum& sum);
Result<Kernel> choose(const Operands& operands, const model::ReduceMax& most);
Result<Kernel> choose(const Operands& operands, const model::ReduceMin& least);
Result<Kernel> choose(const Operands& operands, const model::Svdf& svdf);
Result<Kernel> choose(const Operands& operands, const model::UnidirectionalSequenceLstm& lstm);
Result<Kernel> choose(const Operands& operands, const model::TreeEnsemble& trees);
Result<Kernel> choose(const Operands& operands, const model::Gru& gru);

// kernel_winograd.cpp: a convolution for speed; none where the plain way serves better.
std::optional<Kernel> winograd_kernel(const Operands& operands, const model::Conv2D& conv);

// kernel_pairwise.cpp: an output element from one of each of two inputs.
bool is_pairwise(const model::Kind& kind);
Result<Kernel> choose_pairwise_add(const Operands& operands, const model::AddParameters& parameters,
                                   model::Activation activation, bool subtract);

// kernel_lookup.cpp: an output element from one input element and nothing else.
bool is_function_of_a_number(const model::Kind& kind);
// Such an operator, or a pairwise one beside a constant of one element, from int8 to int8.
bool is_lookup(const Operands& operands);
// Requires: is_lookup().
Result<Kernel> choose_lookup(const Operands& operands);

// Of pairwise operators and functions of a number: "" where they have a kernel.
std::string without_elementwise_kernel(const Operands& operands);

// kernel_shapes.cpp, kernel_blocks.cpp, kernel_int16.cpp: none where they have no kernel for the
// operator.
std::optional<Kernel> shape_kernel(const Operands& operands);
std::optional<Kernel> block_kernel(const Operands& operands);
std::optional<Kernel> int16_kernel(const Operands& operands);

// A factor for sums of 64 bits, of which 16 bits are kept.
Multiplier shortened(Multiplier factor);

// Whether all that an operator reads and writes is of integers.
bool is_of_integers(const Operands& operands);

// A constant's numbers.
std::vector<std::int64_t> integers_of(const model::Tensor& tensor);

// A table of a layer, of numbers of this type: "static constexpr std::int32_t bias[]".
NumberTable number_table(model::Type type, std::string_view name,
                         const std::vector<std::int64_t>& numbers, std::string note = "");

// Appends what the kernel reads next: a tensor of the arena, or a constant under this name.
void add_operand(Kernel& kernel, const model::Tensor& tensor, const std::string& name);

// The product of a shape's sizes from axis `first` to before `end`.
std::int64_t product_of(const model::Shape& shape, std::size_t first, std::size_t end);

// A kernel of a header and function, its layers called `stem`.
Kernel named(std::string header, std::string function, std::string shape_type, std::string stem);

// Runs of each part along `axis` in turn make the whole: see concatenate.h.
void add_runs(Kernel& kernel, std::int64_t runs, const std::vector<std::int64_t>& lengths);

// ".pairs = {{{2, 3, 0}, {3, 1, 1}}}"
std::string pairs_field(const std::vector<nn::PairAxis>& axes);

inline nn::Image image_of(const model::Shape& shape) { return {shape[1], shape[2], shape[3]}; }

// Of a kind with a filter, strides and dilations.
template <typename Kind>
nn::Window window_of(const Operands& operands, const Kind& kind) {
  const model::Shape& filter = operands.input(1).shape;
  const model::WindowPadding padding = model::window_padding(operands.graph, operands.op);
  return {.taps = {filter[1], filter[2]},
          .stride = {kind.stride_h, kind.stride_w},
          .dilation = {kind.dilation_h, kind.dilation_w},
          .padding = {padding.top, padding.left}};
}

// Whether any window leaves the image.
bool touches_padding(const nn::Image& input, const nn::Image& output, const nn::Window& window);

// Designated initialisers of a shape: ".input = {49, 10, 1}".
std::string field(std::string_view name, const nn::Image& image);
std::string field(std::string_view name, std::int64_t value);
std::string field(std::string_view name, nn::Size size);
std::string field(const nn::Window& window);

// Appends them where they are not a shape's default.
void add_clamp(std::vector<std::string>& shape, const model::ActivationRange& range);
void add_images(std::vector<std::string>& shape, std::int32_t images);
// How the plain layers with weights scale their sums, and how those do that multiply in pairs.
void add_arithmetic(std::vector<std::string>& shape, const Operands& operands,
                    const ChannelConstants& constants, model::Activation activation);
void add_scaling(std::vector<std::string>& shape, const Operands& operands,
                 const PairedConstants& constants, model::Activation activation);

// A factor as a Rescale: "{1073741824, 0}".
std::string text_of(const Multiplier& factor);

// For the reader: "10x4", ", ReLU", "10x4 /2", "window 10x4, stride 2".
std::string size_text(nn::Size size, char between);
std::string words_of(model::Activation activation);
std::string short_words_of(const nn::Window& window);
std::string words_of(const nn::Window& window);

}  // namespace sengi::compile
