// SPDX-License-Identifier: Apache-2.0
// Recordings that are the same sound though not the same samples: louder, cut elsewhere, shifted,
// or stored by another codec. After Haitsma and Kalker 2002, "A Highly Robust Audio Fingerprinting
// System": of each frame a word of bits, which say whether the difference between two neighbouring
// bands grows or falls in time. Gain cancels, and a codec or a shift flips few of them.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "base/result.h"
#include "data/dataset.h"
#include "project/project.h"

namespace sengi::data {

struct Fingerprint {
  struct Frame {
    std::uint32_t bits;
    bool heard;  // loud enough to say anything: within 40 dB of the clip's loudest frame
  };
  std::vector<Frame> frames;

  std::size_t heard() const;
};

// 33 bands, from `low_hz` to `high_hz`, evenly spaced in mel; windows of a quarter of a second (for
// shorter sounds a quarter of it) that advance by a 16th of themselves. Nothing where the sound is
// silent or shorter than 64 samples. Requires: rate_hz > 0, 0 <= low_hz < high_hz.
Fingerprint fingerprint(std::span<const std::int16_t> samples, std::int32_t rate_hz, double low_hz,
                        double high_hz);

// The share of bits that differ where two fingerprints lie best upon one another, over frames heard
// in both; 1 where they share too few at every place. Two unrelated sounds come to about a half.
double difference(const Fingerprint& one, const Fingerprint& other);

// Below this, two clips are one recording. Haitsma and Kalker take 0.35 over three seconds; a clip
// of one second holds fewer bits, and one word said by two people has some in common.
inline constexpr double alike_below = 0.2;

// Pairs (first < second) of clips that are alike, in order. Clips are compared where some frame of
// theirs has equal bits, which an index finds; bits that very many frames have are left out of it.
// So the cost grows about with the number of clips, not with its square.
struct Alike {
  std::size_t first;
  std::size_t second;
  double difference;
};
std::vector<Alike> find_alike(std::span<const Fingerprint> clips);

// Fingerprints of what the network hears of each clip (at most 4 s), on all cores and with a
// progress line. Of a clip that cannot be read it is empty. Errors: Ctrl-C.
Result<std::vector<Fingerprint>> fingerprints(const Dataset& dataset,
                                              const project::Project& project);

}  // namespace sengi::data
