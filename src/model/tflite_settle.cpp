// SPDX-License-Identifier: Apache-2.0
#include "model/tflite_settle.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstring>
#include <utility>

#include "tflite_schema_generated.h"

namespace sengi::model {
namespace {

namespace fb = sengi::tflite;

std::string label_of(const Tensor& tensor, TensorIndex index) {
  return tensor.name.empty() ? fmt::format("#{}", index) : quoted(tensor.name);
}

bool fits(const Shape& asked, const Shape& shape) {
  return asked.size() == shape.size() &&
         std::ranges::equal(asked, shape, [](std::int32_t a, std::int32_t s) {
           return a == s || a == -1;  // -1: whatever is left
         });
}

// ---- from the file

struct Settling {
  Operator& op;
  fb::BuiltinOperator builtin;
  const fb::Operator& file;
  const ReadTensor& read;

  bool has_input(std::size_t i) const { return i < op.inputs.size() && op.inputs[i] != absent; }

  Result<Shape> shape_of(const std::vector<TensorIndex>& tensors, std::size_t i) const {
    if (i >= tensors.size() || tensors[i] == absent) return Error{"a tensor is missing"};
    SENGI_TRY(tensor, read(tensors[i]));
    return std::move(tensor.shape);
  }

  // The values of input `i`, a list of int32 that `what` names.
  Result<std::vector<std::int32_t>> list(std::size_t i, const char* what) const {
    if (!has_input(i)) return Error{fmt::format("its {} is missing", what)};
    SENGI_TRY(tensor, read(op.inputs[i]));
    if (!tensor.constant()) {
      return Error{fmt::format("its {} is computed; only constants are supported", what)};
    }
    const bool wide = tensor.type == Type::int64;
    if ((tensor.type != Type::int32 && !wide) || tensor.data.size() % bytes_of(tensor.type) != 0) {
      return Error{
          fmt::format("its {} {} is not a list of int32", what, label_of(tensor, op.inputs[i]))};
    }
    if (wide) return narrowed(tensor, what);
    std::vector<std::int32_t> values(tensor.data.size() / sizeof(std::int32_t));
    std::memcpy(values.data(), tensor.data.data(), tensor.data.size());
    return values;
  }

  // The same from int64, whose numbers must be ones of int32.
  static Result<std::vector<std::int32_t>> narrowed(const Tensor& tensor, const char* what) {
    std::vector<std::int64_t> wide(tensor.data.size() / sizeof(std::int64_t));
    std::memcpy(wide.data(), tensor.data.data(), wide.size() * sizeof(std::int64_t));
    std::vector<std::int32_t> values;
    for (const std::int64_t value : wide) {
      if (value != static_cast<std::int32_t>(value)) {
        return Error{fmt::format("its {} has {}, beyond 32 bits", what, value)};
      }
      values.push_back(static_cast<std::int32_t>(value));
    }
    return values;
  }

