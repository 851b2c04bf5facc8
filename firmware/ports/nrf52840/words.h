// SPDX-License-Identifier: Apache-2.0
// What a program printed, in memory that a reset leaves as it is: the latest words, over and over.
#pragma once

#include <cstdint>

namespace sengi::nrf52840 {

struct Words {
  std::uint32_t known;    // known_words once there are any
  std::uint32_t written;  // since the power came
  char text[1024];        // the next one goes to written % sizeof text
};
inline constexpr std::uint32_t known_words = 0x44524F57;

}  // namespace sengi::nrf52840

// By this name for a probe.
extern sengi::nrf52840::Words sengi_words;
