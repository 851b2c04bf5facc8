// SPDX-License-Identifier: Apache-2.0
// Operators that move whole slices of a tensor, of any integer type: side by side, into batches, by
// index, mirrored.
#include <fmt/format.h>
#include <fmt/ranges.h>

#include "compile/kernel_parts.h"
#include "compile/overlap.h"

namespace sengi::compile {
namespace {

using model::Shape;
using model::Tensor;

std::optional<Kernel> block_kernel(const Operands& operands, const model::Pack& pack) {
  const Shape& whole = operands.output().shape;
  const auto axis = static_cast<std::size_t>(pack.axis);
  const std::int64_t runs = product_of(whole, 0, axis);
  const std::int64_t length = product_of(whole, axis + 1, whole.size());
  const auto parts = static_cast<std::int64_t>(operands.op.inputs.size());
  const auto bytes = static_cast<std::ptrdiff_t>(model::bytes_of(operands.output().type));
  Kernel kernel = named("concatenate", "concatenate", "Runs", "pack");
  for (std::size_t i = 0; i < operands.op.inputs.size(); ++i) {
    const Tensor& part = operands.input(i);
    add_operand(kernel, part, fmt::format("part{}", i + 1));
    if (part.constant()) continue;
    // As of a concatenation: all runs before the part's last, and the parts beside it.
    const auto before = static_cast<std::int64_t>(i) * length;
    kernel.leads.push_back((before + (runs - 1) * (parts - 1) * length) * bytes);
  }
  add_runs(kernel, runs, std::vector<std::int64_t>(operands.op.inputs.size(), length));
  kernel.reads_list = true;
  kernel.details = fmt::format(", along axis {}", pack.axis);
  return kernel;
}

std::optional<Kernel> block_kernel(const Operands& operands, const model::Unpack& unpack) {
  const Shape& whole = operands.input(0).shape;
  const auto axis = static_cast<std::size_t>(unpack.axis);
  Kernel kernel = named("concatenate", "split", "Runs", "unpack");
  add_runs(kernel, product_of(whole, 0, axis),
           std::vector<std::int64_t>(operands.op.outputs.size(),
                                     product_of(whole, axis + 1, whole.size())));
  kernel.writes_list = true;
  kernel.details = fmt::format(", along axis {}", unpack.axis);
  kernel.leads = {lead_of_elements};
  return kernel;
}

// [N,H,C] is an image of one column.
nn::Image wide_image(const Shape& shape) {
  return shape.size() == 4 ? image_of(shape) : nn::Image{shape[1], 1, shape[2]};
}

template <typename Kind>
Kernel cut_kernel(const Operands& operands, const Kind& blocks, const Shape& image,
                  const Shape& cut, const char* function, std::string stem) {
  const auto size = [&](const std::vector<std::int32_t>& sides, std::int32_t missing) {
    return nn::Size{sides[0], sides.size() == 2 ? sides[1] : missing};
  };
  Kernel kernel = named("blocks", function, "Blocks", std::move(stem));
  add_images(kernel.shape, image[0]);
  kernel.shape.insert(kernel.shape.end(),
                      {field("image", wide_image(image)), field("cut", wide_image(cut)),
                       field("block", size(blocks.block, 1))});
  const nn::Size before = size(blocks.before, 0);
  if (before.height != 0 || before.width != 0) kernel.shape.push_back(field("before", before));
  const model::Quantization& quantization = operands.output().quantization;
  if (!quantization.empty() && quantization.zero_point[0] != 0) {
    kernel.shape.push_back(field("padding", quantization.zero_point[0]));
  }
  kernel.details = ", blocks of " + size_text(size(blocks.block, 1), 'x');
  kernel.leads = {lead_of_whole(operands.output())};
  return kernel;
}

std::optional<Kernel> block_kernel(const Operands& operands, const model::SpaceToBatch& blocks) {
  return cut_kernel(operands, blocks, operands.input(0).shape, operands.output().shape,
                    "space_to_batch", "to_batch");
}

std::optional<Kernel> block_kernel(const Operands& operands, const model::BatchToSpace& blocks) {
  return cut_kernel(operands, blocks, operands.output().shape, operands.input(0).shape,
                    "batch_to_space", "to_space");
}

std::optional<Kernel> block_kernel(const Operands& operands, const model::Gather& gather) {
  const Shape& input = operands.input(0).shape;
  const Shape& indices = operands.input(1).shape;
  const auto axis = static_cast<std::size_t>(gather.axis);
  const auto common = static_cast<std::size_t>(gather.batch_axes);
  Kernel kernel = named("pick", "pick", "Pick", "pick");
  const auto add = [&](std::string_view name, std::int64_t value) {
    if (value != 1) kernel.shape.push_back(field(name, value));
  };
  add("batches", product_of(input, 0, common));
  add("outer", product_of(input, common, axis));
  kernel.shape.push_back(field("rows", input[axis]));
  add("inner", product_of(input, axis + 1, input.size()));
  kernel.shape.push_back(field("picks", product_of(indices, common, indices.size())));
  for (const std::size_t i : {std::size_t{0}, std::size_t{1}}) {
    add_operand(kernel, operands.input(i), i == 0 ? "table" : "indices");
    if (!operands.input(i).constant()) kernel.leads.push_back(lead_of_whole(operands.output()));
  }
  kernel.details = fmt::format(", along axis {}", gather.axis);
  return kernel;
}

std::optional<Kernel> block_kernel(const Operands& operands, const model::MirrorPad& pad) {
  const Shape& input = operands.input(0).shape;
  Kernel kernel = named("mirror_pad", "mirror_pad", "MirrorPad", "mirror");
  if (pad.repeats_border) kernel.shape.emplace_back(".repeats_border = true");
  std::vector<std::string> axes;
  for (std::size_t i = 0; i < input.size(); ++i) {
    axes.push_back(fmt::format("{{{}, {}, {}}}", pad.before[i], input[i], pad.after[i]));
  }
  kernel.shape.push_back(fmt::format(".axes = {{{}}}", fmt::join(axes, ", ")));
  kernel.leads = {lead_of_whole(operands.output())};
  return kernel;
}

template <typename Kind>
std::optional<Kernel> block_kernel(const Operands&, const Kind&) {
  return std::nullopt;
}

// A kernel reads one tensor at least that is not its own.
bool reads_something(const Operands& operands) {
  for (std::size_t i = 0; i < operands.op.inputs.size(); ++i) {
    if (operands.op.inputs[i] != model::absent && !operands.input(i).constant()) return true;
  }
  return false;
}

}  // namespace

std::optional<Kernel> block_kernel(const Operands& operands) {
  if (!is_of_integers(operands) || !reads_something(operands)) return std::nullopt;
  return std::visit([&](const auto& kind) { return block_kernel(operands, kind); },
                    operands.op.kind);
}

}  // namespace sengi::compile