  // The inputs are cut down to their first `count`.
  void keep_inputs(std::size_t count) {
    while (op.inputs.size() > count) op.inputs.pop_back();
  }
};

template <typename Complete>
Result<void> settle_kind(Settling&, Complete&) {
  return {};
}

// The shape asked for, in a second input or in the options, must be the output tensor's, which is
// all that Reshape keeps. Squeezed and inserted axes show in it as well.
Result<void> settle_kind(Settling& at, Reshape&) {
  if (at.builtin != fb::BuiltinOperator::RESHAPE) {
    at.keep_inputs(1);
    return {};
  }
  Shape asked;
  const fb::ReshapeOptions* options = at.file.builtin_options_as_ReshapeOptions();
  if (options != nullptr && options->new_shape() != nullptr) {
    asked.assign(options->new_shape()->begin(), options->new_shape()->end());
  }
  if (at.op.inputs.size() == 2 && at.has_input(1)) {
    SENGI_TRY(shape, at.list(1, "shape"));
    asked = std::move(shape);
  }
  if (at.op.inputs.size() == 2) at.keep_inputs(1);
  if (asked.empty() || at.op.outputs.size() != 1 || at.op.outputs[0] == absent) return {};
  SENGI_TRY(output, at.shape_of(at.op.outputs, 0));
  if (fits(asked, output)) return {};
  return Error{
      fmt::format("asks for shape {}, its output has {}", to_string(asked), to_string(output))};
}

// By axis what comes before and behind, in pairs.
template <typename Padded>
Result<void> settle_paddings(const Settling& at, std::size_t i, Padded& padded) {
  SENGI_TRY(paddings, at.list(i, "list of paddings"));
  if (paddings.size() % 2 != 0) {
    return Error{fmt::format("has {} paddings; each axis needs two", paddings.size())};
  }
  for (std::size_t k = 0; k < paddings.size(); k += 2) {
    padded.before.push_back(paddings[k]);
    padded.after.push_back(paddings[k + 1]);
  }
  return {};
}

Result<void> settle_kind(Settling& at, MirrorPad& pad) {
  SENGI_CHECK(settle_paddings(at, 1, pad));
  at.keep_inputs(1);
  return {};
}

template <typename Blocks>
Result<void> settle_blocks(Settling& at, Blocks& blocks) {
  SENGI_TRY(block, at.list(1, "block's shape"));
  blocks.block = std::move(block);
  SENGI_CHECK(settle_paddings(at, 2, blocks));
  at.keep_inputs(1);
  return {};
}

Result<void> settle_kind(Settling& at, SpaceToBatch& blocks) { return settle_blocks(at, blocks); }
Result<void> settle_kind(Settling& at, BatchToSpace& blocks) { return settle_blocks(at, blocks); }

Result<void> settle_kind(Settling& at, Pad& pad) {
  SENGI_CHECK(settle_paddings(at, 1, pad));
  std::vector<TensorIndex>& inputs = at.op.inputs;
  std::rotate(inputs.begin() + 1, inputs.begin() + 2, inputs.end());
  inputs.pop_back();
  return {};
}

Result<void> settle_kind(Settling& at, Transpose& transpose) {
  SENGI_TRY(permutation, at.list(1, "list of axes"));
  transpose.permutation = std::move(permutation);
  at.keep_inputs(1);
  return {};
}

// Axes may count from the back, and come twice.
template <typename Reduction>
Result<void> settle_reduction(Settling& at, Reduction& mean) {
  SENGI_TRY(input, at.shape_of(at.op.inputs, 0));
  SENGI_TRY(axes, at.list(1, "list of axes"));
  const auto rank = static_cast<std::int32_t>(input.size());
  for (std::int32_t& axis : axes) {
    if (axis < -rank || axis >= rank) {
      return Error{fmt::format("takes axis {} of an input of {}", axis, to_string(input))};
    }
    if (axis < 0) axis += rank;
  }
  std::ranges::sort(axes);
  axes.erase(std::unique(axes.begin(), axes.end()), axes.end());
  mean.axes = std::move(axes);
  at.keep_inputs(1);
  return {};
}

Result<void> settle_kind(Settling& at, Mean& mean) { return settle_reduction(at, mean); }
Result<void> settle_kind(Settling& at, Sum& sum) { return settle_reduction(at, sum); }
Result<void> settle_kind(Settling& at, ReduceMax& most) { return settle_reduction(at, most); }
Result<void> settle_kind(Settling& at, ReduceMin& least) { return settle_reduction(at, least); }

// An axis in input `i`, which may count from the back of a shape.
Result<std::int32_t> settle_axis(const Settling& at, std::size_t i, const Shape& shape) {
  SENGI_TRY(axes, at.list(i, "axis"));
  if (axes.size() != 1) return Error{fmt::format("has {} axes; 1 is needed", axes.size())};
  return axes[0] < 0 ? static_cast<std::int32_t>(std::int64_t{axes[0]} +
                                                 static_cast<std::int64_t>(shape.size()))
                     : axes[0];
}

template <typename Arg>
Result<void> settle_arg(Settling& at, Arg& arg) {
  SENGI_TRY(input, at.shape_of(at.op.inputs, 0));
  SENGI_TRY(axis, settle_axis(at, 1, input));
  arg.axis = axis;
  at.keep_inputs(1);
  return {};
}

Result<void> settle_kind(Settling& at, ArgMax& arg) { return settle_arg(at, arg); }
Result<void> settle_kind(Settling& at, ArgMin& arg) { return settle_arg(at, arg); }

// An axis that may count from the back of a tensor's shape.
Result<void> count_from_front(const Settling& at, std::int32_t& axis,
                              const std::vector<TensorIndex>& tensors, std::size_t i) {
  if (axis >= 0) return {};
  SENGI_TRY(shape, at.shape_of(tensors, i));
  axis = static_cast<std::int32_t>(std::int64_t{axis} + static_cast<std::int64_t>(shape.size()));
  return {};
}

Result<void> settle_kind(Settling& at, Concatenation& concatenation) {
  return count_from_front(at, concatenation.axis, at.op.outputs, 0);
}
Result<void> settle_kind(Settling& at, Pack& pack) {
  return count_from_front(at, pack.axis, at.op.outputs, 0);
}
Result<void> settle_kind(Settling& at, Unpack& unpack) {
  return count_from_front(at, unpack.axis, at.op.inputs, 0);
}
Result<void> settle_kind(Settling& at, Gather& gather) {
  SENGI_CHECK(count_from_front(at, gather.axis, at.op.inputs, 0));
  return count_from_front(at, gather.batch_axes, at.op.inputs, 1);
}

// SPLIT has axis and input, SPLIT_V input, sizes and axis. The outputs' shapes say the sizes.
Result<void> settle_kind(Settling& at, Split& split) {
  const bool sized = at.builtin == fb::BuiltinOperator::SPLIT_V;
  const std::size_t input = sized ? 0 : 1;
  SENGI_TRY(shape, at.shape_of(at.op.inputs, input));
  SENGI_TRY(axis, settle_axis(at, sized ? 2 : 0, shape));
  split.axis = axis;
  if (!sized) std::swap(at.op.inputs[0], at.op.inputs[1]);
  at.keep_inputs(1);
  return {};
}

// The new size must be the output tensor's, which says it.
Result<void> settle_size(Settling& at) {
  SENGI_TRY(size, at.list(1, "size"));
  SENGI_TRY(output, at.shape_of(at.op.outputs, 0));
  if (output.size() != 4 || size.size() != 2 || size[0] != output[1] || size[1] != output[2]) {
    return Error{
        fmt::format("asks for size {}, its output has {}", to_string(size), to_string(output))};
  }
  at.keep_inputs(1);
  return {};
}

Result<void> settle_kind(Settling& at, ResizeNearestNeighbor&) { return settle_size(at); }
Result<void> settle_kind(Settling& at, ResizeBilinear&) { return settle_size(at); }

// Input, begins, sizes; a size of -1 is all that is left.
Result<void> settle_slice(Settling& at, StridedSlice& slice) {
  SENGI_TRY(input, at.shape_of(at.op.inputs, 0));
  SENGI_TRY(begins, at.list(1, "list of begins"));
  SENGI_TRY(sizes, at.list(2, "list of sizes"));
  if (begins.size() != input.size() || sizes.size() != input.size()) {
    return Error{fmt::format("has {} begins and {} sizes for an input of {}", begins.size(),
                             sizes.size(), to_string(input))};
  }
  for (std::size_t axis = 0; axis < input.size(); ++axis) {
    const std::int64_t end =
        sizes[axis] == -1 ? input[axis] : std::int64_t{begins[axis]} + sizes[axis];
    if (begins[axis] < 0 || sizes[axis] < -1 || end > input[axis]) {
      return Error{fmt::format("takes {} from {} along axis {} of an input of {}", sizes[axis],
                               begins[axis], axis, to_string(input))};
    }
    slice.end.push_back(static_cast<std::int32_t>(end));
  }
  slice.begin = std::move(begins);
  slice.stride.assign(input.size(), 1);
  slice.dropped.assign(input.size(), false);
  at.keep_inputs(1);
  return {};
}

// Input, begins, ends, strides. Masks, indices from the back and those beyond the axis become the
// places that they stand for.
Result<void> settle_kind(Settling& at, StridedSlice& slice) {
  if (at.builtin == fb::BuiltinOperator::SLICE) return settle_slice(at, slice);
  SENGI_TRY(input, at.shape_of(at.op.inputs, 0));
  SENGI_TRY(begins, at.list(1, "list of begins"));
  SENGI_TRY(ends, at.list(2, "list of ends"));
  SENGI_TRY(strides, at.list(3, "list of strides"));
  const fb::StridedSliceOptions* options = at.file.builtin_options_as_StridedSliceOptions();
  if (options == nullptr) return Error{"its options are missing"};
  if (options->ellipsis_mask() != 0 || options->new_axis_mask() != 0) {
    return Error{"slices with an ellipsis or new axes are not supported"};
  }
  if (begins.size() > input.size() || ends.size() != begins.size() ||
      strides.size() != begins.size()) {
    return Error{fmt::format("has {} begins, {} ends and {} strides for an input of {}",
                             begins.size(), ends.size(), strides.size(), to_string(input))};
  }
  const auto in_mask = [](std::int32_t mask, std::size_t axis) {
    return axis < 32 && (static_cast<std::uint32_t>(mask) >> axis & 1) != 0;
  };
  for (std::size_t axis = 0; axis < input.size(); ++axis) {
    const bool named = axis < begins.size();
    const std::int64_t size = input[axis];
    const std::int64_t stride = named ? strides[axis] : 1;
    if (stride == 0) return Error{fmt::format("has stride 0 along axis {}", axis)};
    if (size < 1) return Error{fmt::format("slices an input of {}", to_string(input))};
    const std::int64_t lowest = stride > 0 ? 0 : -1;
    const std::int64_t highest = stride > 0 ? size : size - 1;
    const auto place = [&](std::int64_t index) {
      return std::clamp(index < 0 ? index + size : index, lowest, highest);
    };
    const bool dropped = named && in_mask(options->shrink_axis_mask(), axis);
    const bool from_start = !named || in_mask(options->begin_mask(), axis);
    const bool to_end = !named || in_mask(options->end_mask(), axis);
    const std::int64_t begin = from_start ? (stride > 0 ? 0 : size - 1) : place(begins[axis]);
    std::int64_t end = stride > 0 ? size : -1;
    if (dropped) {
      end = begin + 1;
    } else if (!to_end) {
      end = place(std::int64_t{ends[axis]} + (options->offset() ? begin : 0));
    }
    slice.begin.push_back(static_cast<std::int32_t>(begin));
    slice.end.push_back(static_cast<std::int32_t>(end));
    slice.stride.push_back(static_cast<std::int32_t>(dropped ? 1 : stride));
    slice.dropped.push_back(dropped);
  }
  at.keep_inputs(1);
  return {};
}

// Output shape, filter, input, bias. The output tensor's own shape says the first: some files
// leave it to be computed, and runtimes with static shapes do not look at it.
Result<void> settle_kind(Settling& at, TransposeConv&) {
  const std::vector<TensorIndex> inputs = std::move(at.op.inputs);
  if (inputs.size() < 3) return Error{fmt::format("{} inputs; 3 are needed", inputs.size())};
  at.op.inputs = {inputs[2], inputs[1]};
  for (std::size_t i = 3; i < inputs.size(); ++i) at.op.inputs.push_back(inputs[i]);
  return {};
}

// In the file: input, weights and recurrent weights of the four gates, three peepholes, four
// biases, two projections, hidden and cell state, four normalisations. What stands between is left
// out.
constexpr std::size_t lstm_inputs = 24;
constexpr std::size_t lstm_used[] = {0, 1, 2, 3, 4, 5, 6, 7, 8, 12, 13, 14, 15, 18, 19};

Result<void> settle_kind(Settling& at, UnidirectionalSequenceLstm&) {
  const std::vector<TensorIndex> inputs = std::move(at.op.inputs);
  std::vector<bool> used(lstm_inputs, false);
  for (const std::size_t i : lstm_used) used[i] = true;
  at.op.inputs.clear();
  for (std::size_t i = 0; i < inputs.size(); ++i) {
    if (i < lstm_inputs && used[i]) {
      at.op.inputs.push_back(inputs[i]);
    } else if (inputs[i] != absent) {
      return Error{
          fmt::format("input {} (a peephole, projection or normalisation) is not supported", i)};
    }
  }
  return {};
}

// ---- to the file

class Unsettling {
 public:
  explicit Unsettling(Graph& graph) : graph_(graph) {}

