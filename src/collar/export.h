// SPDX-License-Identifier: Apache-2.0
// A collar's monitors (zones, movement, activity, calls, power, link) as a library for somebody
// else's firmware: the device library's headers, the zones, the model of behaviours where there is
// one, and an example at the end of a serial line.
#pragma once

#include <string>
#include <vector>

#include "base/result.h"
#include "collar/collar_project.h"
#include "compile/code_files.h"

namespace sengi::collar {

// "arduino", "zephyr". The library's name is the project's with "_collar":
//
//   src/NAME_collar.h     what a program includes
//   src/NAME_collar/...   zones, model, a collar at the end of a line
//   src/sengi/...         the device headers that they include
//
// Errors: another kind; a name that is no identifier; those of generating the model's code.
Result<std::vector<compile::CodeFile>> export_files(const std::string& kind,
                                                    const CollarProject& project,
                                                    const Parts& parts);

}  // namespace sengi::collar
