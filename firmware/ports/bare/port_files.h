// SPDX-License-Identifier: Apache-2.0
// What startup asks of the part of a port that stands between a processor and the world:
// "semihosting" or a chip's own. It defines these beside what port.h and the processor leave to it.
#pragma once

namespace sengi::port {

// How a program ends that met a fault of the processor or ran out of stack.
inline constexpr int fault_status = 3;

// Opens the input and output files that the command line names: PROGRAM INPUT OUTPUT. Ends the
// program with a message where that fails.
void open_files();
void close_files();

// After the program's end, or a fault. Text that explains it went to print() before.
[[noreturn]] void end_program(int status);

}  // namespace sengi::port