  template <typename Complete>
  void unsettle(Operator&, const Complete&) {}

  void unsettle(Operator& op, const UnidirectionalSequenceLstm&) {
    const std::vector<TensorIndex> inputs = std::move(op.inputs);
    op.inputs.assign(lstm_inputs, absent);
    for (std::size_t i = 0; i < inputs.size(); ++i) op.inputs[lstm_used[i]] = inputs[i];
  }

  // The inputs of four gates without scales, and the hidden state's scale.
  std::vector<TensorIndex> intermediates(const Operator& op) {
    if (!std::holds_alternative<UnidirectionalSequenceLstm>(op.kind)) return {};
    const Tensor output = graph_.tensors[static_cast<std::size_t>(op.outputs[0])];
    if (output.type == Type::float32) return {};
    std::vector<TensorIndex> indices;
    for (const char* gate : {"input", "forget", "cell", "output"}) {
      indices.push_back(append_empty(output.name + "/" + gate, Type::float32, {}));
    }
    indices.push_back(append_empty(output.name + "/hidden", output.type, output.quantization));
    return indices;
  }

  void unsettle(Operator& op, const Pad& pad) {
    const TensorIndex list = append_paddings(op, "paddings", pad);
    op.inputs.insert(op.inputs.begin() + 1, list);
  }
  void unsettle(Operator& op, const MirrorPad& pad) {
    op.inputs.push_back(append_paddings(op, "paddings", pad));
  }
  void unsettle(Operator& op, const SpaceToBatch& blocks) {
    op.inputs.push_back(append_list(op, "block", blocks.block));
    op.inputs.push_back(append_paddings(op, "paddings", blocks));
  }
  void unsettle(Operator& op, const BatchToSpace& blocks) {
    op.inputs.push_back(append_list(op, "block", blocks.block));
    op.inputs.push_back(append_paddings(op, "crops", blocks));
  }

