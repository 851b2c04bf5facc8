// SPDX-License-Identifier: Apache-2.0
#include "compile/compile.h"

#include "compile/program.h"
#include "compile/writer.h"
#include "model/float_edges.h"

namespace sengi::compile {

Result<GeneratedCode> generate(const model::Graph& graph, const std::string& source_name,
                               const std::string& source_sha256, Favor favor) {
  SENGI_CHECK(model::check(graph));
  const model::Graph inner = model::without_float_edges(graph);
  SENGI_TRY(program, compile(inner, source_name, source_sha256, favor));
  program.float_inputs = inner.inputs != graph.inputs;
  program.float_outputs = inner.outputs != graph.outputs;
  return GeneratedCode{program.plan, write_header(program), write_source(program)};
}

}  // namespace sengi::compile
