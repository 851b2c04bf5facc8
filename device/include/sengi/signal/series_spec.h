// SPDX-License-Identifier: Apache-2.0
// What fixes the front end of everything that comes as rows of numbers: accelerometers, gyroscopes,
// soil probes, intervals between clicks.
#pragma once

#include <cstdint>

namespace sengi::signal {

// raw: the rows themselves. statistics: what they are like, axis by axis. spectral: the same and
// how their energy is spread over frequencies.
enum class SeriesFeature : std::uint8_t { raw, statistics, spectral };

// Of each axis: mean, standard deviation, lowest, highest, mean change from row to row, and how
// often the mean is crossed.
inline constexpr std::int32_t series_statistics = 6;

// Everything that fixes a series front end, in whole numbers. Features are a matrix
// [height][channels], a network's input [1, height, 1, channels].
struct SeriesSpec {
  std::int32_t rows = 1;  // of a window, 1 .. 4,096
  std::int32_t axes = 1;  // values of a row, 1 .. 256
  SeriesFeature feature = SeriesFeature::raw;
  std::int32_t segments = 1;  // equal parts of a window that are described one by one, 1 .. rows;
                              // not for raw
  std::int32_t bands = 8;     // of the spectrum, 1 .. 32; for spectral alone
  std::int32_t vectors = 0;   // how many threes of axes, from the first on, are a vector (an
                              // accelerometer's x, y, z), whose length is described as one more
                              // axis, 0 .. axes / 3; not for raw

  constexpr std::int32_t height() const { return feature == SeriesFeature::raw ? rows : segments; }
  constexpr std::int32_t channels() const {
    const std::int32_t described = axes + vectors;
    switch (feature) {
      case SeriesFeature::raw:
        return axes;
      case SeriesFeature::statistics:
        return described * series_statistics;
      case SeriesFeature::spectral:
        return described * (series_statistics + bands);
    }
    return 0;
  }
  bool operator==(const SeriesSpec&) const = default;
};

}  // namespace sengi::signal
