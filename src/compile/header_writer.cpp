// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cctype>
#include <cstdlib>

#include "base/text.h"
#include "compile/memory_map.h"
#include "compile/text_table.h"
#include "compile/writer.h"
#include "sengi/version.h"

namespace sengi::compile {
namespace {

using model::Tensor;
using model::TensorIndex;

std::string upper_case(std::string text) {
  for (char& c : text) c = static_cast<char>(std::toupper(static_cast<unsigned char>(c)));
  return text;
}

std::string shapes_text(const Program& program, const std::vector<TensorIndex>& tensors) {
  std::vector<std::string> shapes;
  shapes.reserve(tensors.size());
  for (const TensorIndex tensor : tensors) {
    shapes.push_back(shape_text(program.tensor(tensor).shape));
  }
  return fmt::format("{}", fmt::join(shapes, ", "));
}

// "[ 8064,  8554)"
std::string range_text(const Plan& plan, const Placement& placement) {
  const std::size_t width = std::to_string(plan.arena_bytes).size();
  return fmt::format("[{:>{}}, {:>{}})", placement.offset, width,
                     placement.offset + placement.bytes, width);
}

// Layers count from 1 in text; 0 is before the first.
std::string life_text(const Placement& placement) {
  return fmt::format("{}..{}", placement.first + 1, placement.last + 1);
}

// "int8", or "int16, int8" where inputs and outputs are of several.
std::string types_text(const Program& program) {
  std::vector<std::string_view> names;
  for (const auto* tensors : {&program.graph.inputs, &program.graph.outputs}) {
    for (const TensorIndex tensor : *tensors) {
      const std::string_view name = name_of(program.tensor(tensor).type);
      if (std::find(names.begin(), names.end(), name) == names.end()) names.push_back(name);
    }
  }
  return fmt::format("{}", fmt::join(names, ", "));
}

std::string summary(const Program& program) {
  const Plan& plan = program.plan;
  std::uint64_t macs = 0;
  for (const Layer& layer : plan.layers) macs += layer.macs;
  return comment(fmt::format("{}: {} -> {}, {} | {} MACs | constants {} B | arena {} B", plan.name,
                             shapes_text(program, program.graph.inputs),
                             shapes_text(program, program.graph.outputs), types_text(program),
                             with_thousands(macs), with_thousands(plan.const_bytes),
                             with_thousands(plan.arena_bytes)));
}

std::string layer_table(const Program& program) {
  const Plan& plan = program.plan;
  TextTable table({">#", "layer", "kind", "output", ">MACs", ">consts", "arena bytes", "live", ""});
  for (const TensorIndex input : program.graph.inputs) {
    const Placement& placement = program.placement(input);
    table.add({"", program.tensor_names.at(input), "", shape_text(program.tensor(input).shape), "",
               "", range_text(plan, placement), life_text(placement)});
  }
  for (const TensorIndex state : program.states()) {
    const Placement& placement = program.placement(state);
    table.add({"", program.tensor_names.at(state), "state", shape_text(program.tensor(state).shape),
               "", "", range_text(plan, placement), life_text(placement)});
  }
  const std::size_t peak = peak_layer(plan);
  for (std::size_t i = 0; i < plan.layers.size(); ++i) {
    const Layer& layer = plan.layers[i];
    const std::vector<TensorIndex>& outputs = program.schedule.steps[i].outputs;
    const Placement& placement = program.placement(outputs[0]);
    table.add({std::to_string(i + 1), program.tensor_names.at(outputs[0]), layer.kind,
               shape_text(layer.output), layer.macs == 0 ? "" : with_thousands(layer.macs),
               layer.const_bytes == 0 ? "" : with_thousands(layer.const_bytes),
               range_text(plan, placement), life_text(placement), i == peak ? "<- peak" : ""});
    for (std::size_t k = 1; k < outputs.size(); ++k) {
      const Placement& other = program.placement(outputs[k]);
      table.add({"", program.tensor_names.at(outputs[k]), "",
                 shape_text(program.tensor(outputs[k]).shape), "", "", range_text(plan, other),
                 life_text(other)});
    }
  }
  return table.text();
}

// Where the file's network begins and ends in float, and this one does not.
std::string edges_comment(const Program& program) {
  std::string text;
  if (program.float_inputs) {
    text += comment(
        "The file's network takes float32. This one begins behind its QUANTIZE: a real value goes "
        "in as value / scale, rounded to nearest with halves away from zero, plus the zero point, "
        "held to the type (input_scales, input_zero_points).");
  }
  if (program.float_outputs) {
    text += comment(
        "The file's network gives float32. This one ends before its DEQUANTIZE: what comes out "
        "stands for scale * (number - zero point) (output_scales, output_zero_points).");
  }
  return text.empty() ? text : text + "//\n";
}

std::string opening_comment(const Program& program) {
  return summary(program) + "//\n" + edges_comment(program) +
         comment(
             "Layers run in this order. Each writes the tensor of its own name, which lies in "
             "the arena where the table says, from the layer that writes it to the last that "
             "reads it (0: before the first). A tensor may begin below one that dies while it "
             "is written, and grow over the part that was read.") +
         "//\n" + layer_table(program) + "//\n" +
         comment(
             "The arena over time, a tensor a row and a layer a column (w: written, r: read, "
             "-: waiting):") +
         "//\n" + memory_map(program);
}

std::string quantization_text(const Tensor& tensor) {
  const model::Quantization& quantization = tensor.quantization;
  if (quantization.empty()) return "";
  return fmt::format("; real value = {} * ({} {} {})", quantization.scale[0],
                     tensor.type == model::Type::int8 ? "byte" : "number",
                     quantization.zero_point[0] < 0 ? '+' : '-',
                     std::abs(quantization.zero_point[0]));
}

// "// input 0: 49x10x1 int8; real value = 0.5 * (byte - 3)"
std::string tensor_comments(const Program& program, std::string_view what,
                            const std::vector<TensorIndex>& tensors) {
  std::string text;
  for (std::size_t i = 0; i < tensors.size(); ++i) {
    const Tensor& tensor = program.tensor(tensors[i]);
    text += comment(fmt::format("{} {}: {} {}{}", what, i, shape_text(tensor.shape),
                                name_of(tensor.type), quantization_text(tensor)));
  }
  return text;
}

struct Interface {
  std::vector<std::int32_t> offsets;
  std::vector<std::int32_t> sizes;
  std::vector<std::string> scales;
  std::vector<std::int32_t> zero_points;
};

// A literal that is this very number.
std::string float_literal(float value) {
  std::string text = fmt::format("{}", value);
  if (text.find_first_of(".e") == std::string::npos) text += ".0";
  return text + "f";
}

Interface interface_of(const Program& program, const std::vector<TensorIndex>& tensors) {
  Interface interface;
  for (const TensorIndex index : tensors) {
    const Tensor& tensor = program.tensor(index);
    const std::size_t offset = program.placement(program.root(index)).offset;
    interface.offsets.push_back(static_cast<std::int32_t>(offset));
    interface.sizes.push_back(static_cast<std::int32_t>(tensor.bytes()));
    const bool quantized = !tensor.quantization.empty();
    interface.scales.push_back(float_literal(quantized ? tensor.quantization.scale[0] : 1.0f));
    interface.zero_points.push_back(quantized ? tensor.quantization.zero_point[0] : 0);
  }
  return interface;
}

std::string interface_constants(const Program& program, std::string_view what, std::size_t bytes,
                                const std::vector<TensorIndex>& tensors) {
  const Interface interface = interface_of(program, tensors);
  const auto table = [&](std::string_view type, std::string_view name,
                         const std::vector<std::int32_t>& values) {
    return to_text({fmt::format("inline constexpr {} {}_{}[]", type, what, name), "by tensor",
                    values, sizeof(std::int32_t)},
                   0);
  };
  return tensor_comments(program, what, tensors) +
         fmt::format("inline constexpr std::size_t {}_bytes = {};\n", what, bytes) +
         fmt::format("inline constexpr std::size_t {}_count = {};\n", what, tensors.size()) +
         table("std::size_t", "offsets", interface.offsets) +
         table("std::size_t", "sizes", interface.sizes) +
         to_text(fmt::format("inline constexpr float {}_scales[]", what), "by tensor",
                 interface.scales, 0) +
         table("std::int32_t", "zero_points", interface.zero_points);
}

std::string budget_check(const Program& program) {
  if (program.plan.layers.empty()) return "";
  return fmt::format(
      R"(#ifdef SENGI_ARENA_BUDGET
static_assert(arena_bytes <= SENGI_ARENA_BUDGET,
              "the arena outgrew SENGI_ARENA_BUDGET; it peaks at layer {}");
#endif
)",
      program.plan.layers[peak_layer(program.plan)].name);
}

std::string reset_declaration(const Program& program) {
  if (program.states().empty()) {
    return "// This network remembers nothing from one run to the next.\n"
           "inline void reset(Arena&) {}\n";
  }
  return "// Needed before the first run, and later to forget: what layers remember from one run "
         "to\n"
         "// the next becomes zero.\n"
         "void reset(Arena& arena);\n";
}

std::string cpp_face(const Program& program) {
  const Plan& plan = program.plan;
  return fmt::format(
      R"(namespace {0} {{

static_assert(sengi::device_library_version == {1},
              "these files were written for another version of the sengi headers: build again");

// All memory the network works in: inputs, outputs and everything between.
inline constexpr std::size_t arena_bytes = {2};
{3}
{4}
{5}
struct Arena {{
  alignas(16) std::int8_t bytes[arena_bytes];
}};

// Where to put an input before run(), which writes over it.
inline std::int8_t* input(Arena& arena, std::size_t which = 0) {{
  return arena.bytes + input_offsets[which];
}}

// Where to read an output after run(), until the next one.
inline const std::int8_t* output(const Arena& arena, std::size_t which = 0) {{
  return arena.bytes + output_offsets[which];
}}

{6}
// One inference. Needs no other memory than the arena and a little stack.
void run(Arena& arena);

}}  // namespace {0}
)",
      plan.name, device_library_version, plan.arena_bytes, budget_check(program),
      interface_constants(program, "input", plan.input_bytes, program.graph.inputs),
      interface_constants(program, "output", plan.output_bytes, program.graph.outputs),
      reset_declaration(program));
}

