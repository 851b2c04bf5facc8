// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <string>

#include "base/result.h"
#include "view/recording.h"

namespace sengi::view {

// The recording as FLAC of 16 bits and one channel, which every browser plays.
// Errors: as Recording::read(); more than bytes_max.
Result<std::string> to_flac(const Recording& recording, std::size_t bytes_max);

}  // namespace sengi::view
