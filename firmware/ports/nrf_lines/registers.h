// SPDX-License-Identifier: Apache-2.0
// The peripherals of Nordic's nRF51 and nRF52 series that this port uses, at the addresses that the
// two have in common (nRF51 Series Reference Manual v3.0; nRF52840 Product Specification v1.1:
// "Peripherals", each peripheral's "Registers").
#pragma once

#include <cstddef>
#include <cstdint>

namespace sengi::nrf {

using Register = volatile std::uint32_t;

// With both directions on one peripheral, byte by byte; on the nRF52840 it is the UART beside the
// UARTE of the same place, deprecated there and with the same registers as before.
struct Uart {
  Register start_receiving, stop_receiving, start_sending, stop_sending;
  std::uint32_t unused0[0x108 / 4 - 4];
  Register received, unused1[4], sent, unused2, error;
  std::uint32_t unused3[(0x304 - 0x128) / 4];
  Register interrupt_set, interrupt_clear;
  std::uint32_t unused4[(0x480 - 0x30C) / 4];
  Register error_source;
  std::uint32_t unused5[(0x500 - 0x484) / 4];
  Register enable, unused6, pin_rts, pin_txd, pin_cts, pin_rxd, receive, send, unused7, baud_rate;
  std::uint32_t unused8[(0x56C - 0x528) / 4];
  Register config;
};
static_assert(offsetof(Uart, received) == 0x108 && offsetof(Uart, sent) == 0x11C);
static_assert(offsetof(Uart, error) == 0x124 && offsetof(Uart, interrupt_set) == 0x304);
static_assert(offsetof(Uart, error_source) == 0x480 && offsetof(Uart, pin_rts) == 0x508);
static_assert(offsetof(Uart, pin_rxd) == 0x514 && offsetof(Uart, send) == 0x51C);
static_assert(offsetof(Uart, baud_rate) == 0x524 && offsetof(Uart, config) == 0x56C);
inline constexpr std::uint32_t uart_enabled = 4;
inline constexpr std::uint32_t uart_115200 = 0x01D7E000;
inline constexpr std::uint32_t uart_flow_control = 1;
inline constexpr std::uint32_t received_bit = 1U << 2;
inline constexpr std::uint32_t no_pin = 0xFFFFFFFF;

struct Clock {
  std::uint32_t unused0[2];
  Register start_low, stop_low;
  std::uint32_t unused1[(0x104 - 0x010) / 4];
  Register low_started;
  std::uint32_t unused2[(0x518 - 0x108) / 4];
  Register low_source;
};
static_assert(offsetof(Clock, low_started) == 0x104 && offsetof(Clock, low_source) == 0x518);
inline constexpr std::uint32_t low_from_rc = 0;  // needs no crystal; off by some percent at worst

struct RealTime {
  Register start, stop, clear;
  std::uint32_t unused0[(0x140 - 0x00C) / 4];
  Register compared[4];
  std::uint32_t unused1[(0x304 - 0x150) / 4];
  Register interrupt_set, interrupt_clear;
  std::uint32_t unused2[(0x344 - 0x30C) / 4];
  Register event_set;
  std::uint32_t unused3[(0x504 - 0x348) / 4];
  Register counter, prescaler;
  std::uint32_t unused4[(0x540 - 0x50C) / 4];
  Register compare[4];
};
static_assert(offsetof(RealTime, compared) == 0x140 && offsetof(RealTime, interrupt_set) == 0x304);
static_assert(offsetof(RealTime, event_set) == 0x344 && offsetof(RealTime, counter) == 0x504);
static_assert(offsetof(RealTime, compare) == 0x540);
inline constexpr std::uint32_t compare0_bit = 1U << 16;
inline constexpr std::uint32_t low_hz = 32'768;

struct Watchdog {
  Register start;
  std::uint32_t unused0[(0x504 - 0x004) / 4];
  Register reload_value, reload_enable, config;
  std::uint32_t unused1[(0x600 - 0x510) / 4];
  Register reload[8];
};
static_assert(offsetof(Watchdog, reload_value) == 0x504 && offsetof(Watchdog, reload) == 0x600);
inline constexpr std::uint32_t reload_word = 0x6E524635;
inline constexpr std::uint32_t runs_in_sleep =
    1;  // and pauses while a debugger holds the processor

struct FlashController {
  std::uint32_t unused0[0x400 / 4];
  Register ready;
  std::uint32_t unused1[(0x504 - 0x404) / 4];
  Register config, erase_page;
};
static_assert(offsetof(FlashController, config) == 0x504);
static_assert(offsetof(FlashController, erase_page) == 0x508);
inline constexpr std::uint32_t read_only = 0;
inline constexpr std::uint32_t may_write = 1;
inline constexpr std::uint32_t may_erase = 2;

inline Clock& clock() { return *reinterpret_cast<Clock*>(0x40000000); }
inline Uart& uart() { return *reinterpret_cast<Uart*>(0x40002000); }
inline Watchdog& watchdog() { return *reinterpret_cast<Watchdog*>(0x40010000); }
inline RealTime& real_time() { return *reinterpret_cast<RealTime*>(0x40011000); }
inline FlashController& flash_controller() {
  return *reinterpret_cast<FlashController*>(0x4001E000);
}
// Of the factory information: bytes of a page that is erased at once.
inline std::uint32_t page_bytes() { return *reinterpret_cast<const Register*>(0x10000010); }

// A peripheral's place in the address map is its interrupt's number.
inline constexpr std::uint32_t uart_interrupt = 2;
inline constexpr std::uint32_t real_time_interrupt = 17;

}  // namespace sengi::nrf