std::string c_face(const Program& program) {
  const Plan& plan = program.plan;
  const Interface inputs = interface_of(program, program.graph.inputs);
  const Interface outputs = interface_of(program, program.graph.outputs);
  const std::string big = upper_case(plan.name);
  return fmt::format(
      R"(
// The same from C. `arena` is {0}_ARENA_BYTES bytes, aligned to 16.
#define {0}_ARENA_BYTES {1}
#define {0}_INPUT_OFFSET {2}
#define {0}_INPUT_BYTES {3}
#define {0}_OUTPUT_OFFSET {4}
#define {0}_OUTPUT_BYTES {5}
#ifdef __cplusplus
extern "C" {{
#endif
void {6}_reset(void* arena);
void {6}_run(void* arena);
#ifdef __cplusplus
}}
#endif
)",
      big, plan.arena_bytes, inputs.offsets[0], inputs.sizes[0], outputs.offsets[0],
      outputs.sizes[0], plan.name);
}

}  // namespace

std::string generated_notice(std::string_view source, std::string_view sha256,
                             std::string_view command) {
  return comment(fmt::format("Generated by sengi {} from {} (sha256 {}).", SENGI_VERSION,
                             comment_safe(source, 60), comment_safe(sha256, 16))) +
         comment(fmt::format("Do not edit; run: {}", comment_safe(command, 80)));
}

std::string shape_text(const model::Shape& shape) {
  const bool batch_of_one = shape.size() > 1 && shape[0] == 1;
  return model::to_string(model::Shape(shape.begin() + (batch_of_one ? 1 : 0), shape.end()));
}

std::string write_header(const Program& program) {
  return generated_notice(program.source_name, program.source_sha256,
                          "sengi build " + program.source_name) +
         "//\n" + opening_comment(program) + R"(#pragma once

#ifdef __cplusplus
#include <cstddef>
#include <cstdint>

#include "sengi/version.h"

)" + cpp_face(program) +
         "#endif\n" + c_face(program);
}

}  // namespace sengi::compile