  void unsettle(Operator& op, const Transpose& transpose) {
    op.inputs.push_back(append_list(op, "permutation", transpose.permutation));
  }

  void unsettle(Operator& op, const Mean& mean) { unsettle_axes(op, mean.axes); }
  void unsettle(Operator& op, const Sum& sum) { unsettle_axes(op, sum.axes); }
  void unsettle(Operator& op, const ReduceMax& most) { unsettle_axes(op, most.axes); }
  void unsettle(Operator& op, const ReduceMin& least) { unsettle_axes(op, least.axes); }

  void unsettle(Operator& op, const ResizeNearestNeighbor&) { unsettle_size(op); }
  void unsettle(Operator& op, const ResizeBilinear&) { unsettle_size(op); }

  void unsettle(Operator& op, const ArgMax& arg) {
    op.inputs.push_back(append_list(op, "axis", {arg.axis}));
  }
  void unsettle(Operator& op, const ArgMin& arg) {
    op.inputs.push_back(append_list(op, "axis", {arg.axis}));
  }

  // As SPLIT_V, which covers unequal parts.
  void unsettle(Operator& op, const Split& split) {
    std::vector<std::int32_t> sizes;
    for (const TensorIndex output : op.outputs) {
      const Shape& part = graph_.tensors[static_cast<std::size_t>(output)].shape;
      sizes.push_back(part[static_cast<std::size_t>(split.axis)]);
    }
    op.inputs.push_back(append_list(op, "sizes", sizes));
    op.inputs.push_back(append_list(op, "axis", {split.axis}));
  }

