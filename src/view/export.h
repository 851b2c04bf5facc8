// SPDX-License-Identifier: Apache-2.0
// What the page shows, in one HTML file that needs nothing else: to send to somebody.
//
// The waveform has at most 2^15 peaks and the spectrogram 2^12 columns, whatever the length; scores
// and labels are all there. Labels can be changed on such a page, and saved as a file by the
// browser.
#pragma once

#include <cstddef>
#include <string>

#include "base/result.h"
#include "view/shown.h"

namespace sengi::view {

struct ExportOptions {
  bool sound = false;  // FLAC of 16 bits
  std::size_t bytes_max = 64 * 1024 * 1024;
};

// Waits until what is made in the background is made.
// Errors: a recording or a network of which that failed; more than bytes_max.
Result<std::string> export_page(Shown& shown, const ExportOptions& options);

}  // namespace sengi::view
