// SPDX-License-Identifier: Apache-2.0
// From a processor's own reset to run_program().
#pragma once

namespace sengi::bare {

// Sets memory up, opens the files, runs the program, says how deep the stack was, and ends. The
// processor's reset calls it once, with the stack pointer at sengi_stack_top; it is a function
// apart, so that nothing of it runs before what the reset does (a floating-point unit that is off).
[[noreturn]] void start();

}  // namespace sengi::bare
