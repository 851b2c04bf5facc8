// SPDX-License-Identifier: Apache-2.0
// Random gated recurrent units.
#include <cstring>
#include <utility>
#include <vector>

#include "compile/graph_builder.h"

namespace sengi::compile {
namespace {

using model::Graph;
using model::Tensor;
using model::TensorIndex;
using model::Type;

constexpr std::size_t gates = 3;

// A constant with a scale for each gate.
TensorIndex gated(GraphBuilder& builder, Type type, const model::Shape& shape,
                  const std::vector<float>& scales, std::int32_t largest) {
  Tensor tensor;
  tensor.type = type;
  tensor.shape = shape;
  tensor.quantization = {scales, std::vector<std::int32_t>(gates, 0), 0};
  tensor.data.resize(tensor.bytes());
  const std::size_t size = bytes_of(type);
  for (std::size_t at = 0; at < tensor.data.size(); at += size) {
    const std::int32_t value = builder.random().integer(-largest, largest);
    std::memcpy(tensor.data.data() + at, &value, size);  // the lower bytes come first
  }
  return builder.constant(std::move(tensor));
}

}  // namespace

Graph random_gru(const std::string& name, std::uint32_t seed) {
  GraphBuilder builder(name, seed);
  Random& random = builder.random();
  const std::int32_t images = random.chance(25) ? 2 : 1;
  const std::int32_t steps = random.one_of<std::int32_t>({1, 2, 3, 7, random.integer(1, 30)});
  const std::int32_t inputs = random.integer(1, 14);
  const std::int32_t units = random.one_of<std::int32_t>({1, 2, 8, 16, random.integer(1, 21)});
  const bool every_step = random.chance(40);
  const TensorIndex input = builder.input({images, steps, inputs});
  // From a whisper to gates that are always at one end or the other.
  const double loudness = random.one_of<double>({0.1, 1, 1, 8});
  std::vector<float> scales;
  std::vector<float> recurrent_scales;
  std::vector<float> bias_scales;
  for (std::size_t gate = 0; gate < gates; ++gate) {
    scales.push_back(static_cast<float>(loudness * random.real(0.002, 0.02)));
    recurrent_scales.push_back(static_cast<float>(loudness * random.real(0.002, 0.02)));
    bias_scales.push_back(scales.back() * static_cast<float>(builder.scale(input)));
  }
  const std::int32_t largest_bias = random.one_of<std::int32_t>({0, 5000, 5000, 1 << 23});
  const std::vector<TensorIndex> operands = {
      input, gated(builder, Type::int8, {3, units, inputs}, scales, random.chance(50) ? 127 : 40),
      gated(builder, Type::int8, {3, units, units}, recurrent_scales, 127),
      gated(builder, Type::int32, {3, units}, bias_scales, largest_bias)};
  const model::Shape shape =
      every_step ? model::Shape{images, steps, units} : model::Shape{images, units};
  return builder.finish({builder.apply_fixed(model::Gru{}, operands, shape, 1.0 / 128, 0)});
}

}  // namespace sengi::compile
