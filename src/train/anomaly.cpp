// SPDX-License-Identifier: Apache-2.0
#include "train/anomaly.h"

#include <fmt/format.h>
#include <torch/torch.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <cstring>

#include "model/interpreter.h"

namespace sengi::train {
namespace {

using model::Graph;
using model::TensorIndex;
using torch::Tensor;

std::int32_t whole(std::size_t count) { return static_cast<std::int32_t>(count); }

std::vector<std::byte> bytes_of(const Tensor& values) {
  const Tensor plain = values.to(torch::kFloat32).contiguous();
  std::vector<std::byte> bytes(static_cast<std::size_t>(plain.numel()) * sizeof(float));
  std::memcpy(bytes.data(), plain.data_ptr<float>(), bytes.size());
  return bytes;
}

// Adds tensors and operators to a float graph and keeps a range for each.
class Extension {
 public:
  explicit Extension(Ranged network) : made_(std::move(network)) {
    made_.ranges.resize(made_.graph.tensors.size());
  }

  TensorIndex tensor(std::string name, model::Shape shape, quantize::Range range) {
    model::Tensor& tensor = made_.graph.tensors.emplace_back();
    tensor.name = std::move(name);
    tensor.type = model::Type::float32;
    tensor.shape = std::move(shape);
    made_.ranges.push_back(range);
    return static_cast<TensorIndex>(made_.graph.tensors.size() - 1);
  }

  TensorIndex constant(std::string name, model::Shape shape, std::vector<std::byte> data) {
    const TensorIndex index = tensor(std::move(name), std::move(shape), {});
    made_.graph.tensors.back().data = std::move(data);
    return index;
  }

  void add(model::Kind kind, std::vector<TensorIndex> inputs, TensorIndex output) {
    made_.graph.operators.push_back({std::move(kind), std::move(inputs), {output}});
  }

  void set_range(TensorIndex index, quantize::Range range) {
    made_.ranges[static_cast<std::size_t>(index)] = range;
  }

  const Graph& graph() const { return made_.graph; }
  Graph& graph() { return made_.graph; }
  Ranged finish() && { return std::move(made_); }

