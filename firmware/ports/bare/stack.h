// SPDX-License-Identifier: Apache-2.0
// How deep the stack has been, from the pattern that reset painted it with. It grows down from the
// end of RAM into all that the program leaves free.
#pragma once

#include <cstddef>

namespace sengi::bare {

// Called once, before anything else runs.
void paint_stack();

std::size_t peak_stack_bytes();

// The pattern is gone down to where the program's own variables begin.
bool stack_overflowed();

}  // namespace sengi::bare
