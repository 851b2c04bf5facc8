// SPDX-License-Identifier: Apache-2.0
// Pages of the processor's own flash, behind the program. The processor stands still while a page
// is erased (85 ms on an nRF52840) or a word written.
#include "storage.h"

#include "registers.h"

// From boards/BOARD.toml, as symbols whose addresses are the values.
extern "C" char sengi_storage_origin[];
extern "C" char sengi_storage_bytes[];

namespace sengi::storage {
namespace {

std::uint32_t value_of(const char* symbol) { return reinterpret_cast<std::uint32_t>(symbol); }

void allow(std::uint32_t what) {
  nrf::flash_controller().config = what;
  while (nrf::flash_controller().ready == 0) {
  }
}

std::uint32_t word_at(std::span<const std::uint8_t> in, std::size_t at) {
  return in[at] | static_cast<std::uint32_t>(in[at + 1]) << 8 |
         static_cast<std::uint32_t>(in[at + 2]) << 16 |
         static_cast<std::uint32_t>(in[at + 3]) << 24;
}

}  // namespace

void open() {}

std::span<const std::uint8_t> bytes() {
  return {reinterpret_cast<const std::uint8_t*>(sengi_storage_origin),
          value_of(sengi_storage_bytes)};
}

bool program(std::uint32_t at, std::span<const std::uint8_t> in) {
  const std::uint32_t all = value_of(sengi_storage_bytes);
  if (at % 4 != 0 || in.size() % 4 != 0 || at > all || in.size() > all - at) return false;
  auto* word = reinterpret_cast<nrf::Register*>(sengi_storage_origin + at);
  allow(nrf::may_write);
  for (std::size_t i = 0; i < in.size(); i += 4) {
    // A word that would stay as it is keeps its writes: there are two between erasures.
    const std::uint32_t value = word_at(in, i);
    if ((*word & value) != *word) *word = value;
    ++word;
    while (nrf::flash_controller().ready == 0) {
    }
  }
  allow(nrf::read_only);
  return true;
}

bool erase(std::uint32_t sector) {
  if (sector >= value_of(sengi_storage_bytes) / sector_bytes) return false;
  const std::uint32_t page = nrf::page_bytes();
  if (page == 0 || sector_bytes % page != 0) return false;
  const std::uint32_t origin = value_of(sengi_storage_origin) + sector * sector_bytes;
  allow(nrf::may_erase);
  for (std::uint32_t at = 0; at < sector_bytes; at += page) {
    nrf::flash_controller().erase_page = origin + at;
    while (nrf::flash_controller().ready == 0) {
    }
  }
  allow(nrf::read_only);
  return true;
}

}  // namespace sengi::storage
