// SPDX-License-Identifier: Apache-2.0
// What to say of a program that is too large for its board, before it gets there.
#pragma once

#include <cstddef>
#include <string>

#include "emulate/emulate.h"

namespace sengi::emulate {

// Names what needs how much, the layer that is to blame, and two remedies. Its outcome is "no".
// Requires: `sections` and `stack_bytes` are more than the board has, in RAM or flash.
Error budget_error(const Build& what, const Sections& sections, std::size_t stack_bytes);

// The same where only the linker's complaint is known.
Error budget_error(const Build& what, const std::string& complaint);

}  // namespace sengi::emulate
