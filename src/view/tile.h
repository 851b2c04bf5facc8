// SPDX-License-Identifier: Apache-2.0
// A spectrogram's columns as a picture: grey, the highest frequency on top, a pixel a bin.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>

#include "base/result.h"

namespace sengi::view {

// PNG. `columns` are one after the other, each from 0 Hz on. Errors: out of memory.
Result<std::string> tile_png(std::span<const std::uint8_t> columns, std::size_t bins);

}  // namespace sengi::view
