// SPDX-License-Identifier: Apache-2.0
#include "train/architectures.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/text.h"

namespace sengi::train {
namespace {

using model::Activation;
using model::Graph;
using model::Shape;
using model::Tensor;
using model::TensorIndex;
using model::Type;

// Adds layers to a graph, each fed by the one before.
class Builder {
 public:
  Builder(std::string name, Shape input) {
    graph_.name = std::move(name);
    last_ = add_tensor("features", std::move(input));
    graph_.inputs = {last_};
  }

  void conv(const std::string& name, std::int32_t channels, FirstConvolution window) {
    const Shape in = shape();
    const Shape filter = {channels, window.kernel_h, window.kernel_w, in[3]};
    add_weighted(name,
                 model::Conv2D{.stride_h = window.stride_h,
                               .stride_w = window.stride_w,
                               .activation = Activation::relu},
                 filter, channels,
                 {1, ceil_div(in[1], window.stride_h), ceil_div(in[2], window.stride_w), channels});
  }

  void depthwise(const std::string& name) {
    const Shape in = shape();
    add_weighted(name, model::DepthwiseConv2D{.activation = Activation::relu}, {1, 3, 3, in[3]},
                 in[3], in);
  }

  void average_pool(const std::string& name) {
    const Shape in = shape();
    add_operator(name, model::AveragePool2D{.filter_h = in[1], .filter_w = in[2]}, {last_},
                 {1, 1, 1, in[3]});
  }

  void fully_connected(const std::string& name, std::int32_t outputs) {
    add_weighted(name, model::FullyConnected{}, {outputs, shape()[3]}, outputs, {1, outputs});
  }

  void softmax(const std::string& name) {
    add_operator(name, model::Softmax{}, {last_}, Shape(shape()));
  }

  Graph finish() {
    graph_.outputs = {last_};
    return std::move(graph_);
  }

 private:
  static std::int32_t ceil_div(std::int32_t a, std::int32_t b) { return (a + b - 1) / b; }

  const Shape& shape() const { return graph_.tensors[static_cast<std::size_t>(last_)].shape; }

  TensorIndex add_tensor(std::string name, Shape shape) {
    Tensor& tensor = graph_.tensors.emplace_back();
    tensor.name = std::move(name);
    tensor.type = Type::float32;
    tensor.shape = std::move(shape);
    return static_cast<TensorIndex>(graph_.tensors.size() - 1);
  }

  TensorIndex add_constant(std::string name, Shape shape) {
    const TensorIndex index = add_tensor(std::move(name), std::move(shape));
    Tensor& tensor = graph_.tensors.back();
    tensor.data.resize(tensor.bytes());
    return index;
  }

  void add_operator(const std::string& name, model::Kind kind, std::vector<TensorIndex> inputs,
                    Shape output) {
    last_ = add_tensor(name, std::move(output));
    graph_.operators.push_back({std::move(kind), std::move(inputs), {last_}});
  }

  void add_weighted(const std::string& name, model::Kind kind, Shape weights, std::int32_t biases,
                    Shape output) {
    const TensorIndex input = last_;
    const TensorIndex weight = add_constant(name + "/weights", std::move(weights));
    const TensorIndex bias = add_constant(name + "/bias", {biases});
    add_operator(name, std::move(kind), {input, weight, bias}, std::move(output));
  }

  Graph graph_;
  TensorIndex last_ = model::absent;
};

// Depthwise-separable convolutions over time and frequency (Zhang, Suda, Lai and Chandra 2017,
// "Hello Edge: Keyword Spotting on Microcontrollers").
Graph ds_cnn(const project::ModelConfig& config, InputShape input, std::size_t labels) {
  Builder net("ds_cnn", {1, input.columns, input.column_size, 1});
  net.conv("conv", config.channels, first_convolution(input));
  for (std::int32_t block = 1; block <= config.blocks; ++block) {
    net.depthwise(fmt::format("block{}/depthwise", block));
    net.conv(fmt::format("block{}/pointwise", block), config.channels, {1, 1, 1, 1});
  }
  net.average_pool("pool");
  net.fully_connected("dense", static_cast<std::int32_t>(labels));
  net.softmax("scores");
  return net.finish();
}

}  // namespace

const std::vector<std::string>& architecture_names() {
  static const std::vector<std::string> names = {"ds-cnn"};
  return names;
}

FirstConvolution first_convolution(InputShape input) {
  const std::int32_t stride_h = (input.columns + 24) / 25;
  const std::int32_t stride_w =
      input.column_size <= 4 ? 1 : std::max(2, (input.column_size + 9) / 10);
  return {.kernel_h = std::min(input.columns, 5 * stride_h),
          .kernel_w = std::min(input.column_size, 2 * stride_w),
          .stride_h = stride_h,
          .stride_w = stride_w};
}

Result<Graph> build_network(const project::ModelConfig& config, InputShape input,
                            std::size_t labels) {
  if (config.architecture != "ds-cnn") {
    const auto meant = nearest(config.architecture, architecture_names());
    return Error{fmt::format("[model] architecture = \"{}\" is not known; {} \"{}\"",
                             config.architecture, meant ? "did you mean" : "there is",
                             meant.value_or(architecture_names().front()))};
  }
  if (config.channels < 1 || config.channels > 512 || config.blocks < 0 || config.blocks > 32) {
    return Error{fmt::format(
        "[model] channels = {} and blocks = {}: channels must be 1 to 512, blocks 0 to 32",
        config.channels, config.blocks)};
  }
  if (input.columns < 1 || input.column_size < 1 || labels < 2) {
    return Error{fmt::format("a network needs at least 1x1 features and 2 labels, not {}x{} and {}",
                             input.columns, input.column_size, labels)};
  }
  return ds_cnn(config, input, labels);
}

}  // namespace sengi::train
