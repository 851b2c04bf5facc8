// SPDX-License-Identifier: Apache-2.0
// A float network written down layer by layer, each fed by the one before unless said otherwise.
//
//   LayerStack net("small", {1, 49, 10, 1});
//   net.conv("conv", {.channels = 64, .kernel_h = 10, .kernel_w = 4, .stride_h = 2, .stride_w =
//   2}); net.average_pool("pool"); net.fully_connected("dense", 12); net.softmax("scores"); Graph
//   graph = net.finish();
//
// Windows are padded so that a stride of s leaves ceil(length / s). Weights are zero.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "model/graph.h"

namespace sengi::train {

struct ConvolutionLayer {
  std::int32_t channels = 1;
  std::int32_t kernel_h = 1, kernel_w = 1;
  std::int32_t stride_h = 1, stride_w = 1;
  model::Activation activation = model::Activation::relu;
};

class LayerStack {
 public:
  // `input`: the features' shape, NHWC.
  LayerStack(std::string name, model::Shape input);

  void conv(const std::string& name, const ConvolutionLayer& layer);
  void depthwise(const std::string& name, std::int32_t stride = 1);  // 3 x 3, ReLU
  void reshape(const std::string& name, model::Shape shape);
  // ReLU of the last layer's output plus another of its shape.
  void add(const std::string& name, model::TensorIndex other);
  void average_pool(const std::string& name);  // over the whole map
  // Over all values of the last layer.
  void fully_connected(const std::string& name, std::int32_t outputs,
                       model::Activation activation = model::Activation::none);
  // Gated recurrent units over [1, steps, inputs]: what they hold after the last step, or after
  // each.
  void gru(const std::string& name, std::int32_t units, bool every_step = false);
  void softmax(const std::string& name);

  // What the last layer gave, and its shape.
  model::TensorIndex last() const { return last_; }
  const model::Shape& shape() const;
  // The next layer reads `tensor` instead of the last one.
  void go_on_from(model::TensorIndex tensor) { last_ = tensor; }

  // The graph, whose output is the last layer's. Once.
  model::Graph finish();

 private:
  model::TensorIndex add_tensor(std::string name, model::Shape shape);
  model::TensorIndex add_constant(std::string name, model::Shape shape);
  void add_operator(const std::string& name, model::Kind kind,
                    std::vector<model::TensorIndex> inputs, model::Shape output);
  void add_weighted(const std::string& name, model::Kind kind, model::Shape weights,
                    std::int32_t biases, model::Shape output);

  model::Graph graph_;
  model::TensorIndex last_ = model::absent;
};

}  // namespace sengi::train
