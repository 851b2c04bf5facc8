// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>
#include <fmt/ranges.h>

#include <cctype>
#include <set>

#include "base/text.h"
#include "compile/text_table.h"
#include "compile/writer.h"

namespace sengi::compile {
namespace {

using model::TensorIndex;

const Layer& layer_at(const Program& program, std::size_t i) { return program.plan.layers[i]; }

// "Conv1"
std::string struct_name(const Layer& layer) {
  std::string name = layer.name;
  name[0] = static_cast<char>(std::toupper(static_cast<unsigned char>(name[0])));
  return name;
}

// The last two steps of a name such as "model/block_1/conv/Relu6;model/block_1/...", which is how
// TensorFlow joins what it fused.
std::string short_name(const std::string& name) {
  const std::string first = name.substr(0, name.find(';'));
  std::size_t from = first.rfind('/');
  if (from != std::string::npos && from > 0) from = first.rfind('/', from - 1);
  return comment_safe(from == std::string::npos ? first : first.substr(from + 1), 60);
}

// "49x10x1 -> 25x5x64, window 10x4, stride 2, ReLU"
std::string what_it_does(const Program& program, std::size_t i) {
  const Step& step = program.schedule.steps[i];
  std::vector<std::string> inputs;
  inputs.reserve(step.inputs.size());
  for (const TensorIndex input : step.inputs) {
    inputs.push_back(shape_text(program.tensor(input).shape));
  }
  return fmt::format("{} -> {}{}", fmt::join(inputs, " + "),
                     shape_text(layer_at(program, i).output), program.kernels[i].details);
}

std::string includes(const Program& program) {
  std::set<std::string> headers;
  for (const Kernel& kernel : program.kernels) headers.insert(kernel.header);
  std::string text = "#include \"model.h\"\n";
  if (!headers.empty()) text += "\n";
  for (const std::string& header : headers) text += fmt::format("#include \"{}\"\n", header);
  return text;
}

std::string places(const Program& program) {
  std::string text = "\n// Where each tensor begins in the arena; model.h draws the map.\n";
  for (const Placement& placement : program.plan.placements) {
    text += fmt::format("constexpr std::size_t {}_at = {};\n",
                        program.name_of(placement), placement.offset);
  }
  return text;
}

std::string layer_struct(const Program& program, std::size_t i) {
  const Kernel& kernel = program.kernels[i];
  std::string text = fmt::format("struct {} {{\n  static constexpr sengi::nn::{} shape = {{\n",
                                 struct_name(layer_at(program, i)), kernel.shape_type);
  for (const std::string& field : kernel.shape) text += fmt::format("      {},\n", field);
  text += "  };\n";
  for (const NumberTable& table : kernel.constants) text += to_text(table, 2);
  return text + "};\n";
}

std::string layer_function(const Program& program, std::size_t i) {
  const Layer& layer = layer_at(program, i);
  const Kernel& kernel = program.kernels[i];
  const bool two = program.schedule.steps[i].inputs.size() == 2;
  const bool scratch = kernel.scratch_bytes != 0;
  return fmt::format(
      "SENGI_LAYER void {}({}, std::int8_t* output{}) {{\n"
      "  sengi::nn::{}<{}>({}, output{});\n"
      "}}\n",
      layer.name, two ? "const std::int8_t* a, const std::int8_t* b" : "const std::int8_t* input",
      scratch ? ", std::int8_t* scratch" : "", kernel.function, struct_name(layer),
      two ? "a, b" : "input", scratch ? ", scratch" : "");
}

std::string layer(const Program& program, std::size_t i) {
  const Step& step = program.schedule.steps[i];
  const std::string name = short_name(program.tensor(step.output).name);
  const std::string title =
      fmt::format("{} {}: {}", i + 1, layer_at(program, i).name, what_it_does(program, i));
  return fmt::format("\n{}{}{}",
                     comment(name.empty() ? title : fmt::format("{} ({})", title, name)),
                     layer_struct(program, i), layer_function(program, i));
}

std::string place_of(const std::string& name) { return fmt::format("bytes + {}_at", name); }

std::string call(const Program& program, std::size_t i) {
  const Step& step = program.schedule.steps[i];
  std::vector<std::string> arguments;
  for (const TensorIndex input : step.inputs) {
    arguments.push_back(place_of(program.tensor_names.at(input)));
  }
  arguments.push_back(place_of(program.tensor_names.at(step.output)));
  if (program.kernels[i].scratch_bytes != 0) {
    arguments.push_back(place_of(Program::scratch_name(i)));
  }
  return fmt::format("  // {} {}\n  {}({});\n", i + 1, what_it_does(program, i),
                     layer_at(program, i).name, fmt::join(arguments, ", "));
}

std::string run_function(const Program& program) {
  if (program.schedule.steps.empty()) return "\nvoid run(Arena&) {}\n";
  std::string text = "\nvoid run(Arena& arena) {\n  std::int8_t* const bytes = arena.bytes;\n";
  for (std::size_t i = 0; i < program.schedule.steps.size(); ++i) text += call(program, i);
  return text + "}\n";
}

std::string c_function(const std::string& name) {
  return fmt::format(R"(
extern "C" void {0}_run(void* arena) {{
  auto* const whole = static_cast<{0}::Arena*>(arena);
  {0}::run(*whole);
}}
)",
                     name);
}

}  // namespace

std::string write_source(const Program& program) {
  const std::string& name = program.plan.name;
  std::string text = generated_notice(program.source_name, program.source_sha256,
                                      "sengi build " + program.source_name) +
                     includes(program) + fmt::format("\nnamespace {} {{\n", name);
  if (!program.schedule.steps.empty()) {
    text += "namespace {\n" + places(program);
    for (std::size_t i = 0; i < program.schedule.steps.size(); ++i) text += layer(program, i);
    text += "\n}  // namespace\n";
  }
  return text + run_function(program) + fmt::format("\n}}  // namespace {}\n", name) +
         c_function(name);
}

}  // namespace sengi::compile
