// SPDX-License-Identifier: Apache-2.0
#include "train/layer_stack.h"

#include <utility>

namespace sengi::train {

using model::Activation;
using model::Shape;
using model::Tensor;
using model::TensorIndex;

namespace {

std::int32_t ceil_div(std::int32_t a, std::int32_t b) { return (a + b - 1) / b; }

}  // namespace

LayerStack::LayerStack(std::string name, Shape input) {
  graph_.name = std::move(name);
  last_ = add_tensor("features", std::move(input));
  graph_.inputs = {last_};
}

void LayerStack::conv(const std::string& name, const ConvolutionLayer& layer) {
  const Shape in = shape();
  add_weighted(
      name,
      model::Conv2D{
          .stride_h = layer.stride_h, .stride_w = layer.stride_w, .activation = layer.activation},
      {layer.channels, layer.kernel_h, layer.kernel_w, in[3]}, layer.channels,
      {1, ceil_div(in[1], layer.stride_h), ceil_div(in[2], layer.stride_w), layer.channels});
}

void LayerStack::depthwise(const std::string& name, std::int32_t stride) {
  const Shape in = shape();
  add_weighted(name,
               model::DepthwiseConv2D{
                   .stride_h = stride, .stride_w = stride, .activation = Activation::relu},
               {1, 3, 3, in[3]}, in[3],
               {1, ceil_div(in[1], stride), ceil_div(in[2], stride), in[3]});
}

void LayerStack::reshape(const std::string& name, Shape shape) {
  add_operator(name, model::Reshape{}, {last_}, std::move(shape));
}

void LayerStack::add(const std::string& name, TensorIndex other) {
  add_operator(name, model::Add{.activation = Activation::relu}, {last_, other}, Shape(shape()));
}

void LayerStack::average_pool(const std::string& name) {
  const Shape in = shape();
  add_operator(name, model::AveragePool2D{.filter_h = in[1], .filter_w = in[2]}, {last_},
               {1, 1, 1, in[3]});
}

void LayerStack::fully_connected(const std::string& name, std::int32_t outputs,
                                 Activation activation) {
  std::int32_t inputs = 1;
  for (const std::int32_t length : shape()) inputs *= length;
  add_weighted(name, model::FullyConnected{.activation = activation}, {outputs, inputs}, outputs,
               {1, outputs});
}

void LayerStack::gru(const std::string& name, std::int32_t units, bool every_step) {
  const Shape in = shape();
  const TensorIndex input = last_;
  const TensorIndex weights = add_constant(name + "/weights", {3, units, in[2]});
  const TensorIndex recurrent = add_constant(name + "/recurrent_weights", {3, units, units});
  const TensorIndex bias = add_constant(name + "/bias", {3, units});
  add_operator(name, model::Gru{}, {input, weights, recurrent, bias},
               every_step ? Shape{1, in[1], units} : Shape{1, units});
}

void LayerStack::softmax(const std::string& name) {
  add_operator(name, model::Softmax{}, {last_}, Shape(shape()));
}

model::Graph LayerStack::finish() {
  graph_.outputs = {last_};
  return std::move(graph_);
}

const Shape& LayerStack::shape() const {
  return graph_.tensors[static_cast<std::size_t>(last_)].shape;
}

TensorIndex LayerStack::add_tensor(std::string name, Shape shape) {
  Tensor& tensor = graph_.tensors.emplace_back();
  tensor.name = std::move(name);
  tensor.type = model::Type::float32;
  tensor.shape = std::move(shape);
  return static_cast<TensorIndex>(graph_.tensors.size() - 1);
}

TensorIndex LayerStack::add_constant(std::string name, Shape shape) {
  const TensorIndex index = add_tensor(std::move(name), std::move(shape));
  Tensor& tensor = graph_.tensors.back();
  tensor.data.resize(tensor.bytes());
  return index;
}

void LayerStack::add_operator(const std::string& name, model::Kind kind,
                              std::vector<TensorIndex> inputs, Shape output) {
  last_ = add_tensor(name, std::move(output));
  graph_.operators.push_back({std::move(kind), std::move(inputs), {last_}});
}

void LayerStack::add_weighted(const std::string& name, model::Kind kind, Shape weights,
                              std::int32_t biases, Shape output) {
  const TensorIndex input = last_;
  const TensorIndex weight = add_constant(name + "/weights", std::move(weights));
  const TensorIndex bias = add_constant(name + "/bias", {biases});
  add_operator(name, std::move(kind), {input, weight, bias}, std::move(output));
}

}  // namespace sengi::train
