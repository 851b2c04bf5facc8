// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <vector>

namespace sengi::signal {

// The anti-alias filter of the device's decimator (sengi/signal/decimate.h): a sinc that cuts off
// at half of the low rate, in a Kaiser window whose stopband is 76 dB down (Kaiser 1974; Oppenheim
// and Schafer 2010, section 7.5.3), scaled so that the taps sum to 1.0 exactly. Requires: factor
// from 2 to most_decimation.
std::vector<std::int16_t> make_decimator_taps(std::int32_t factor);

}  // namespace sengi::signal
