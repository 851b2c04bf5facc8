// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cctype>
#include <set>

#include "base/text.h"
#include "compile/number_table.h"
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
  std::vector<std::string> outputs;
  outputs.reserve(step.outputs.size());
  for (const TensorIndex output : step.outputs) {
    outputs.push_back(shape_text(program.tensor(output).shape));
  }
  return fmt::format("{} -> {}{}", fmt::join(inputs, " + "), fmt::join(outputs, ", "),
                     program.kernels[i].details);
}

// A call or a function's head, its parameters on as many lines as it takes, each beginning under
// the first: as clang-format does it.
std::string with_parameters(const std::string& start, const std::vector<std::string>& parameters,
                            const std::string& end) {
  std::string text = start;
  std::size_t column = start.size();
  for (std::size_t i = 0; i < parameters.size(); ++i) {
    const bool last = i + 1 == parameters.size();
    const std::string word = parameters[i] + (last ? end : ",");
    if (i > 0) {
      const bool fits = column + 1 + word.size() <= page_width;
      text += fits ? std::string(" ") : fmt::format("\n{:{}}", "", start.size());
      column = fits ? column + 1 : start.size();
    }
    text += word;
    column += word.size();
  }
  return (parameters.empty() ? text + end : text) + "\n";
}

std::string numbered(std::string_view word, std::size_t i) {
  return fmt::format("{}{}", word, i + 1);
}

// What a layer's function calls its input `i` of `count`.
std::string input_name(std::size_t i, std::size_t count) {
  if (count == 1) return "input";
  if (count == 2) return i == 0 ? "a" : "b";
  return numbered("input", i);
}

std::string output_name(std::size_t i, std::size_t count) {
  return count == 1 ? "output" : numbered("output", i);
}

std::string place_of(const std::string& name) { return fmt::format("bytes + {}_at", name); }

