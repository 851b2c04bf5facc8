// SPDX-License-Identifier: Apache-2.0
// Any bytes as an uplink on any port, as a downlink, as text, and as what a device finds in flash.
#include <cstdlib>

#include "link/uplink.h"
#include "sengi/link/receiver.h"
#include "sengi/store/ring.h"

namespace {

using namespace sengi::link;

// Memory that keeps whatever it was given.
struct Memory {
  std::uint8_t bytes[4 * 512] = {};

  std::uint32_t sector_bytes() const { return 512; }
  bool read(std::uint32_t at, std::span<std::uint8_t> out) const {
    if (at + out.size() > sizeof bytes) std::abort();
    for (std::size_t i = 0; i < out.size(); ++i) out[i] = bytes[at + i];
    return true;
  }
  bool program(std::uint32_t at, std::span<const std::uint8_t> in) {
    if (at + in.size() > sizeof bytes) std::abort();
    for (std::size_t i = 0; i < in.size(); ++i) {
      bytes[at + i] = static_cast<std::uint8_t>(bytes[at + i] & in[i]);
    }
    return true;
  }
  bool erase(std::uint32_t sector) {
    for (std::size_t i = 0; i < 512; ++i) bytes[sector * 512 + i] = 0xFF;
    return true;
  }
};

void read_as_flash(std::span<const std::uint8_t> data) {
  Memory memory;
  for (std::size_t i = 0; i < sizeof memory.bytes; ++i) {
    memory.bytes[i] = i < data.size() ? data[i] : std::uint8_t{0xFF};
  }
  Memory copy = memory;
  sengi::store::Ring<Memory> ring(memory, {0, 4}, sengi::store::WhenFull::drop_oldest);
  ring.open();
  const std::uint8_t message[] = {1, 2, 3};
  if (ring.push(1, message) != sengi::store::Error::none) std::abort();
  if (ring.waiting() == 0) std::abort();

  sengi::store::Copies<Memory> settings(copy, {0, 2}, {});
  sengi::store::Copies<Memory> zones(copy, {2, 2}, {});
  settings.start();
  zones.start();
  Receiver<Memory> receiver(copy, settings, zones);
  receiver.handle(data, [](BlobKind, const sengi::store::Blob&) { return true; });
  if (!receiver.settings().consistent()) std::abort();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::span<const std::uint8_t> bytes(data, size);
  if (size > 0) {
    const auto uplink = decode_uplink(bytes.subspan(1), data[0]);
    if (uplink.ok() && to_json(uplink.value()).empty()) std::abort();
  }
  const auto uplink = decode_uplink(bytes);
  if (uplink.ok() && to_json(uplink.value()).empty()) std::abort();
  static_cast<void>(from_text({reinterpret_cast<const char*>(data), size}));
  read_as_flash(bytes);
  return 0;
}
