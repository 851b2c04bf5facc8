// SPDX-License-Identifier: Apache-2.0
// Both lines on the one UART of an nRF51 or nRF52, by interrupts; and a watchdog that a program
// keeps away by coming back to sleep().
#include "lines.h"

#include "registers.h"

// From boards/BOARD.toml, as symbols whose addresses are the values.
extern "C" char sengi_line_pin_send[];
extern "C" char sengi_line_pin_receive[];
extern "C" char sengi_line_pin_may_send[];  // RTS, out; all ones: no flow control
extern "C" char sengi_line_pin_ask[];       // CTS, in

namespace sengi::lines {
namespace {

using nrf::uart;

std::uint32_t value_of(const char* symbol) { return reinterpret_cast<std::uint32_t>(symbol); }

// One writer (the handler) and one reader (the program) need no lock.
constexpr std::uint32_t ring_bytes = 1024;
volatile std::uint8_t ring[ring_bytes];
volatile std::uint32_t written = 0;
volatile std::uint32_t taken = 0;
volatile std::uint32_t wake_count = 0;
volatile bool held = false;  // bytes are left in the receiver until there is room
bool sending = false;        // a byte went on its way, and the event tells when it is gone
std::uint32_t sleep_count = 0;

// Longer than any step: the longest is the erasure of an area of flash.
constexpr std::uint32_t watchdog_s = 64;
constexpr std::uint32_t tick_s = 16;
constexpr std::uint32_t tick_hz = 8;

void mask_interrupts() { asm volatile("cpsid i" ::: "memory"); }
void unmask_interrupts() { asm volatile("cpsie i\n isb" ::: "memory"); }
// An interrupt that is pending ends it even while masked.
void wait_for_interrupt() { asm volatile("dsb\n wfi" ::: "memory"); }

void enable_interrupt(std::uint32_t number) {
  *reinterpret_cast<nrf::Register*>(0xe000e100) = 1U << number;
}

// The event has to be gone from the bus before the handler is left.
void clear(nrf::Register& event) {
  event = 0;
  const std::uint32_t gone = event;
  static_cast<void>(gone);
}

void take_received() {
  while (uart().received != 0) {
    if (written - taken == ring_bytes) {
      uart().interrupt_clear = nrf::received_bit;
      held = true;
      return;
    }
    clear(uart().received);  // before the read, which lets the next byte in
    ring[written % ring_bytes] = static_cast<std::uint8_t>(uart().receive);
    written = written + 1;
  }
}

extern "C" [[gnu::used]] void sengi_uart_interrupt() {
  if (uart().received == 0) return;
  wake_count = wake_count + 1;
  take_received();
}

extern "C" [[gnu::used]] void sengi_tick_interrupt() {
  nrf::RealTime& clock = nrf::real_time();
  clear(clock.compared[0]);
  clock.compare[0] = (clock.counter + tick_s * tick_hz) & 0xFFFFFF;
}

extern "C" [[gnu::used]] void sengi_unasked_interrupt() {
  while (true) {  // the watchdog's case
  }
}

// Behind the processor's own vectors (link.ld). Interrupts above these are never enabled.
using Handler = void (*)();
struct Vectors {
  Handler handlers[32];
};
constexpr Vectors made_vectors() {
  Vectors vectors{};
  for (Handler& handler : vectors.handlers) handler = sengi_unasked_interrupt;
  vectors.handlers[nrf::uart_interrupt] = sengi_uart_interrupt;
  vectors.handlers[nrf::real_time_interrupt] = sengi_tick_interrupt;
  return vectors;
}
[[gnu::section(".vectors.external"), gnu::used]] constexpr Vectors vectors = made_vectors();

void start_watchdog() {
  nrf::watchdog().config = nrf::runs_in_sleep;
  nrf::watchdog().reload_value = watchdog_s * nrf::low_hz - 1;
  nrf::watchdog().reload_enable = 1;
  nrf::watchdog().start = 1;
}

void start_ticks() {
  nrf::clock().low_source = nrf::low_from_rc;
  nrf::clock().low_started = 0;
  nrf::clock().start_low = 1;
  while (nrf::clock().low_started == 0) {
  }
  nrf::RealTime& clock = nrf::real_time();
  clock.prescaler = nrf::low_hz / tick_hz - 1;
  clock.compare[0] = tick_s * tick_hz;
  clock.event_set = nrf::compare0_bit;
  clock.interrupt_set = nrf::compare0_bit;
  clock.clear = 1;
  clock.start = 1;
  enable_interrupt(nrf::real_time_interrupt);
}

// Asked by the program itself, never by a handler: whoever comes here is not stuck.
void keep_watchdog_away() { nrf::watchdog().reload[0] = nrf::reload_word; }

}  // namespace

void open() {
  start_watchdog();
  start_ticks();
  const std::uint32_t rts = value_of(sengi_line_pin_may_send);
  uart().pin_txd = value_of(sengi_line_pin_send);
  uart().pin_rxd = value_of(sengi_line_pin_receive);
  uart().pin_rts = rts;
  uart().pin_cts = value_of(sengi_line_pin_ask);
  uart().baud_rate = nrf::uart_115200;
  uart().config = rts == nrf::no_pin ? 0 : nrf::uart_flow_control;
  uart().enable = nrf::uart_enabled;
  clear(uart().received);
  clear(uart().sent);
  uart().interrupt_set = nrf::received_bit;
  enable_interrupt(nrf::uart_interrupt);
  uart().start_sending = 1;
  uart().start_receiving = 1;
}

int take() {
  if (taken == written) return -1;
  const std::uint8_t byte = ring[taken % ring_bytes];
  taken = taken + 1;
  if (held) {
    mask_interrupts();
    held = false;
    take_received();
    if (!held) uart().interrupt_set = nrf::received_bit;
    unmask_interrupts();
  }
  return byte;
}

bool sleep() {
  mask_interrupts();
  keep_watchdog_away();
  while (taken == written) {
    ++sleep_count;
    wait_for_interrupt();
    unmask_interrupts();  // the handler runs here
    mask_interrupts();
    keep_watchdog_away();
  }
  unmask_interrupts();
  return true;
}

// A byte takes 87 us, which is too short for a sleep of its own.
void put(std::uint8_t byte) {
  while (sending && uart().sent == 0) {
  }
  uart().sent = 0;
  sending = true;
  uart().send = byte;
}

std::uint32_t sleeps() { return sleep_count; }
std::uint32_t wakes() { return wake_count; }

}  // namespace sengi::lines