// The arena's bytes are int8; other tensors are seen through their own type.
std::string place_of(const Program& program, TensorIndex tensor) {
  std::string place = place_of(program.tensor_names.at(tensor));
  const model::Type type = program.tensor(tensor).type;
  if (type == model::Type::int8) return place;
  return fmt::format("as<{}>({})", cpp_type(type), place);
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
    text += fmt::format("constexpr std::size_t {}_at = {};\n", program.name_of(placement),
                        placement.offset);
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

std::vector<std::string> parameters_of(const Program& program, std::size_t i) {
  const Step& step = program.schedule.steps[i];
  std::vector<std::string> parameters;
  for (std::size_t k = 0; k < step.inputs.size(); ++k) {
    parameters.push_back(fmt::format("const {}* {}", cpp_type(program.tensor(step.inputs[k]).type),
                                     input_name(k, step.inputs.size())));
  }
  for (std::size_t k = 0; k < step.states.size(); ++k) {
    parameters.push_back(fmt::format("{}* {}", cpp_type(program.tensor(step.states[k]).type),
                                     program.kernels[i].states[k]));
  }
  for (std::size_t k = 0; k < step.outputs.size(); ++k) {
    parameters.push_back(fmt::format("{}* {}", cpp_type(program.tensor(step.outputs[k]).type),
                                     output_name(k, step.outputs.size())));
  }
  if (program.kernels[i].scratch_bytes != 0) parameters.emplace_back("std::int8_t* scratch");
  return parameters;
}

// The names of what a kernel reads: parameters, and constants of the layer's struct.
std::vector<std::string> operands_of(const Program& program, std::size_t i) {
  const std::size_t inputs = program.schedule.steps[i].inputs.size();
  std::vector<std::string> operands = program.kernels[i].operands;
  if (operands.empty()) operands.resize(inputs);
  std::size_t next = 0;
  for (std::string& operand : operands) {
    operand = operand.empty() ? input_name(next++, inputs)
                              : fmt::format("{}::{}", struct_name(layer_at(program, i)), operand);
  }
  return operands;
}

std::vector<std::string> as_list(const std::vector<std::string>& names) {
  return {fmt::format("{{{}}}", fmt::join(names, ", "))};
}

// What the kernel gets: what it reads, what it remembers, what it writes, scratch memory.
std::vector<std::string> arguments_of(const Program& program, std::size_t i) {
  const Kernel& kernel = program.kernels[i];
  const std::size_t written = program.schedule.steps[i].outputs.size();
  std::vector<std::string> arguments = operands_of(program, i);
  if (kernel.reads_list) arguments = as_list(arguments);
  arguments.insert(arguments.end(), kernel.states.begin(), kernel.states.end());
  std::vector<std::string> outputs;
  for (std::size_t k = 0; k < written; ++k) outputs.push_back(output_name(k, written));
  if (kernel.writes_list) outputs = as_list(outputs);
  arguments.insert(arguments.end(), outputs.begin(), outputs.end());
  if (kernel.scratch_bytes != 0) arguments.emplace_back("scratch");
  return arguments;
}

std::string layer_function(const Program& program, std::size_t i) {
  const Layer& layer = layer_at(program, i);
  return with_parameters(fmt::format("SENGI_LAYER void {}(", layer.name), parameters_of(program, i),
                         ") {") +
         with_parameters(
             fmt::format("  sengi::nn::{}<{}>(", program.kernels[i].function, struct_name(layer)),
             arguments_of(program, i), ");") +
         "}\n";
}

std::string layer(const Program& program, std::size_t i) {
  const Step& step = program.schedule.steps[i];
  const std::string name = short_name(program.tensor(step.outputs[0]).name);
  const std::string title =
      fmt::format("{} {}: {}", i + 1, layer_at(program, i).name, what_it_does(program, i));
  return fmt::format("\n{}{}{}",
                     comment(name.empty() ? title : fmt::format("{} ({})", title, name)),
                     layer_struct(program, i), layer_function(program, i));
}

std::string call(const Program& program, std::size_t i) {
  const Step& step = program.schedule.steps[i];
  std::vector<std::string> arguments;
  for (const TensorIndex input : step.inputs) {
    arguments.push_back(place_of(program, input));
  }
  for (const TensorIndex state : step.states) arguments.push_back(place_of(program, state));
  for (const TensorIndex output : step.outputs) arguments.push_back(place_of(program, output));
  if (program.kernels[i].scratch_bytes != 0) {
    arguments.push_back(place_of(Program::scratch_name(i)));
  }
  return fmt::format("  // {} {}\n", i + 1, what_it_does(program, i)) +
         with_parameters(fmt::format("  {}(", layer_at(program, i).name), arguments, ");");
}

bool has_other_types(const Program& program) {
  return std::ranges::any_of(program.schedule.lives, [&](const Life& life) {
    return program.tensor(life.tensor).type != model::Type::int8;
  });
}

std::string run_function(const Program& program) {
  if (program.schedule.steps.empty()) return "\nvoid run(Arena&) {}\n";
  std::string text = "\nvoid run(Arena& arena) {\n  std::int8_t* const bytes = arena.bytes;\n";
  for (std::size_t i = 0; i < program.schedule.steps.size(); ++i) text += call(program, i);
  return text + "}\n";
}

// int8 has real zero at its zero point.
std::int32_t zero_byte(const model::Tensor& state) {
  if (state.type != model::Type::int8 || state.quantization.empty()) return 0;
  return state.quantization.zero_point[0];
}

std::string reset_function(const Program& program) {
  const std::vector<TensorIndex> states = program.states();
  if (states.empty()) return "";
  std::string text = "\nvoid reset(Arena& arena) {\n  std::int8_t* const bytes = arena.bytes;\n";
  for (const TensorIndex state : states) {
    text += fmt::format("  for (std::size_t i = 0; i < {}; ++i) bytes[{}_at + i] = {};\n",
                        program.tensor(state).bytes(), program.tensor_names.at(state),
                        zero_byte(program.tensor(state)));
  }
  return text + "}\n";
}

std::string c_functions(const std::string& name) {
  return fmt::format(R"(
extern "C" void {0}_reset(void* arena) {{
  auto* const whole = static_cast<{0}::Arena*>(arena);
  {0}::reset(*whole);
}}

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
    text += "namespace {\n";
    if (has_other_types(program)) text += "\nusing sengi::nn::as;\n";
    text += places(program);
    for (std::size_t i = 0; i < program.schedule.steps.size(); ++i) text += layer(program, i);
    text += "\n}  // namespace\n";
  }
  return text + reset_function(program) + run_function(program) +
         fmt::format("\n}}  // namespace {}\n", name) + c_functions(name);
}

}  // namespace sengi::compile
