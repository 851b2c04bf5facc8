// SPDX-License-Identifier: Apache-2.0
// Two UARTs of Arm's Cortex-M System Design Kit (Arm DDI 0479, "APB UART") and the Cortex-M's
// interrupts (Armv7-M Architecture Reference Manual, "NVIC").
#include "lines.h"

// From boards/BOARD.toml, as symbols whose addresses are the values.
extern "C" char sengi_line_in_origin[];
extern "C" char sengi_line_in_interrupt[];
extern "C" char sengi_line_out_origin[];
extern "C" char sengi_line_out_interrupt[];
extern "C" char sengi_line_clocks_a_bit[];

namespace sengi::lines {
namespace {

struct Registers {
  std::uint32_t data, state, control, interrupt, clocks_a_bit;
};
constexpr std::uint32_t send_full = 1;
constexpr std::uint32_t received = 2;
constexpr std::uint32_t enable_send = 1;
constexpr std::uint32_t enable_receive = 2;
constexpr std::uint32_t interrupt_when_sent = 4;
constexpr std::uint32_t interrupt_when_received = 8;
constexpr std::uint32_t sent_interrupt = 1;
constexpr std::uint32_t received_interrupt = 2;

std::uint32_t value_of(const char* symbol) { return reinterpret_cast<std::uint32_t>(symbol); }
volatile Registers& in() { return *reinterpret_cast<Registers*>(sengi_line_in_origin); }
volatile Registers& out() { return *reinterpret_cast<Registers*>(sengi_line_out_origin); }

// One writer (the handler) and one reader (the program) need no lock.
constexpr std::uint32_t ring_bytes = 1024;
volatile std::uint8_t ring[ring_bytes];
volatile std::uint32_t written = 0;
volatile std::uint32_t taken = 0;
volatile std::uint32_t wake_count = 0;
std::uint32_t sleep_count = 0;

void enable_interrupt(std::uint32_t number) {
  auto* set_enable = reinterpret_cast<volatile std::uint32_t*>(0xe000e100);
  set_enable[number / 32] = 1U << (number % 32);
}

void mask_interrupts() { asm volatile("cpsid i" ::: "memory"); }
void unmask_interrupts() { asm volatile("cpsie i\n isb" ::: "memory"); }
// An interrupt that is pending ends it even while masked.
void wait_for_interrupt() { asm volatile("dsb\n wfi" ::: "memory"); }

// The same handler for all: it looks which line it was.
extern "C" [[gnu::used]] void sengi_lines_interrupt() {
  if ((out().interrupt & sent_interrupt) != 0) out().interrupt = sent_interrupt;
  if ((in().interrupt & received_interrupt) == 0) return;
  in().interrupt = received_interrupt;
  wake_count = wake_count + 1;
  while ((in().state & received) != 0) {
    if (written - taken == ring_bytes) {
      in().control = enable_receive;  // no more interrupts until there is room
      return;
    }
    ring[written % ring_bytes] = static_cast<std::uint8_t>(in().data);
    written = written + 1;
  }
}

// Behind the processor's own vectors (link.ld). Lines 0 to 31 are all that these boards' UARTs use.
using Handler = void (*)();
struct Vectors {
  Handler handlers[32];
};
[[gnu::section(".vectors.external"), gnu::used]] const Vectors vectors = {
    {sengi_lines_interrupt, sengi_lines_interrupt, sengi_lines_interrupt, sengi_lines_interrupt,
     sengi_lines_interrupt, sengi_lines_interrupt, sengi_lines_interrupt, sengi_lines_interrupt,
     sengi_lines_interrupt, sengi_lines_interrupt, sengi_lines_interrupt, sengi_lines_interrupt,
     sengi_lines_interrupt, sengi_lines_interrupt, sengi_lines_interrupt, sengi_lines_interrupt,
     sengi_lines_interrupt, sengi_lines_interrupt, sengi_lines_interrupt, sengi_lines_interrupt,
     sengi_lines_interrupt, sengi_lines_interrupt, sengi_lines_interrupt, sengi_lines_interrupt,
     sengi_lines_interrupt, sengi_lines_interrupt, sengi_lines_interrupt, sengi_lines_interrupt,
     sengi_lines_interrupt, sengi_lines_interrupt, sengi_lines_interrupt, sengi_lines_interrupt}};

}  // namespace

void open() {
  out().clocks_a_bit = value_of(sengi_line_clocks_a_bit);
  in().clocks_a_bit = value_of(sengi_line_clocks_a_bit);
  enable_interrupt(value_of(sengi_line_in_interrupt));
  enable_interrupt(value_of(sengi_line_out_interrupt));
  out().control = enable_send | interrupt_when_sent;
  in().control = enable_receive | interrupt_when_received;
  static_cast<void>(in().data);  // QEMU now sees that there is room
}

int take() {
  if (taken == written) return -1;
  const std::uint8_t byte = ring[taken % ring_bytes];
  taken = taken + 1;
  if ((in().control & interrupt_when_received) == 0) {
    mask_interrupts();
    // The byte that had to wait made its interrupt long ago.
    ring[written % ring_bytes] = static_cast<std::uint8_t>(in().data);
    written = written + 1;
    in().control = enable_receive | interrupt_when_received;
    unmask_interrupts();
  }
  return byte;
}

bool sleep() {
  mask_interrupts();
  while (taken == written) {
    ++sleep_count;
    wait_for_interrupt();
    unmask_interrupts();  // the handler runs here
    mask_interrupts();
  }
  unmask_interrupts();
  return true;
}

void put(std::uint8_t byte) {
  mask_interrupts();
  while ((out().state & send_full) != 0) {
    wait_for_interrupt();
    unmask_interrupts();
    mask_interrupts();
  }
  unmask_interrupts();
  out().data = byte;
}

std::uint32_t sleeps() { return sleep_count; }
std::uint32_t wakes() { return wake_count; }

}  // namespace sengi::lines
