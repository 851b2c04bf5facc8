// SPDX-License-Identifier: Apache-2.0
// Operators that move elements, pick among them or give them another type; of any integer type.
#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <cstring>

#include "compile/kernel_parts.h"
#include "compile/overlap.h"
#include "model/broadcast.h"

namespace sengi::compile {
namespace {

using model::Shape;
using model::Tensor;
using model::Type;

// ---- elements in another order

// How a gathering kernel walks: elements `step` apart in the input, `count` times, outermost first.
struct Route {
  std::int64_t start = 0;
  Shape counts;
  std::vector<std::int64_t> steps;
};

// With fewer axes, where one goes on where the next ends or has one element alone.
Route merged(const Route& route) {
  Route shorter{.start = route.start, .counts = {}, .steps = {}};
  for (std::size_t i = 0; i < route.counts.size(); ++i) {
    if (route.counts[i] == 1) continue;
    if (!shorter.steps.empty() && shorter.steps.back() == route.steps[i] * route.counts[i]) {
      shorter.counts.back() *= route.counts[i];
      shorter.steps.back() = route.steps[i];
    } else {
      shorter.counts.push_back(route.counts[i]);
      shorter.steps.push_back(route.steps[i]);
    }
  }
  if (shorter.counts.empty()) return {.start = route.start, .counts = {1}, .steps = {1}};
  return shorter;
}

Kernel gather_kernel(const Operands& operands, const Route& whole_route, std::string stem) {
  const Route route = merged(whole_route);
  const std::size_t bytes = model::bytes_of(operands.output().type);
  Kernel kernel = named("gather", "gather", "Gather", std::move(stem));
  if (route.start != 0) kernel.shape.push_back(field("start", route.start));
  std::vector<std::string> axes;
  for (std::size_t i = 0; i < route.counts.size(); ++i) {
    axes.push_back(fmt::format("{{{}, {}}}", route.counts[i], route.steps[i]));
  }
  kernel.shape.push_back(fmt::format(".axes = {{{}}}", fmt::join(axes, ", ")));
  kernel.leads = {lead_of_reads(route.counts, route.steps, route.start, bytes)};
  return kernel;
}

// A tensor of `shape` whose axes come in another order.
Kernel reordered(const Operands& operands, const Shape& shape,
                 const std::vector<std::int32_t>& permutation, std::string stem) {
  const std::vector<std::int64_t> strides = model::strides_of(shape);
  Route route;
  for (const std::int32_t axis : permutation) {
    route.counts.push_back(shape[static_cast<std::size_t>(axis)]);
    route.steps.push_back(strides[static_cast<std::size_t>(axis)]);
  }
  return gather_kernel(operands, route, std::move(stem));
}

std::optional<Kernel> shape_kernel(const Operands& operands, const model::Transpose& transpose) {
  return reordered(operands, operands.input(0).shape, transpose.permutation, "transpose");
}

std::optional<Kernel> shape_kernel(const Operands& operands, const model::StridedSlice& slice) {
  const std::vector<std::int64_t> strides = model::strides_of(operands.input(0).shape);
  Route route{.start = 0, .counts = model::slice_counts(slice), .steps = {}};
  for (std::size_t axis = 0; axis < strides.size(); ++axis) {
    route.start += slice.begin[axis] * strides[axis];
    route.steps.push_back(slice.stride[axis] * strides[axis]);
  }
  return gather_kernel(operands, route, "slice");
}

std::optional<Kernel> shape_kernel(const Operands& operands, const model::SpaceToDepth& blocks) {
  const Shape& deep = operands.output().shape;
  const std::int32_t block = blocks.block;
  const Shape image = {deep[0], deep[1], block, deep[2], block, operands.input(0).shape[3]};
  return reordered(operands, image, {0, 1, 3, 2, 4, 5}, "blocks");
}

std::optional<Kernel> shape_kernel(const Operands& operands, const model::DepthToSpace& blocks) {
  const Shape& deep = operands.input(0).shape;
  const std::int32_t block = blocks.block;
  const Shape image = {deep[0], deep[1], deep[2], block, block, operands.output().shape[3]};
  return reordered(operands, image, {0, 1, 3, 2, 4, 5}, "pixels");
}

// ---- more of them, together or apart

struct Padding {
  std::int64_t before, count, after;
};

// Axes without padding are part of the one before.
std::vector<Padding> merged_padding(const model::Pad& pad, const Shape& shape) {
  std::vector<Padding> axes;
  for (std::size_t i = 0; i < shape.size(); ++i) {
    if (!axes.empty() && pad.before[i] == 0 && pad.after[i] == 0) {
      axes.back().before *= shape[i];
      axes.back().count *= shape[i];
      axes.back().after *= shape[i];
    } else {
      axes.push_back({pad.before[i], shape[i], pad.after[i]});
    }
  }
  return axes;
}

std::int64_t padding_value(const Operands& operands) {
  if (operands.op.inputs.size() > 1 && operands.op.inputs[1] != model::absent) {
    return integers_of(operands.input(1))[0];
  }
  const model::Quantization& quantization = operands.output().quantization;
  return quantization.empty() ? 0 : quantization.zero_point[0];
}

std::optional<Kernel> shape_kernel(const Operands& operands, const model::Pad& pad) {
  const Tensor& input = operands.input(0);
  Kernel kernel = named("pad", "pad", "Pad", "pad");
  kernel.shape.push_back(field("value", padding_value(operands)));
  std::vector<std::string> axes;
  for (const Padding& axis : merged_padding(pad, input.shape)) {
    axes.push_back(fmt::format("{{{}, {}, {}}}", axis.before, axis.count, axis.after));
  }
  kernel.shape.push_back(fmt::format(".axes = {{{}}}", fmt::join(axes, ", ")));
  // All but the padding behind it is written when the input's last element is read.
  const std::vector<std::int64_t> strides = model::strides_of(operands.output().shape);
  std::int64_t last = 0;
  for (std::size_t i = 0; i < strides.size(); ++i) {
    last += (pad.before[i] + input.shape[i] - 1) * strides[i];
  }
  const std::int64_t behind = last + 1 - static_cast<std::int64_t>(input.elements());
  kernel.leads = {behind * static_cast<std::ptrdiff_t>(model::bytes_of(input.type))};
  return kernel;
}

// Of each part, from `axis` on.
std::vector<std::int64_t> lengths_of(const std::vector<Shape>& parts, std::int32_t axis) {
  std::vector<std::int64_t> lengths;
  lengths.reserve(parts.size());
  for (const Shape& part : parts) {
    lengths.push_back(product_of(part, static_cast<std::size_t>(axis), part.size()));
  }
  return lengths;
}

std::optional<Kernel> shape_kernel(const Operands& operands, const model::Concatenation& kind) {
  const Shape& whole = operands.output().shape;
  const auto axis = static_cast<std::size_t>(kind.axis);
  const auto bytes = static_cast<std::ptrdiff_t>(model::bytes_of(operands.output().type));
  const std::int64_t runs = product_of(whole, 0, axis);
  const std::int64_t run = product_of(whole, axis, whole.size());
  Kernel kernel = named("concatenate", "concatenate", "Runs", "concat");
  std::vector<Shape> parts;
  std::int64_t before = 0;
  for (std::size_t i = 0; i < operands.op.inputs.size(); ++i) {
    const Tensor& part = operands.input(i);
    const std::int64_t length = product_of(part.shape, axis, part.shape.size());
    add_operand(kernel, part, fmt::format("part{}", i + 1));
    // When it comes to the part's last run, all runs before it and the parts beside it are written.
    if (!part.constant()) {
      kernel.leads.push_back((before + (runs - 1) * (run - length)) * bytes);
    }
    before += length;
    parts.push_back(part.shape);
  }
  add_runs(kernel, runs, lengths_of(parts, kind.axis));
  kernel.reads_list = true;
  kernel.details = fmt::format(", along axis {}", kind.axis);
  return kernel;
}

std::optional<Kernel> shape_kernel(const Operands& operands, const model::Split& kind) {
  Kernel kernel = named("concatenate", "split", "Runs", "split");
  std::vector<Shape> parts;
  for (const model::TensorIndex output : operands.op.outputs) {
    parts.push_back(operands.graph.tensors[static_cast<std::size_t>(output)].shape);
  }
  add_runs(kernel, product_of(operands.input(0).shape, 0, static_cast<std::size_t>(kind.axis)),
           lengths_of(parts, kind.axis));
  kernel.writes_list = true;
  kernel.details = fmt::format(", along axis {}", kind.axis);
  // Each part is behind the whole in reading.
  kernel.leads = {lead_of_elements};
  return kernel;
}

// ---- images of another size

Kernel resize_kernel(const Operands& operands, std::string function,
                     const std::vector<std::int64_t>& rows,
                     const std::vector<std::int64_t>& columns) {
  const Tensor& input = operands.input(0);
  const nn::Image from = image_of(input.shape);
  const nn::Image to = image_of(operands.output().shape);
  Kernel kernel = named("resize", std::move(function), "Resize", "resize");
  add_images(kernel.shape, input.shape[0]);
  kernel.shape.insert(kernel.shape.end(), {field("input", from), field("output", to)});
  const Type type = std::max(from.height, from.width) < 1 << 15 ? Type::int16 : Type::int32;
  kernel.constants = {number_table(type, "rows", rows), number_table(type, "columns", columns)};
  kernel.leads = {lead_of_whole(operands.output())};
  return kernel;
}

// The input's row for each of the output's, or column for each column. In float, as TensorFlow
// Lite.
std::vector<std::int64_t> nearest(std::int32_t inputs, std::int32_t outputs,
                                  const model::ResizeNearestNeighbor& resize) {
  const bool aligned = resize.align_corners && outputs > 1;
  const float scale = aligned ? static_cast<float>(inputs - 1) / static_cast<float>(outputs - 1)
                              : static_cast<float>(inputs) / static_cast<float>(outputs);
  const float offset = resize.half_pixel_centers ? 0.5F : 0.0F;
  std::vector<std::int64_t> places;
  for (std::int32_t i = 0; i < outputs; ++i) {
    const float place = (static_cast<float>(i) + offset) * scale;
    const float whole = resize.align_corners ? std::round(place) : std::floor(place);
    places.push_back(
        static_cast<std::int64_t>(std::clamp<float>(whole, 0, static_cast<float>(inputs - 1))));
  }
  return places;
}

std::optional<Kernel> shape_kernel(const Operands& operands,
                                   const model::ResizeNearestNeighbor& resize) {
  const Shape& from = operands.input(0).shape;
  const Shape& to = operands.output().shape;
  return resize_kernel(operands, "resize_nearest", nearest(from[1], to[1], resize),
                       nearest(from[2], to[2], resize));
}

// For each of the output's rows (or columns): the two of the input around it, and how far it is
// past the first, in 2^-10 of them.
std::vector<std::int64_t> between(std::int64_t inputs, std::int64_t outputs,
                                  const model::ResizeBilinear& resize) {
  constexpr std::int64_t one = 1 << 10;
  const bool aligned = resize.align_corners && outputs > 1;
  const std::int64_t steps = aligned ? outputs - 1 : outputs;
  const std::int64_t scale = (one * (aligned ? inputs - 1 : inputs) + steps / 2) / steps;
  std::vector<std::int64_t> all;
  for (std::int64_t i = 0; i < outputs; ++i) {
    std::int64_t place = i * scale;
    if (resize.half_pixel_centers) place += scale / 2 - one / 2;
    // A rounded scale can lead past the last.
    const std::int64_t first = std::clamp<std::int64_t>(place / one, 0, inputs - 1);
    const std::int64_t second = std::clamp<std::int64_t>((place + one - 1) / one, 0, inputs - 1);
    all.insert(all.end(), {first, second, place - one * first});
  }
  return all;
}

std::optional<Kernel> shape_kernel(const Operands& operands, const model::ResizeBilinear& resize) {
  const Shape& from = operands.input(0).shape;
  const Shape& to = operands.output().shape;
  return resize_kernel(operands, "resize_bilinear", between(from[1], to[1], resize),
                       between(from[2], to[2], resize));
}

// ---- picked, or of another type

Kernel arg_kernel(const Operands& operands, std::int32_t axis, bool smallest) {
  const Shape& shape = operands.input(0).shape;
  const auto at = static_cast<std::size_t>(axis);
  Kernel kernel = named("arg", "arg", "Arg", smallest ? "argmin" : "argmax");
  const std::int64_t outer = product_of(shape, 0, at);
  const std::int64_t inner = product_of(shape, at + 1, shape.size());
  if (outer != 1) kernel.shape.push_back(field("outer", outer));
  kernel.shape.push_back(field("count", shape[at]));
  if (inner != 1) kernel.shape.push_back(field("inner", inner));
  if (smallest) kernel.shape.emplace_back(".smallest = true");
  kernel.leads = {lead_of_whole(operands.output())};
  return kernel;
}

std::optional<Kernel> shape_kernel(const Operands& operands, const model::ArgMax& arg) {
  return arg_kernel(operands, arg.axis, false);
}
std::optional<Kernel> shape_kernel(const Operands& operands, const model::ArgMin& arg) {
  return arg_kernel(operands, arg.axis, true);
}

// Compilers take it that two types of more than a byte never share memory, and reorder accordingly.
std::ptrdiff_t lead_of_conversion(const Operands& operands) {
  const std::size_t from = model::bytes_of(operands.input(0).type);
  const std::size_t to = model::bytes_of(operands.output().type);
  if (from != to && from != 1 && to != 1) return lead_of_whole(operands.output());
  return lead_of_rows(static_cast<std::int32_t>(operands.output().elements()),
                      static_cast<std::int32_t>(from), static_cast<std::int32_t>(to));
}

// "int32 to int16"
std::string types_of(const Operands& operands) {
  return fmt::format(", {} to {}", name_of(operands.input(0).type),
                     name_of(operands.output().type));
}

std::optional<Kernel> shape_kernel(const Operands& operands, const model::Cast&) {
  Kernel kernel = named("conversion", "cast", "Cast", "cast");
  kernel.shape.push_back(
      field("elements", static_cast<std::int64_t>(operands.output().elements())));
  if (operands.output().type == Type::boolean) kernel.shape.emplace_back(".truth = true");
  kernel.details = types_of(operands);
  kernel.leads = {lead_of_conversion(operands)};
  return kernel;
}

std::optional<Kernel> shape_kernel(const Operands& operands, const model::Quantize&) {
  const model::Quantization& input = operands.input(0).quantization;
  const model::Quantization& output = operands.output().quantization;
  Kernel kernel = named("conversion", "quantize", "Quantize", "quantize");
  kernel.shape.push_back(
      field("elements", static_cast<std::int64_t>(operands.output().elements())));
  if (input.zero_point[0] != 0) {
    kernel.shape.push_back(field("input_zero_point", input.zero_point[0]));
  }
  kernel.shape.push_back(".scale = " + text_of(model::quantize_factor(input, output)));
  if (output.zero_point[0] != 0) {
    kernel.shape.push_back(field("output_zero_point", output.zero_point[0]));
  }
  kernel.details = types_of(operands);
  kernel.leads = {lead_of_conversion(operands)};
  return kernel;
}

template <typename Kind>
std::optional<Kernel> shape_kernel(const Operands&, const Kind&) {
  return std::nullopt;
}

}  // namespace

std::optional<Kernel> shape_kernel(const Operands& operands) {
  if (!is_of_integers(operands)) return std::nullopt;
  return std::visit([&](const auto& kind) { return shape_kernel(operands, kind); },
                    operands.op.kind);
}

}  // namespace sengi::compile
