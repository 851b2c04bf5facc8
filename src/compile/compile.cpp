// SPDX-License-Identifier: Apache-2.0
#include "compile/compile.h"

#include "compile/program.h"
#include "compile/writer.h"

namespace sengi::compile {

Result<GeneratedCode> generate(const model::Graph& graph, const std::string& source_name,
                               const std::string& source_sha256, Favor favor) {
  SENGI_TRY(program, compile(graph, source_name, source_sha256, favor));
  return GeneratedCode{program.plan, write_header(program), write_source(program)};
}

}  // namespace sengi::compile
