// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "data/audio.h"
#include "data/image.h"

namespace sengi::evaluate {

// A recording to hear inside a page: a 16-bit mono WAV file as a data: address.
// Requires: less than 2 GiB of samples.
std::string sound_address(const data::Audio& audio);

// An image to see inside a page: a PNG file as a data: address; empty where it cannot be made.
std::string picture_address(const data::Image& image);

}  // namespace sengi::evaluate
