// SPDX-License-Identifier: Apache-2.0
// A collar whose sensors, radio and time are at the other end of a serial line (SPEC.md, "The
// sensor bridge"). All else is what hangs on an elephant: the same logic, the network that judges
// the accelerometer, interrupts, sleep, flash.
//
// Built with collar_image.h (zones, versions, places in flash) and, where the project has a model
// of behaviours or a listener, with the code that sengi generated of them: application.h and
// collar_ear.h.
#include <new>

#include "bridged.h"
#include "flash.h"
#include "lines.h"
#include "port.h"

namespace port = sengi::port;
namespace lines = sengi::lines;

namespace {

using collar_firmware::StorageFlash;

struct Line {
  void put(std::uint8_t byte) { lines::put(byte); }
  std::uint32_t sleeps() const { return lines::sleeps(); }
  std::uint32_t wakes() const { return lines::wakes(); }
};

using Program = collar_program::Bridged<StorageFlash, Line>;
alignas(Program) unsigned char program_memory[sizeof(Program)];

}  // namespace

int port::run_program() {
  lines::open();
  sengi::storage::open();
  if (sengi::storage::bytes().size() < collar_image::sectors * StorageFlash::sector) {
    port::print("this board has too little storage for a collar\n");
    return 1;
  }
  StorageFlash flash;
  Line line;
  Program& program = *::new (program_memory) Program(flash, line);
  while (true) {
    for (int byte = lines::take(); byte >= 0; byte = lines::take()) {
      if (!program.push(static_cast<std::uint8_t>(byte))) return 0;
    }
    if (!lines::sleep()) {
      port::print("the line was closed before the end\n");
      return 1;
    }
  }
}