  void unsettle(Operator& op, const StridedSlice& slice) {
    op.inputs.push_back(append_list(op, "begin", slice.begin));
    op.inputs.push_back(append_list(op, "end", slice.end));
    op.inputs.push_back(append_list(op, "strides", slice.stride));
  }

  void unsettle(Operator& op, const TransposeConv&) {
    const Shape output = graph_.tensors[static_cast<std::size_t>(op.outputs[0])].shape;
    std::vector<TensorIndex> inputs{append(op, "shape", {4}, output), op.inputs[1], op.inputs[0]};
    for (std::size_t i = 2; i < op.inputs.size(); ++i) inputs.push_back(op.inputs[i]);
    op.inputs = std::move(inputs);
  }

 private:
  TensorIndex append_empty(const std::string& name, Type type, const Quantization& quantization) {
    Tensor tensor;
    tensor.name = name;
    tensor.type = type;
    tensor.shape.push_back(0);
    tensor.quantization = quantization;
    graph_.tensors.push_back(std::move(tensor));
    return static_cast<TensorIndex>(graph_.tensors.size() - 1);
  }

  void unsettle_axes(Operator& op, const std::vector<std::int32_t>& axes) {
    op.inputs.push_back(append_list(op, "axes", axes));
  }

  template <typename Padded>
  TensorIndex append_paddings(const Operator& op, const char* name, const Padded& padded) {
    std::vector<std::int32_t> paddings;
    for (std::size_t axis = 0; axis < padded.before.size(); ++axis) {
      paddings.push_back(padded.before[axis]);
      paddings.push_back(padded.after[axis]);
    }
    const auto axes = static_cast<std::int32_t>(padded.before.size());
    return append(op, name, {axes, 2}, paddings);
  }

