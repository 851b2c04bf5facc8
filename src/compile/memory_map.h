// SPDX-License-Identifier: Apache-2.0
// A drawing of the arena over time, as comment lines:
//
//   //  from    to         0 1 2 3
//   //     0  8000  conv1    w r
//   //  8064  8554  input  . r
#pragma once

#include <string>

#include "compile/program.h"

namespace sengi::compile {

std::string memory_map(const Program& program);

}  // namespace sengi::compile
