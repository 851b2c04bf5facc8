// SPDX-License-Identifier: Apache-2.0
#include "train/network.h"

#include <ATen/CPUGeneratorImpl.h>
#include <fmt/format.h>
#include <torch/torch.h>

#include <algorithm>
#include <cmath>
#include <cstring>

#include "train/gru_units.h"
#include "train/pointwise.h"
#include "train/shared_normalisation.h"

namespace sengi::train {
namespace {

using model::TensorIndex;
using torch::Tensor;

constexpr double normalisation_epsilon = 1e-3;
constexpr double normalisation_momentum = 0.1;
constexpr float range_momentum = 0.05F;
constexpr std::int64_t few_examples = 16;  // see pointwise.h

template <typename... Functions>
struct Overloaded : Functions... {
  using Functions::operator()...;
};
template <typename... Functions>
Overloaded(Functions...) -> Overloaded<Functions...>;

Tensor to_nchw(const Tensor& x) { return x.dim() == 4 ? x.permute({0, 3, 1, 2}) : x; }
Tensor to_nhwc(const Tensor& x) { return x.dim() == 4 ? x.permute({0, 2, 3, 1}) : x; }

Tensor activated(const Tensor& x, model::Activation activation) {
  switch (activation) {
    case model::Activation::none:
      return x;
    case model::Activation::relu:
      return torch::relu(x);
    case model::Activation::relu6:
      return torch::clamp(x, 0, 6);
    case model::Activation::relu_n1_to_1:
      return torch::clamp(x, -1, 1);
  }
  return x;
}

// Zeros before and after one axis, so that a window of `size` gives ceil(length / stride) outputs;
// TensorFlow puts the odd one behind.
std::pair<std::int64_t, std::int64_t> same_padding(std::int64_t length, std::int64_t size,
                                                   std::int64_t stride, std::int64_t dilation) {
  const std::int64_t outputs = (length + stride - 1) / stride;
  const std::int64_t reach = (size - 1) * dilation + 1;
  const std::int64_t total = std::max<std::int64_t>(0, (outputs - 1) * stride + reach - length);
  return {total / 2, total - total / 2};
}

// A convolution of the IR as torch's: `x` NCHW, `weight` OIHW.
template <typename Window>
Tensor convolved(Tensor x, const Tensor& weight, const Tensor& bias, const Window& window,
                 std::int64_t groups) {
  const bool one_tap = groups == 1 && weight.size(2) == 1 && weight.size(3) == 1 &&
                       window.stride_h == 1 && window.stride_w == 1;
  if (one_tap && x.size(0) < few_examples) return pointwise_convolved(x, weight, bias);
  std::int64_t pad_h = 0;
  std::int64_t pad_w = 0;
  if (window.padding == model::Padding::same) {
    const auto [top, bottom] =
        same_padding(x.size(2), weight.size(2), window.stride_h, window.dilation_h);
    const auto [left, right] =
        same_padding(x.size(3), weight.size(3), window.stride_w, window.dilation_w);
    if (top == bottom && left == right) {
      pad_h = top;
      pad_w = left;
    } else {
      x = torch::constant_pad_nd(x, {left, right, top, bottom});
    }
  }
  return torch::conv2d(x, weight, bias, {window.stride_h, window.stride_w}, {pad_h, pad_w},
                       {window.dilation_h, window.dilation_w}, groups);
}

Tensor pooled(const Tensor& x, const model::AveragePool2D& pool) {
  if (pool.filter_h == x.size(2) && pool.filter_w == x.size(3) &&
      pool.padding == model::Padding::valid) {
    return x.mean({2, 3}, /*keepdim=*/true);
  }
  if (pool.padding == model::Padding::valid) {
    return torch::avg_pool2d(x, {pool.filter_h, pool.filter_w}, {pool.stride_h, pool.stride_w});
  }
  // Padding counts for nothing in a mean: the sums are divided by the sums of ones.
  const auto rows = same_padding(x.size(2), pool.filter_h, pool.stride_h, 1);
  const auto columns = same_padding(x.size(3), pool.filter_w, pool.stride_w, 1);
  const auto mean = [&](const Tensor& t) {
    const Tensor padded =
        torch::constant_pad_nd(t, {columns.first, columns.second, rows.first, rows.second});
    return torch::avg_pool2d(padded, {pool.filter_h, pool.filter_w},
                             {pool.stride_h, pool.stride_w});
  };
  return mean(x) / mean(torch::ones_like(x));
}

// Straight-through rounding of weights to int8, a scale for each output channel.
Tensor fake_quantized_weights(const Tensor& weight) {
  std::vector<std::int64_t> inner;
  for (std::int64_t axis = 1; axis < weight.dim(); ++axis) inner.push_back(axis);
  const Tensor highest = weight.detach().abs().amax(inner);
  const Tensor scale = torch::where(highest > 0, highest / 127, torch::ones_like(highest));
  const Tensor zero_point = torch::zeros(scale.sizes(), torch::kInt32);
  return torch::fake_quantize_per_channel_affine(weight, scale, zero_point, 0, -127, 127);
}

std::vector<std::byte> bytes_of(const Tensor& tensor) {
  const Tensor plain = tensor.detach().contiguous();
  std::vector<std::byte> bytes(static_cast<std::size_t>(plain.numel()) * sizeof(float));
  std::memcpy(bytes.data(), plain.data_ptr<float>(), bytes.size());
  return bytes;
}

// From the order of the IR's weights to torch's and back. Full connection is [O, I] in both.
Tensor weights_to_ir(const Tensor& weight, const model::Kind& kind) {
  if (std::holds_alternative<model::DepthwiseConv2D>(kind)) return weight.permute({1, 2, 3, 0});
  return to_nhwc(weight);
}

std::vector<std::int64_t> torch_weight_shape(const model::Shape& s, const model::Kind& kind) {
  if (std::holds_alternative<model::Conv2D>(kind)) return {s[0], s[3], s[1], s[2]};
  if (std::holds_alternative<model::DepthwiseConv2D>(kind)) return {s[3], 1, s[1], s[2]};
  return {s[0], s[1]};
}

bool is_convolution(const model::Kind& kind) {
  return std::holds_alternative<model::Conv2D>(kind) ||
         std::holds_alternative<model::DepthwiseConv2D>(kind);
}

bool has_weights(const model::Kind& kind) {
  return is_convolution(kind) || std::holds_alternative<model::FullyConnected>(kind);
}

bool is_gru(const model::Kind& kind) { return std::holds_alternative<model::Gru>(kind); }

// Whether an int8 operator's output has its input's scale.
bool keeps_scale(const model::Kind& kind) {
  return std::holds_alternative<model::AveragePool2D>(kind) ||
         std::holds_alternative<model::Reshape>(kind);
}

model::Activation activation_of(const model::Kind& kind) {
  return std::visit(
      [](const auto& op) {
        if constexpr (requires { op.activation; }) return op.activation;
        return model::Activation::none;
      },
      kind);
}

// Layers whose sums are brought to one scale while they learn: all but those at a network's end.
bool is_normalised(const model::Kind& kind) {
  const bool hidden = std::holds_alternative<model::FullyConnected>(kind) &&
                      activation_of(kind) != model::Activation::none;
  return is_convolution(kind) || hidden;
}

}  // namespace

Result<Network> Network::make(const model::Graph& graph, std::uint64_t seed) {
  SENGI_CHECK(model::check(graph));
  for (const model::Tensor& tensor : graph.tensors) {
    if (tensor.type != model::Type::float32) {
      return Error{fmt::format("{}: tensor '{}' is {}; only a float32 network can be trained",
                               graph.name, tensor.name, model::name_of(tensor.type))};
    }
  }
  if (graph.inputs.size() != 1 || graph.operators.empty()) {
    return Error{graph.name + ": a network that is trained has one input and some operators"};
  }
  Network network;
  network.graph_ = graph;
  network.reconstructs_ = !std::holds_alternative<model::Softmax>(graph.operators.back().kind);
  const auto elements = [&](TensorIndex index) {
    return graph.tensors[static_cast<std::size_t>(index)].elements();
  };
  if (network.reconstructs_ && elements(graph.outputs[0]) != elements(graph.inputs[0])) {
    return Error{graph.name +
                 ": a network that is trained ends in SOFTMAX, or has an output as large as its "
                 "input"};
  }
  network.range_of_.resize(graph.tensors.size());
  for (std::size_t i = 0; i < graph.tensors.size(); ++i) {
    network.range_of_[i] = static_cast<TensorIndex>(i);
  }
  for (const model::Operator& op : graph.operators) {
    if (has_weights(op.kind) && (op.inputs.size() < 3 || op.inputs[2] == model::absent)) {
      return Error{fmt::format("{}: '{}' has no bias for batch normalisation to be folded into",
                               graph.name,
                               graph.tensors[static_cast<std::size_t>(op.outputs[0])].name)};
    }
    const auto output = static_cast<std::size_t>(op.outputs[0]);
    if (keeps_scale(op.kind)) {
      network.range_of_[output] = network.range_of_[static_cast<std::size_t>(op.inputs[0])];
    }
    network.layers_.push_back(Layer{.op = op});
  }
  network.draw_weights(seed);
  return network;
}

const model::Shape& Network::shape(TensorIndex index) const {
  return graph_.tensors[static_cast<std::size_t>(index)].shape;
}

void Network::draw_weights(std::uint64_t seed) {
  const torch::NoGradGuard no_gradients;
  const at::Generator generator = at::make_generator<at::CPUGeneratorImpl>(seed);
  ranges_ = torch::zeros({static_cast<std::int64_t>(graph_.tensors.size()), 2});
  for (Layer& layer : layers_) {
    if (is_gru(layer.op.kind)) {
      const model::Shape& in = shape(layer.op.inputs[0]);
      const GruWeights drawn = draw_gru(shape(layer.op.inputs[1])[1], in[2], in[1], generator);
      layer.weight = drawn.input.set_requires_grad(true);
      layer.recurrent = drawn.recurrent.set_requires_grad(true);
      layer.bias = drawn.bias.set_requires_grad(true);
      // Its output's scale is fixed: 1/128, zero point 0.
      ranges_[layer.op.outputs[0]][0] = -1.0F;
      ranges_[layer.op.outputs[0]][1] = 127.0F / 128;
    }
    if (!has_weights(layer.op.kind)) continue;
    const auto sizes = torch_weight_shape(shape(layer.op.inputs[1]), layer.op.kind);
    std::int64_t fan_in = 1;
    for (std::size_t axis = 1; axis < sizes.size(); ++axis) fan_in *= sizes[axis];
    const bool rectified = activation_of(layer.op.kind) != model::Activation::none;
    const double deviation = std::sqrt((rectified ? 2.0 : 1.0) / static_cast<double>(fan_in));
    layer.weight = torch::empty(sizes).normal_(0, deviation, generator).set_requires_grad(true);
    if (is_normalised(layer.op.kind)) {
      layer.gamma = torch::ones({sizes[0]}).set_requires_grad(true);
      layer.beta = torch::zeros({sizes[0]}).set_requires_grad(true);
      layer.mean = torch::zeros({sizes[0]});
      layer.variance = torch::ones({sizes[0]});
    } else {
      layer.bias = torch::zeros({sizes[0]}).set_requires_grad(true);
    }
  }
  // The input is the front end's int8 column as it is: scale 1/32, zero point 0.
  ranges_[graph_.inputs[0]][0] = -4.0F;
  ranges_[graph_.inputs[0]][1] = 127.0F / 32;
}

Tensor Network::logits(const Tensor& features, const Pass& pass) {
  std::vector<Tensor> values(graph_.tensors.size());
  const TensorIndex input = graph_.inputs[0];
  values[static_cast<std::size_t>(input)] = to_nchw(features).contiguous();
  const std::size_t learning = reconstructs_ ? layers_.size() : layers_.size() - 1;
  for (std::size_t i = 0; i < learning; ++i) {
    const Layer& layer = layers_[i];
    Tensor y = activated(run(layer, values, pass), activation_of(layer.op.kind));
    if (quantized_) {
      y = fake_quantized(y, layer.op.outputs[0], pass.observe && !is_gru(layer.op.kind));
    }
    values[static_cast<std::size_t>(layer.op.outputs[0])] = std::move(y);
  }
  const model::Operator& last = layers_.back().op;
  return values[static_cast<std::size_t>(reconstructs_ ? last.outputs[0] : last.inputs[0])];
}

Tensor Network::scores(const Tensor& logits) const {
  const float beta = std::get<model::Softmax>(layers_.back().op.kind).beta;
  return torch::softmax(beta == 1 ? logits : logits * beta, -1);
}

Tensor Network::run(const Layer& layer, const std::vector<Tensor>& values, const Pass& pass) {
  const auto value = [&](std::size_t input) -> const Tensor& {
    return values[static_cast<std::size_t>(layer.op.inputs[input])];
  };
  return std::visit(Overloaded{
                        [&](const model::AveragePool2D& pool) { return pooled(value(0), pool); },
                        [&](const model::Add&) { return value(0) + value(1); },
                        [&](const model::Softmax& softmax) {
                          return torch::softmax(value(0) * softmax.beta, -1);
                        },
                        [&](const model::Reshape&) {
                          const model::Shape& to = shape(layer.op.outputs[0]);
                          std::vector<std::int64_t> sizes(to.begin(), to.end());
                          sizes[0] = value(0).size(0);
                          return to_nchw(to_nhwc(value(0)).reshape(sizes));
                        },
                        [&](const model::Gru&) { return recurrent(layer, value(0)); },
                        [&](const auto&) { return weighted(layer, value(0), pass); },
                    },
                    layer.op.kind);
}

Tensor Network::recurrent(const Layer& layer, const Tensor& x) const {
  const auto weight = [&](const Tensor& w) { return quantized_ ? fake_quantized_weights(w) : w; };
  const bool every_step = shape(layer.op.outputs[0]).size() == 3;
  return gru(x, {weight(layer.weight), weight(layer.recurrent), layer.bias}, every_step,
             quantized_);
}

Tensor Network::weighted(const Layer& layer, Tensor x, const Pass& pass) {
  const Tensor weight = quantized_ ? fake_quantized_weights(layer.weight) : layer.weight;
  if (std::holds_alternative<model::FullyConnected>(layer.op.kind)) {
    x = to_nhwc(x).flatten(1);
    const bool hidden = layer.op.inputs[0] != graph_.inputs[0];
    if (pass.dropout > 0 && hidden) {
      const Tensor kept = torch::empty_like(x).bernoulli_(1 - pass.dropout, pass.generator);
      x = x * kept / (1 - pass.dropout);
    }
    return normalised(layer, torch::linear(x, weight, layer.bias), pass);
  }
  const auto* depthwise = std::get_if<model::DepthwiseConv2D>(&layer.op.kind);
  Tensor y = depthwise != nullptr
                 ? convolved(x, weight, layer.bias, *depthwise, x.size(1))
                 : convolved(x, weight, layer.bias, std::get<model::Conv2D>(layer.op.kind), 1);
  return normalised(layer, std::move(y), pass);
}

Tensor Network::normalised(const Layer& layer, Tensor y, const Pass& pass) const {
  if (!layer.gamma.defined()) return y;
  if (pass.training && pass.seat.meeting != nullptr) {
    return normalised_together(y, layer.gamma, layer.beta,
                               {layer.mean, layer.variance, normalisation_momentum},
                               normalisation_epsilon, pass.seat);
  }
  // One value has no spread: an epoch's last batch may be a single example without neighbours.
  const bool spread = y.numel() > y.size(1);
  return torch::batch_norm(y, layer.gamma, layer.beta, layer.mean, layer.variance,
                           pass.training && spread, normalisation_momentum, normalisation_epsilon,
                           /*cudnn_enabled=*/false);
}

// Observed ranges move slowly towards each batch's extremes; the first batch sets them.
Tensor Network::fake_quantized(const Tensor& x, TensorIndex index, bool observe) {
  Tensor range = ranges_[range_of_[static_cast<std::size_t>(index)]];
  if (observe && range_of_[static_cast<std::size_t>(index)] == index) {
    const torch::NoGradGuard no_gradients;
    const auto [lowest, highest] = torch::aminmax(x.detach());
    const Tensor seen = torch::stack({lowest, highest});
    if (range.count_nonzero().item<std::int64_t>() == 0) {
      range.copy_(seen);
    } else {
      range.lerp_(seen, range_momentum);
    }
  }
  const model::Quantization q =
      quantize::activation_quantization({range[0].item<float>(), range[1].item<float>()});
  return torch::fake_quantize_per_tensor_affine(x, q.scale[0], q.zero_point[0], -128, 127);
}

void Network::fold() {
  const torch::NoGradGuard no_gradients;
  for (Layer& layer : layers_) {
    if (!layer.gamma.defined()) continue;
    const Tensor factor = layer.gamma / torch::sqrt(layer.variance + normalisation_epsilon);
    std::vector<std::int64_t> each_output(static_cast<std::size_t>(layer.weight.dim()), 1);
    each_output[0] = -1;
    const Tensor weight = layer.weight * factor.reshape(each_output);
    const Tensor bias = layer.beta - layer.mean * factor;
    layer.weight = weight.detach().set_requires_grad(true);
    layer.bias = bias.detach().set_requires_grad(true);
    layer.gamma = layer.beta = layer.mean = layer.variance = Tensor();
  }
  folded_ = true;
}

void Network::quantize() { quantized_ = true; }

model::Graph Network::graph() const {
  model::Graph graph = graph_;
  for (const Layer& layer : layers_) {
    const auto constant = [&](std::size_t input) -> model::Tensor& {
      return graph.tensors[static_cast<std::size_t>(layer.op.inputs[input])];
    };
    if (is_gru(layer.op.kind)) {
      constant(1).data = bytes_of(layer.weight);
      constant(2).data = bytes_of(layer.recurrent);
      constant(3).data = bytes_of(layer.bias);
    }
    if (!has_weights(layer.op.kind)) continue;
    constant(1).data = bytes_of(weights_to_ir(layer.weight, layer.op.kind));
    constant(2).data = bytes_of(layer.bias);
  }
  return graph;
}

std::vector<quantize::Range> Network::ranges() const {
  std::vector<quantize::Range> ranges(graph_.tensors.size());
  for (std::size_t i = 0; i < ranges.size(); ++i) {
    if (graph_.tensors[i].constant()) continue;
    const Tensor range = ranges_[range_of_[i]];
    ranges[i] = {range[0].item<float>(), range[1].item<float>()};
  }
  // Nothing is observed behind the softmax; its scale is the specification's.
  if (reconstructs_) return ranges;
  ranges[static_cast<std::size_t>(layers_.back().op.outputs[0])] = {0, 1};
  return ranges;
}

std::vector<Tensor> Network::weights() const {
  std::vector<Tensor> tensors;
  for (const Layer& layer : layers_) {
    for (const Tensor& tensor : {layer.weight, layer.recurrent}) {
      if (tensor.defined()) tensors.push_back(tensor);
    }
  }
  return tensors;
}

std::vector<Tensor> Network::offsets() const {
  std::vector<Tensor> tensors;
  for (const Layer& layer : layers_) {
    for (const Tensor& tensor : {layer.bias, layer.gamma, layer.beta}) {
      if (tensor.defined()) tensors.push_back(tensor);
    }
  }
  return tensors;
}

std::vector<Tensor> Network::statistics() const {
  std::vector<Tensor> tensors;
  for (const Layer& layer : layers_) {
    if (!layer.mean.defined()) continue;
    tensors.push_back(layer.mean);
    tensors.push_back(layer.variance);
  }
  tensors.push_back(ranges_);
  return tensors;
}

std::vector<Tensor> Network::state() const {
  std::vector<Tensor> tensors = weights();
  for (const Tensor& tensor : offsets()) tensors.push_back(tensor);
  for (const Tensor& tensor : statistics()) tensors.push_back(tensor);
  return tensors;
}

Network Network::twin() const {
  Network twin = *this;
  for (Layer& layer : twin.layers_) {
    if (!layer.mean.defined()) continue;
    layer.mean = layer.mean.clone();
    layer.variance = layer.variance.clone();
  }
  twin.ranges_ = ranges_.clone();
  return twin;
}

void Network::brief(Network& twin) const {
  const torch::NoGradGuard no_gradients;
  const std::vector<Tensor> own = statistics();
  const std::vector<Tensor> other = twin.statistics();
  for (std::size_t i = 0; i < own.size(); ++i) Tensor(other[i]).copy_(own[i]);
}

void Network::agree_with(const std::vector<Network>& twins) {
  const torch::NoGradGuard no_gradients;
  const std::vector<Tensor> own = statistics();
  for (const Network& twin : twins) {
    const std::vector<Tensor> other = twin.statistics();
    for (std::size_t i = 0; i < own.size(); ++i) Tensor(own[i]).add_(other[i]);
  }
  const auto count = static_cast<double>(twins.size() + 1);
  for (const Tensor& tensor : own) Tensor(tensor).div_(count);
}

}  // namespace sengi::train