  void unsettle_size(Operator& op) {
    const Shape output = graph_.tensors[static_cast<std::size_t>(op.outputs[0])].shape;
    op.inputs.push_back(append_list(op, "size", {output[1], output[2]}));
  }

  TensorIndex append_list(const Operator& op, const char* name,
                          const std::vector<std::int32_t>& values) {
    const Shape shape(1, static_cast<std::int32_t>(values.size()));
    return append(op, name, shape, values);
  }

  // "conv1/paddings", after the operator's output.
  TensorIndex append(const Operator& op, const char* name, const Shape& shape,
                     const std::vector<std::int32_t>& values) {
    const std::string& stem = graph_.tensors[static_cast<std::size_t>(op.outputs[0])].name;
    Tensor tensor;
    tensor.name = stem + "/" + name;
    tensor.type = Type::int32;
    tensor.shape = shape;
    tensor.data.resize(values.size() * sizeof(std::int32_t));
    std::memcpy(tensor.data.data(), values.data(), tensor.data.size());
    graph_.tensors.push_back(std::move(tensor));
    return static_cast<TensorIndex>(graph_.tensors.size() - 1);
  }

  Graph& graph_;
};

}  // namespace

Result<void> settle(Operator& op, tflite::BuiltinOperator builtin, const tflite::Operator& file,
                    const ReadTensor& read) {
  Settling settling{.op = op, .builtin = builtin, .file = file, .read = read};
  return std::visit([&](auto& kind) { return settle_kind(settling, kind); }, op.kind);
}

FileGraph with_parameter_tensors(Graph graph) {
  FileGraph file{.graph = std::move(graph), .intermediates = {}};
  Unsettling unsettling(file.graph);
  for (Operator& op : file.graph.operators) {
    std::visit([&](const auto& kind) { unsettling.unsettle(op, kind); }, op.kind);
    file.intermediates.push_back(unsettling.intermediates(op));
  }
  return file;
}

}  // namespace sengi::model
