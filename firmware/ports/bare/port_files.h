// SPDX-License-Identifier: Apache-2.0
// What startup does around a program so that the port's files are there.
#pragma once

namespace sengi::port {

// How a program ends that met a fault of the processor or ran out of stack.
inline constexpr int fault_status = 3;

// Opens the input and output files that the command line names: PROGRAM INPUT OUTPUT. Ends the
// program with a message where that fails.
void open_files();
void close_files();

}  // namespace sengi::port
