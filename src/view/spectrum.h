// SPDX-License-Identifier: Apache-2.0
// Columns of a spectrogram. A look is the spectrum of `size` samples under a Hann window, in
// decibels below a sine of full scale, a byte a bin: 0 is -120 dB and 255 is 0 dB.
//
// A column of level L covers 2^L samples. Where that is no more than half a look, the column is the
// look around its middle. Longer ones are the loudest, bin by bin, of the looks around the middles
// of all stretches of size / 2 samples in it; so a coarse column is the loudest of the finer ones,
// and a short call is seen from far away.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <vector>

namespace sengi::view {

constexpr double lowest_db = -120;

// kissfft's plan, and room to work in: of one thread.
class Spectrum {
 public:
  // Requires: size is a power of two from 64 on.
  explicit Spectrum(int size);
  Spectrum(Spectrum&&) noexcept;
  Spectrum& operator=(Spectrum&&) noexcept;
  ~Spectrum();

  int size() const;
  std::size_t bins() const { return static_cast<std::size_t>(size() / 2); }  // from 0 Hz on
  int look_level() const;  // 2^look_level = size / 2

  // Requires: samples.size() == size(), bytes.size() == bins().
  void look(std::span<const float> samples, std::span<std::uint8_t> bytes);

  // `count` columns of a level, one after the other. `samples` begins `before()` samples before the
  // first of them and ends as many after the last.
  std::vector<std::uint8_t> columns(std::span<const float> samples, int level, std::size_t count);
  std::int64_t before() const { return size() / 2; }

 private:
  struct Plan;
  std::unique_ptr<Plan> plan_;
};

// Each 2^steps columns become one, the loudest of them bin by bin.
std::vector<std::uint8_t> coarser_columns(std::span<const std::uint8_t> columns, std::size_t bins,
                                          int steps);

}  // namespace sengi::view
