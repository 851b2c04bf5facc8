// SPDX-License-Identifier: Apache-2.0
#include "view/peaks.h"

#include <algorithm>

#include "data/audio_reader.h"

namespace sengi::view {

std::vector<Peak> peaks_of(std::span<const float> samples, int level) {
  const std::size_t width = std::size_t{1} << level;
  std::vector<Peak> peaks;
  peaks.reserve((samples.size() + width - 1) / width);
  for (std::size_t at = 0; at < samples.size(); at += width) {
    const auto part = samples.subspan(at, std::min(width, samples.size() - at));
    float low = part[0];
    float high = part[0];
    for (const float sample : part) {
      low = std::min(low, sample);
      high = std::max(high, sample);
    }
    peaks.push_back({data::to_int16(low), data::to_int16(high)});
  }
  return peaks;
}

std::vector<Peak> coarser(std::span<const Peak> peaks, int steps) {
  const std::size_t width = std::size_t{1} << steps;
  std::vector<Peak> fewer;
  fewer.reserve((peaks.size() + width - 1) / width);
  for (std::size_t at = 0; at < peaks.size(); at += width) {
    Peak all = peaks[at];
    for (const Peak& peak : peaks.subspan(at, std::min(width, peaks.size() - at))) {
      all.low = std::min(all.low, peak.low);
      all.high = std::max(all.high, peak.high);
    }
    fewer.push_back(all);
  }
  return fewer;
}

}  // namespace sengi::view
