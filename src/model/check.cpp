// SPDX-License-Identifier: Apache-2.0
// The graph as a whole: its tensors one by one, then the order in which operators read and write
// them.
#include <fmt/format.h>

#include <cmath>
#include <limits>
#include <set>
#include <vector>

#include "model/check_parts.h"
#include "model/graph.h"

namespace sengi::model {
namespace {

constexpr std::size_t most_axes = 8;

bool in_range(const Graph& graph, TensorIndex index) {
  return index >= 0 && static_cast<std::size_t>(index) < graph.tensors.size();
}

// Elements of a shape, or 0 where there are none or more than a graph may have.
std::size_t bounded_elements(const Shape& shape) {
  std::size_t product = 1;
  for (const std::int32_t dimension : shape) {
    if (dimension < 1) return 0;
    product *= static_cast<std::size_t>(dimension);
    if (product > most_elements) return 0;
  }
  return product;
}

bool zero_point_fits(Type type, std::int32_t zero_point) {
  if (type == Type::int8) return zero_point >= -128 && zero_point <= 127;
  if (type == Type::uint8) return zero_point >= 0 && zero_point <= 255;
  if (type == Type::int16) return zero_point >= -32768 && zero_point <= 32767;
  return zero_point == 0;
}

Result<void> check_quantization(const Tensor& tensor, const std::string& label) {
  const Quantization& quantization = tensor.quantization;
  const std::size_t scales = quantization.scale.size();
  if (scales != quantization.zero_point.size()) {
    return Error{fmt::format("tensor {} has {} scales and {} zero points", label, scales,
                             quantization.zero_point.size())};
  }
  if (quantization.empty()) return {};
  if (tensor.type == Type::float32) {
    return Error{fmt::format("tensor {} is float32 and has a scale", label)};
  }
  if (quantization.axis < 0 || static_cast<std::size_t>(quantization.axis) >= tensor.shape.size()) {
    return Error{fmt::format("tensor {} of shape {} is quantised along axis {}", label,
                             to_string(tensor.shape), quantization.axis)};
  }
  const auto extent =
      static_cast<std::size_t>(tensor.shape[static_cast<std::size_t>(quantization.axis)]);
  if (scales != 1 && scales != extent) {
    return Error{fmt::format("tensor {} of shape {} has {} scales along axis {}", label,
                             to_string(tensor.shape), scales, quantization.axis)};
  }
  for (const float scale : quantization.scale) {
    if (!std::isfinite(scale) || scale <= 0) {
      return Error{
          fmt::format("tensor {} has scale {}; it must be above 0 and finite", label, scale)};
    }
  }
  for (const std::int32_t zero_point : quantization.zero_point) {
    if (!zero_point_fits(tensor.type, zero_point)) {
      return Error{fmt::format("tensor {} of type {} has zero point {}", label,
                               name_of(tensor.type), zero_point)};
    }
  }
  return {};
}

Result<void> check_tensor(const Tensor& tensor, const std::string& label) {
  if (tensor.shape.empty() || tensor.shape.size() > most_axes) {
    return Error{fmt::format("tensor {} has {} axes; from 1 to {} are supported", label,
                             tensor.shape.size(), most_axes)};
  }
  if (bounded_elements(tensor.shape) == 0) {
    return Error{
        fmt::format("tensor {} has shape {}; dimensions must be at least 1 and elements at most {}",
                    label, to_string(tensor.shape), most_elements)};
  }
  if (tensor.variable && tensor.constant()) {
    return Error{fmt::format("tensor {} is a variable and has data", label)};
  }
  if (tensor.constant() && tensor.data.size() != tensor.bytes()) {
    return Error{fmt::format("tensor {} of {} {} holds {} bytes instead of {}", label,
                             name_of(tensor.type), to_string(tensor.shape), tensor.data.size(),
                             tensor.bytes())};
  }
  return check_quantization(tensor, label);
}

Result<void> check_tensors(const Graph& graph) {
  std::size_t elements = 0;
  for (std::size_t i = 0; i < graph.tensors.size(); ++i) {
    const Tensor& tensor = graph.tensors[i];
    SENGI_CHECK(check_tensor(tensor, tensor_label(graph, static_cast<TensorIndex>(i))));
    elements += tensor.elements();
    if (elements > most_elements) {
      return Error{fmt::format("tensors hold more than {} elements together", most_elements)};
    }
  }
  return {};
}

// Walks the operators in order and keeps which tensors have their values.
class OrderCheck {
 public:
  explicit OrderCheck(const Graph& graph) : graph_(graph), known_(graph.tensors.size(), false) {}

  Result<void> inputs() {
    if (graph_.inputs.empty()) return Error{"no graph inputs"};
    for (const TensorIndex index : graph_.inputs) {
      if (!in_range(graph_, index)) return Error{fmt::format("graph input {} is no tensor", index)};
      if (tensor(index).constant())
        return Error{fmt::format("graph input {} is a constant", label(index))};
      if (tensor(index).variable)
        return Error{fmt::format("graph input {} is a variable", label(index))};
      if (known(index)) return Error{fmt::format("graph input {} is listed twice", label(index))};
      known(index) = true;
    }
    return {};
  }

  Result<void> step(const Place& place) {
    const Operator& op = place.op();
    for (std::size_t i = 0; i < op.inputs.size(); ++i) {
      if (!place.has_input(i) || place.input(i).constant()) continue;
      if (place.input(i).variable) {
        if (known(op.inputs[i])) return place.input_fault(i, "is another operator's state");
        known(op.inputs[i]) = true;
      }
      if (!known(op.inputs[i])) return place.input_fault(i, "is read before it is written");
    }
    for (std::size_t i = 0; i < op.outputs.size(); ++i) {
      const TensorIndex output = op.outputs[i];
      if (tensor(output).constant()) return place.output_fault(i, "is a constant");
      if (tensor(output).variable) return place.output_fault(i, "is a variable");
      if (known(output)) return place.output_fault(i, "is written before");
      known(output) = true;
      written_.insert(output);
    }
    return {};
  }

  Result<void> outputs() const {
    if (graph_.outputs.empty()) return Error{"no graph outputs"};
    std::set<TensorIndex> seen;
    for (const TensorIndex index : graph_.outputs) {
      if (!in_range(graph_, index)) {
        return Error{fmt::format("graph output {} is no tensor", index)};
      }
      if (!written_.contains(index)) {
        return Error{fmt::format("graph output {} is written by no operator", label(index))};
      }
      if (!seen.insert(index).second) {
        return Error{fmt::format("graph output {} is listed twice", label(index))};
      }
    }
    return {};
  }

 private:
  const Tensor& tensor(TensorIndex i) const { return graph_.tensors[static_cast<std::size_t>(i)]; }
  std::string label(TensorIndex i) const { return tensor_label(graph_, i); }
  std::vector<bool>::reference known(TensorIndex i) { return known_[static_cast<std::size_t>(i)]; }

  const Graph& graph_;
  std::vector<bool> known_;
  std::set<TensorIndex> written_;
};

}  // namespace

Result<void> check(const Graph& graph) {
  if (graph.operators.empty()) return Error{"no operators"};
  SENGI_CHECK(check_tensors(graph));
  OrderCheck order(graph);
  SENGI_CHECK(order.inputs());
  for (std::size_t i = 0; i < graph.operators.size(); ++i) {
    const Place place{.graph = graph, .index = i};
    SENGI_CHECK(check_arity(place));
    SENGI_CHECK(order.step(place));
    SENGI_CHECK(check_shapes(place));
    SENGI_CHECK(check_arithmetic(place));
  }
  return order.outputs();
}

}  // namespace sengi::model
