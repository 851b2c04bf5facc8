// SPDX-License-Identifier: Apache-2.0
#include "compile/graph_builder.h"

#include <gtest/gtest.h>

#include <cmath>
#include <cstring>

#include "model/integer_parameters.h"

namespace sengi::compile {
namespace {

using model::Activation;
using model::Graph;
using model::Padding;
using model::Shape;
using model::Tensor;
using model::TensorIndex;
using model::Type;

constexpr double spread_of_int8 = 74;  // standard deviation of a uniform byte

std::int32_t product_of(const Shape& shape, std::size_t first, std::size_t end) {
  std::int32_t product = 1;
  for (std::size_t i = first; i < end; ++i) product *= shape[i];
  return product;
}

Activation any_activation(Random& random) {
  return random.one_of<Activation>(
      {Activation::none, Activation::relu, Activation::relu6, Activation::relu_n1_to_1});
}

std::int32_t outputs_of(Padding padding, std::int32_t input, std::int32_t taps, std::int32_t stride,
                        std::int32_t dilation) {
  return static_cast<std::int32_t>(model::window_outputs(padding, input, taps, stride, dilation));
}

}  // namespace

std::int32_t Random::integer(std::int32_t lowest, std::int32_t highest) {
  const std::uint64_t count = static_cast<std::uint64_t>(std::int64_t{highest} - lowest) + 1;
  return static_cast<std::int32_t>(lowest + static_cast<std::int64_t>(engine_() % count));
}

double Random::real(double lowest, double highest) {
  return lowest + (highest - lowest) * static_cast<double>(engine_()) / 4294967295.0;
}

GraphBuilder::GraphBuilder(std::string name, std::uint32_t seed) : random_(seed) {
  graph_.name = std::move(name);
}

const Tensor& GraphBuilder::at(TensorIndex tensor) const {
  return graph_.tensors[static_cast<std::size_t>(tensor)];
}

double GraphBuilder::scale(TensorIndex tensor) const {
  return static_cast<double>(at(tensor).quantization.scale[0]);
}

TensorIndex GraphBuilder::append(Tensor tensor) {
  const auto index = static_cast<TensorIndex>(graph_.tensors.size());
  if (tensor.name.empty()) tensor.name = "net/t" + std::to_string(index);
  graph_.tensors.push_back(std::move(tensor));
  return index;
}

TensorIndex GraphBuilder::append(model::Kind kind, std::vector<TensorIndex> inputs, Tensor output) {
  const TensorIndex index = append(std::move(output));
  graph_.operators.push_back({std::move(kind), std::move(inputs), {index}});
  return index;
}

Tensor GraphBuilder::activation_tensor(const Shape& shape, double scale) {
  const std::int32_t zero_point = random_.chance(40)
                                      ? random_.one_of<std::int32_t>({-128, -128, 127, 0})
                                      : random_.integer(-128, 127);
  return {.name = "",
          .type = Type::int8,
          .shape = shape,
          .quantization = {.scale = {static_cast<float>(scale)}, .zero_point = {zero_point}},
          .data = {}};
}

TensorIndex GraphBuilder::input(const Shape& shape) {
  const TensorIndex index = append(activation_tensor(shape, random_.real(0.01, 0.1)));
  graph_.inputs.push_back(index);
  return index;
}

TensorIndex GraphBuilder::input(Tensor tensor) {
  const TensorIndex index = append(std::move(tensor));
  graph_.inputs.push_back(index);
  return index;
}

TensorIndex GraphBuilder::constant(Tensor tensor) {
  const bool given = tensor.constant();
  tensor.data.resize(tensor.bytes());
  if (!given) {
    for (std::byte& byte : tensor.data) byte = static_cast<std::byte>(random_.integer(0, 255));
  }
  return append(std::move(tensor));
}

std::vector<TensorIndex> GraphBuilder::apply(model::Kind kind, std::vector<TensorIndex> inputs,
                                             const std::vector<Tensor>& outputs) {
  std::vector<TensorIndex> made;
  for (const Tensor& output : outputs) made.push_back(append(output));
  graph_.operators.push_back({std::move(kind), std::move(inputs), made});
  return made;
}

TensorIndex GraphBuilder::weights(const Shape& shape, std::int32_t axis) {
  Tensor tensor{.name = "", .type = Type::int8, .shape = shape, .quantization = {}, .data = {}};
  tensor.data.resize(tensor.elements());
  // The specification's range; one that breaks it takes other kernels.
  const std::int32_t lowest = random_.chance(85) ? -127 : -128;
  for (std::byte& byte : tensor.data) byte = static_cast<std::byte>(random_.integer(lowest, 127));
  const auto scales = random_.chance(75) ? shape[static_cast<std::size_t>(axis)] : 1;
  tensor.quantization.axis = axis;
  for (std::int32_t i = 0; i < scales; ++i) {
    tensor.quantization.scale.push_back(static_cast<float>(random_.real(0.005, 0.02)));
    tensor.quantization.zero_point.push_back(0);
  }
  // One for all now and then has a zero point too: networks that were uint8.
  if (scales == 1 && random_.chance(25)) {
    tensor.quantization.zero_point = {random_.integer(-128, 127)};
  }
  return append(std::move(tensor));
}

TensorIndex GraphBuilder::bias(TensorIndex input, TensorIndex weights, std::int32_t channels,
                               std::int32_t products) {
  if (random_.chance(15)) return model::absent;
  const double usual = spread_of_int8 * spread_of_int8 * std::sqrt(products);
  const double largest = random_.chance(10) ? 1.2e9 : usual;
  Tensor tensor{
      .name = "", .type = Type::int32, .shape = {channels}, .quantization = {}, .data = {}};
  tensor.data.resize(tensor.bytes());
  for (std::size_t i = 0; i < static_cast<std::size_t>(channels); ++i) {
    const auto value = static_cast<std::int32_t>(random_.real(-largest, largest));
    std::memcpy(tensor.data.data() + i * sizeof value, &value, sizeof value);
  }
  for (const float weight_scale : at(weights).quantization.scale) {
    const double product = scale(input) * static_cast<double>(weight_scale);
    tensor.quantization.scale.push_back(static_cast<float>(product));
    tensor.quantization.zero_point.push_back(0);
  }
  return append(std::move(tensor));
}

TensorIndex GraphBuilder::weigh(const model::Kind& kind, TensorIndex input, TensorIndex weights,
                                const Shape& output) {
  const std::int32_t channels = output.back();
  const auto products = static_cast<std::int32_t>(at(weights).elements()) / channels;
  const TensorIndex bias_index = bias(input, weights, channels, products);
  // Outputs spread over int8; now and then far below it, so that factors over 1 occur.
  const double spread = scale(input) * scale(weights) * std::sqrt(products) * spread_of_int8;
  const double output_scale =
      random_.chance(5) && spread > 0.1 ? spread / 5000 : spread * random_.real(0.5, 2);
  return append(kind, {input, weights, bias_index}, activation_tensor(output, output_scale));
}

TensorIndex GraphBuilder::conv2d(TensorIndex input, std::int32_t channels, std::int32_t height,
                                 std::int32_t width, const model::Conv2D& kind) {
  const Shape in = shape(input);
  const Shape out = {in[0], outputs_of(kind.padding, in[1], height, kind.stride_h, kind.dilation_h),
                     outputs_of(kind.padding, in[2], width, kind.stride_w, kind.dilation_w),
                     channels};
  return weigh(kind, input, weights({channels, height, width, in[3]}, 0), out);
}

TensorIndex GraphBuilder::depthwise(TensorIndex input, std::int32_t height, std::int32_t width,
                                    const model::DepthwiseConv2D& kind) {
  const Shape in = shape(input);
  const std::int32_t channels = in[3] * kind.depth_multiplier;
  const Shape out = {in[0], outputs_of(kind.padding, in[1], height, kind.stride_h, kind.dilation_h),
                     outputs_of(kind.padding, in[2], width, kind.stride_w, kind.dilation_w),
                     channels};
  return weigh(kind, input, weights({1, height, width, channels}, 3), out);
}

TensorIndex GraphBuilder::dense(TensorIndex input, std::int32_t outputs, Activation activation) {
  const Shape in = shape(input);
  const std::int32_t inputs = product_of(in, 1, in.size());
  return weigh(model::FullyConnected{activation}, input, weights({outputs, inputs}, 0),
               {in[0], outputs});
}

TensorIndex GraphBuilder::pool(TensorIndex input, const model::AveragePool2D& kind) {
  const Shape in = shape(input);
  Tensor output = at(input);
  output.name.clear();
  output.shape = {in[0], outputs_of(kind.padding, in[1], kind.filter_h, kind.stride_h, 1),
                  outputs_of(kind.padding, in[2], kind.filter_w, kind.stride_w, 1), in[3]};
  return append(kind, {input}, std::move(output));
}

TensorIndex GraphBuilder::add(TensorIndex a, TensorIndex b, Activation activation) {
  const double output_scale = (scale(a) + scale(b)) * random_.real(0.5, 1.5);
  return append(model::Add{activation}, {a, b}, activation_tensor(shape(a), output_scale));
}

TensorIndex GraphBuilder::reshape(TensorIndex input, const Shape& shape) {
  Tensor output = at(input);
  output.name.clear();
  output.shape = shape;
  return append(model::Reshape{}, {input}, std::move(output));
}

TensorIndex GraphBuilder::softmax(TensorIndex input) {
  Tensor output = activation_tensor(shape(input), 1.0 / 256);
  output.quantization.zero_point = {-128};
  return append(model::Softmax{}, {input}, std::move(output));
}

TensorIndex GraphBuilder::variable(Type type, const Shape& shape, double scale,
                                   std::int32_t zero_point) {
  Tensor tensor = activation_tensor(shape, scale);
  tensor.type = type;
  tensor.quantization.zero_point = {zero_point};
  tensor.variable = true;
  return append(std::move(tensor));
}

TensorIndex GraphBuilder::numbers(Type type, const Shape& shape, double scale,
                                  std::int32_t largest) {
  Tensor tensor = activation_tensor(shape, scale);
  tensor.type = type;
  tensor.quantization.zero_point = {0};
  tensor.data.resize(tensor.bytes());
  const std::size_t size = bytes_of(type);
  for (std::size_t at = 0; at < tensor.data.size(); at += size) {
    const std::int32_t value = random_.integer(-largest, largest);
    std::memcpy(tensor.data.data() + at, &value, size);  // the lower bytes come first
  }
  return append(std::move(tensor));
}

TensorIndex GraphBuilder::constant(const Shape& shape) {
  Tensor tensor = activation_tensor(shape, random_.real(0.01, 0.1));
  tensor.data.resize(tensor.elements());
  for (std::byte& byte : tensor.data) byte = static_cast<std::byte>(random_.integer(-128, 127));
  return append(std::move(tensor));
}

TensorIndex GraphBuilder::apply(model::Kind kind, std::vector<TensorIndex> inputs,
                                const Shape& shape, double scale) {
  return append(std::move(kind), std::move(inputs), activation_tensor(shape, scale));
}

TensorIndex GraphBuilder::apply_keeping_scale(model::Kind kind, std::vector<TensorIndex> inputs,
                                              const Shape& shape) {
  Tensor output = activation_tensor(shape, 1);
  output.quantization = at(inputs[0]).quantization;
  for (const TensorIndex input : inputs) {
    graph_.tensors[static_cast<std::size_t>(input)].quantization = output.quantization;
  }
  return append(std::move(kind), std::move(inputs), std::move(output));
}

TensorIndex GraphBuilder::apply_fixed(model::Kind kind, std::vector<TensorIndex> inputs,
                                      const Shape& shape, double scale, std::int32_t zero_point) {
  Tensor output = activation_tensor(shape, scale);
  output.quantization.zero_point = {zero_point};
  return append(std::move(kind), std::move(inputs), std::move(output));
}

Graph GraphBuilder::finish(const std::vector<TensorIndex>& outputs) {
  graph_.outputs = outputs;
  return graph_;
}

Graph random_layer(const std::string& name, std::uint32_t seed) {
  GraphBuilder builder(name, seed);
  Random& random = builder.random();
  const std::int32_t batch = random.chance(15) ? 2 : 1;
  const std::int32_t channels = random.one_of<std::int32_t>({1, 2, 3, 4, 5, 7, 8, 12});
  const std::int32_t longest_side = random.chance(6) ? 1 : 9;
  const TensorIndex input = builder.input(
      {batch, random.integer(1, longest_side), random.integer(1, longest_side), channels});
  const std::int32_t height = builder.shape(input)[1];
  const std::int32_t width = builder.shape(input)[2];
  const Padding padding = random.chance(60) ? Padding::same : Padding::valid;
  const std::int32_t dilation = random.chance(20) ? random.integer(2, 3) : 1;
  const auto taps = [&](std::int32_t size) {
    const std::int32_t most = padding == Padding::same ? 5 : (size - 1) / dilation + 1;
    return random.integer(1, std::min(most, 5));
  };
  const bool usual = random.chance(40) && (padding == Padding::same || std::min(height, width) > 6);
  const std::int32_t rows = usual ? 3 : taps(height);
  const std::int32_t columns = usual ? 3 : taps(width);
  const std::int32_t down = random.integer(1, 3);
  const std::int32_t right = random.chance(70) ? down : random.integer(1, 4);
  const Activation activation = any_activation(random);
  switch (random.integer(0, 5)) {
    case 0:
      return builder.finish({builder.dense(input, random.integer(1, 13), activation)});
    case 1:
      return builder.finish({builder.pool(input, {.padding = padding,
                                                  .stride_h = down,
                                                  .stride_w = right,
                                                  .filter_h = std::min(rows, height),
                                                  .filter_w = std::min(columns, width),
                                                  .activation = activation})});
    case 2:
    case 3:
      return builder.finish(
          {builder.depthwise(input, rows, columns,
                             {.padding = padding,
                              .stride_h = down,
                              .stride_w = right,
                              .dilation_h = dilation,
                              .dilation_w = dilation,
                              .depth_multiplier = random.chance(70) ? 1 : random.integer(2, 3),
                              .activation = activation})});
    default:
      return builder.finish({builder.conv2d(input, random.integer(1, 10), rows, columns,
                                            {.padding = padding,
                                             .stride_h = down,
                                             .stride_w = right,
                                             .dilation_h = dilation,
                                             .dilation_w = dilation,
                                             .activation = activation})});
  }
}

Graph random_tiles(const std::string& name, std::uint32_t seed) {
  GraphBuilder builder(name, seed);
  Random& random = builder.random();
  const Padding padding = random.chance(60) ? Padding::same : Padding::valid;
  const std::int32_t least = padding == Padding::same ? 2 : 4;
  const std::int32_t inputs = 4 * random.integer(2, 10);
  const TensorIndex input = builder.input(
      {random.chance(20) ? 2 : 1, random.integer(least, 11), random.integer(least, 19), inputs});
  return builder.finish(
      {builder.conv2d(input, random.integer(8, 17), 3, 3,
                      {.padding = padding, .activation = any_activation(random)})});
}

Graph random_network(const std::string& name, std::uint32_t seed) {
  GraphBuilder builder(name, seed);
  Random& random = builder.random();
  const std::int32_t channels = random.integer(3, 9);
  TensorIndex current = builder.input({1, random.integer(4, 9), random.integer(4, 9), channels});
  std::vector<TensorIndex> earlier = {current};
  for (int i = 0; i < 8; ++i) {
    switch (random.integer(0, 4)) {
      case 0:
        current = builder.conv2d(current, channels, 3, 3, {.activation = any_activation(random)});
        break;
      case 1:
        current = builder.conv2d(current, channels, 1, 1, {});
        break;
      case 2:
        current = builder.depthwise(current, 3, 3, {.activation = any_activation(random)});
        break;
      case 3:
        current = builder.pool(current, {.padding = Padding::same, .filter_h = 2, .filter_w = 3});
        break;
      default:
        current = builder.add(current, random.one_of(earlier), any_activation(random));
    }
    earlier.push_back(current);
  }
  if (random.chance(30)) {
    const TensorIndex other = builder.input(builder.shape(current));
    current = builder.add(other, current, Activation::none);
  }
  const TensorIndex mean = builder.pool(current, {.padding = Padding::valid,
                                                  .stride_h = 1,
                                                  .stride_w = 1,
                                                  .filter_h = builder.shape(current)[1],
                                                  .filter_w = builder.shape(current)[2]});
  const TensorIndex flat = builder.reshape(mean, {1, channels});
  const TensorIndex scores = builder.softmax(builder.dense(flat, 5, Activation::none));
  if (random.chance(30)) return builder.finish({current, scores});
  return builder.finish({scores});
}

Graph keyword_network(const std::string& name, std::uint32_t seed) {
  GraphBuilder builder(name, seed);
  const Activation relu = Activation::relu;
  TensorIndex current = builder.input({1, 12, 10, 1});
  current = builder.conv2d(current, 8, 10, 4, {.stride_h = 2, .stride_w = 2, .activation = relu});
  for (int i = 0; i < 2; ++i) {
    current = builder.depthwise(current, 3, 3, {.activation = relu});
    current = builder.conv2d(current, 8, 1, 1, {.activation = relu});
  }
  current = builder.pool(current, {.stride_h = 6, .stride_w = 5, .filter_h = 6, .filter_w = 5});
  current = builder.reshape(current, {1, 8});
  return builder.finish({builder.softmax(builder.dense(current, 4, Activation::none))});
}

TEST(GraphBuilder, MakesGraphsThatPassTheCheck) {
  for (std::uint32_t seed = 0; seed < 500; ++seed) {
    for (const Graph& graph :
         {random_layer("layer", seed), random_network("network", seed), random_move("move", seed),
          random_tiles("tiles", seed), random_wide_layer("wide", seed),
          random_elementwise("elementwise", seed), random_reduction("reduction", seed),
          random_memory("memory", seed), random_blocks("blocks", seed), random_typed("typed", seed),
          keyword_network("keyword", seed)}) {
      const Result<void> checked = model::check(graph);
      ASSERT_TRUE(checked.ok()) << "seed " << seed << ": " << checked.error().message;
    }
  }
}

}  // namespace sengi::compile
