// SPDX-License-Identifier: Apache-2.0
// Functions of one int8 number, as tables of their 256 answers: the reference interpreter's.
#include <algorithm>

#include "compile/kernel_parts.h"
#include "compile/overlap.h"
#include "model/interpreter.h"

namespace sengi::compile {
namespace {

constexpr std::int32_t answers = 256;

// Its only input that is no constant.
std::size_t data_input(const Operands& operands) { return !operands.input(0).constant() ? 0 : 1; }

// The operator alone, on a tensor of each int8 number once.
model::Graph graph_of_every_input(const Operands& operands) {
  model::Graph graph;
  graph.name = "table";
  model::Operator op{operands.op.kind, {}, {}};
  model::Shape shape(std::max<std::size_t>(operands.output().shape.size(), 1), 1);
  shape.back() = answers;
  const auto append = [&](model::Tensor tensor) {
    if (!tensor.constant()) tensor.shape = shape;
    graph.tensors.push_back(std::move(tensor));
    return static_cast<model::TensorIndex>(graph.tensors.size() - 1);
  };
  for (std::size_t i = 0; i < operands.op.inputs.size(); ++i) {
    op.inputs.push_back(append(operands.input(i)));
  }
  op.outputs.push_back(append(operands.output()));
  graph.inputs = {op.inputs[data_input(operands)]};
  graph.outputs = op.outputs;
  graph.operators.push_back(std::move(op));
  return graph;
}

Result<std::vector<std::int32_t>> table_of(const Operands& operands) {
  SENGI_TRY(interpreter, model::Interpreter::make(graph_of_every_input(operands)));
  std::vector<std::byte> inputs;
  inputs.reserve(answers);
  for (std::int32_t i = 0; i < answers; ++i) inputs.push_back(static_cast<std::byte>(i - 128));
  std::vector<std::int32_t> table;
  for (const std::byte output : interpreter.run(inputs)) {
    table.push_back(static_cast<std::int8_t>(output));
  }
  return table;
}

struct Name {
  const char* stem;
  const char* kind;
};
Name name_of(const model::Logistic&) { return {"logistic", "logistic"}; }
Name name_of(const model::Tanh&) { return {"tanh", "tanh"}; }
Name name_of(const model::LeakyRelu&) { return {"leaky", "leaky relu"}; }
Name name_of(const model::Relu&) { return {"relu", "relu"}; }
Name name_of(const model::HardSwish&) { return {"swish", "hard swish"}; }
Name name_of(const model::Abs&) { return {"abs", "abs"}; }
Name name_of(const model::Quantize&) { return {"rescale", "rescale"}; }
Name name_of(const model::Prelu&) { return {"prelu", "prelu"}; }
Name name_of(const model::Elu&) { return {"elu", "elu"}; }
Name name_of(const model::Rsqrt&) { return {"rsqrt", "inverse root"}; }
Name name_of(const model::Div&) { return {"divide", "divide number"}; }
Name name_of(const model::SquaredDifference&) { return {"difference", "squared difference"}; }
Name name_of(const model::Add&) { return {"add", "add number"}; }
Name name_of(const model::Sub&) { return {"subtract", "subtract number"}; }
Name name_of(const model::Mul&) { return {"multiply", "multiply number"}; }
Name name_of(const model::Maximum&) { return {"maximum", "maximum"}; }
Name name_of(const model::Minimum&) { return {"minimum", "minimum"}; }
template <typename Kind>
Name name_of(const Kind&) {
  return {"lookup", "lookup"};
}

}  // namespace

bool is_function_of_a_number(const model::Kind& kind) {
  return std::holds_alternative<model::Logistic>(kind) ||
         std::holds_alternative<model::Tanh>(kind) ||
         std::holds_alternative<model::LeakyRelu>(kind) ||
         std::holds_alternative<model::Relu>(kind) ||
         std::holds_alternative<model::HardSwish>(kind) ||
         std::holds_alternative<model::Abs>(kind) || std::holds_alternative<model::Elu>(kind) ||
         std::holds_alternative<model::Rsqrt>(kind) ||
         std::holds_alternative<model::Quantize>(kind);
}

bool is_lookup(const Operands& operands) {
  if (operands.output().type != model::Type::int8) return false;
  if (is_function_of_a_number(operands.op.kind)) {
    return operands.input(0).type == model::Type::int8;
  }
  if (!is_pairwise(operands.op.kind)) return false;
  const auto is_number = [&](std::size_t i) {
    return operands.input(i).constant() && operands.input(i).elements() == 1;
  };
  return is_number(0) != is_number(1) && !operands.input(data_input(operands)).constant();
}

Result<Kernel> choose_lookup(const Operands& operands) {
  SENGI_TRY(table, table_of(operands));
  const Name name = std::visit([](const auto& kind) { return name_of(kind); }, operands.op.kind);
  Kernel kernel;
  kernel.header = "sengi/nn/lookup.h";
  kernel.function = "lookup";
  kernel.shape_type = "Lookup";
  kernel.shape = {field("elements", static_cast<std::int64_t>(operands.output().elements()))};
  kernel.constants = {{"static constexpr std::int8_t table[]", "[256], for -128 to 127", table,
                       sizeof(std::int8_t)}};
  kernel.stem = name.stem;
  kernel.kind = name.kind;
  kernel.leads = {lead_of_elements};
  return kernel;
}

}  // namespace sengi::compile