 private:
  Ranged made_;
};

// What a tensor of one number and the farthest value of another are, example by example.
struct Seen {
  std::vector<float> lengths;
  float farthest = 0;
};

Result<Seen> look(const Graph& graph, TensorIndex length, TensorIndex difference,
                  const Examples& examples) {
  SENGI_TRY(interpreter, model::Interpreter::make(graph));
  Seen seen;
  std::vector<float> input(examples.feature_size);
  for (std::size_t i = 0; i < examples.size(); ++i) {
    std::ranges::transform(examples.features_of(i), input.begin(), [](std::int8_t feature) {
      return static_cast<float>(feature) * feature_scale;
    });
    interpreter.run(std::as_bytes(std::span(input)));
    float value = 0;
    std::memcpy(&value, interpreter.tensor(length).data(), sizeof(value));
    seen.lengths.push_back(value);
    const std::span<const std::byte> bytes = interpreter.tensor(difference);
    std::vector<float> values(bytes.size() / sizeof(float));
    std::memcpy(values.data(), bytes.data(), bytes.size());
    for (const float one : values) seen.farthest = std::max(seen.farthest, std::abs(one));
  }
  return seen;
}

// What a share of sorted values lies at or below.
float quantile(const std::vector<float>& sorted, double share) {
  const double at = share * static_cast<double>(sorted.size() - 1);
  const auto below = static_cast<std::size_t>(at);
  const std::size_t above = std::min(below + 1, sorted.size() - 1);
  const double rest = at - static_cast<double>(below);
  return static_cast<float>((1 - rest) * sorted[below] + rest * sorted[above]);
}

}  // namespace

Result<Ranged> whitening(const Examples& normal, signal::FeatureShape shape) {
  if (normal.size() < 2) {
    return Error{"two examples of what is normal are needed at least to know its spread"};
  }
  const torch::NoGradGuard no_gradients;
  const auto count = static_cast<std::int64_t>(normal.size());
  const auto values = static_cast<std::int64_t>(normal.feature_size);
  // from_blob() wants memory it could write to; nothing does.
  auto* bytes = const_cast<std::int8_t*>(normal.features.data());
  Tensor x = torch::from_blob(bytes, {count, values}, torch::kInt8).to(torch::kFloat64);
  x = x * static_cast<double>(feature_scale);
  const Tensor mean = x.mean(0);
  x = x - mean;
  const Tensor sample = x.t().mm(x) / count;
  const double middle = sample.diagonal().mean().item<double>();
  const Tensor target = middle * torch::eye(values, torch::kFloat64);
  const double distance = (sample - target).square().sum().item<double>();
  const double fourth = x.square().sum(1).square().sum().item<double>();
  const double scatter =
      (fourth / static_cast<double>(count) - sample.square().sum().item<double>()) /
      static_cast<double>(count);
  const double shrinkage = distance > 0 ? std::clamp(scatter / distance, 0.0, 1.0) : 1.0;
  // Features that never change have no spread to be measured by.
  constexpr double least = 1e-4;
  const Tensor covariance =
      (1 - shrinkage) * sample + shrinkage * target + least * torch::eye(values, torch::kFloat64);
  const Tensor weights = torch::linalg_inv(torch::linalg_cholesky(covariance));
  const Tensor bias = -weights.mv(mean);
  const Tensor white = x.mm(weights.t());

  Extension net({});
  net.graph().name = "mahalanobis";
  const auto size = static_cast<std::int32_t>(values);
  const TensorIndex input = net.tensor("features", {1, shape.height, shape.width, shape.channels},
                                       {-4.0F, 127.0F * feature_scale});
  const TensorIndex weight = net.constant("whitened/weights", {size, size}, bytes_of(weights));
  const TensorIndex offset = net.constant("whitened/bias", {size}, bytes_of(bias));
  const auto farthest = static_cast<float>(white.abs().max().item<double>());
  const TensorIndex output = net.tensor("whitened", {1, size}, {-farthest, farthest});
  net.add(model::FullyConnected{}, {input, weight, offset}, output);
  net.graph().inputs = {input};
  net.graph().outputs = {output};
  return std::move(net).finish();
}

Result<Ranged> with_judgement(Ranged network, bool reconstructs, const Examples& normal,
                              std::size_t normal_label, double allowed) {
  if (normal.size() == 0) return Error{"no example of what is normal to judge by"};
  Extension net(std::move(network));
  const TensorIndex input = net.graph().inputs[0];
  TensorIndex difference = net.graph().outputs[0];
  const auto values = whole(net.graph().tensors[static_cast<std::size_t>(input)].elements());
  if (reconstructs) {
    const TensorIndex flat =
        net.tensor("features/flat", {1, values}, {-4.0F, 127.0F * feature_scale});
    net.add(model::Reshape{}, {input}, flat);
    const TensorIndex said = difference;
    difference = net.tensor("difference", {1, values}, {});
    net.add(model::Sub{}, {said, flat}, difference);
  }
  const TensorIndex length = net.tensor("distance", {1, 1}, {});
  net.add(model::BatchMatMul{.transpose_second = true}, {difference, difference}, length);
  net.graph().outputs = {length};

  SENGI_TRY(seen, look(net.graph(), length, difference, normal));
  std::ranges::sort(seen.lengths);
  const float middle = quantile(seen.lengths, 0.5);
  const float threshold = std::max(quantile(seen.lengths, 1 - allowed), middle * 1.01F + 1e-6F);
  // What is abnormal lies farther out than anything seen; beyond the ends int8 saturates.
  constexpr float room = 2;
  const float farthest = std::max(seen.farthest, 1e-3F) * room;
  net.set_range(difference, {-farthest, farthest});
  constexpr float beyond = 3;
  net.set_range(length, {0, beyond * threshold});

  const float twentieth = std::log(19.0F);  // softmax of a and -a is 1/20 at 2 a = -ln 19
  const float steepness = twentieth / (2 * (threshold - middle));
  std::array<float, 2> weights{steepness, steepness};
  weights[normal_label] = -steepness;
  const std::array<float, 2> biases{-weights[0] * threshold, -weights[1] * threshold};
  const auto bytes = [](const std::array<float, 2>& two) {
    const auto view = std::as_bytes(std::span(two));
    return std::vector<std::byte>(view.begin(), view.end());
  };
  const TensorIndex weight = net.constant("judgement/weights", {2, 1}, bytes(weights));
  const TensorIndex bias = net.constant("judgement/bias", {2}, bytes(biases));
  const float most = steepness * threshold * beyond;
  const TensorIndex judgement = net.tensor("judgement", {1, 2}, {-most, most});
  net.add(model::FullyConnected{}, {length, weight, bias}, judgement);
  const TensorIndex scores = net.tensor("scores", {1, 2}, {0, 1});
  net.add(model::Softmax{}, {judgement}, scores);
  net.graph().outputs = {scores};
  return std::move(net).finish();
}

}  // namespace sengi::train
