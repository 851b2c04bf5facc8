// SPDX-License-Identifier: Apache-2.0
#include "view/spectrum.h"

#include <kiss_fftr.h>

#include <algorithm>
#include <bit>
#include <cmath>
#include <numbers>

namespace sengi::view {

struct Spectrum::Plan {
  int size;
  kiss_fftr_cfg fft;
  std::vector<float> window;
  std::vector<float> input;
  std::vector<kiss_fft_cpx> output;

  explicit Plan(int n)
      : size(n),
        fft(kiss_fftr_alloc(n, 0, nullptr, nullptr)),
        window(static_cast<std::size_t>(n)),
        input(static_cast<std::size_t>(n)),
        output(static_cast<std::size_t>(n / 2 + 1)) {
    double sum = 0;
    for (std::size_t i = 0; i < window.size(); ++i) {
      const double turn = 2 * std::numbers::pi * static_cast<double>(i) / n;
      window[i] = static_cast<float>(0.5 - 0.5 * std::cos(turn));
      sum += window[i];
    }
    // A sine of full scale has 1 in its bin.
    for (float& w : window) w = static_cast<float>(w * 2 / sum);
  }
  ~Plan() { kiss_fftr_free(fft); }
  Plan(const Plan&) = delete;
  Plan& operator=(const Plan&) = delete;
};

Spectrum::Spectrum(int size) : plan_(std::make_unique<Plan>(size)) {}
Spectrum::Spectrum(Spectrum&&) noexcept = default;
Spectrum& Spectrum::operator=(Spectrum&&) noexcept = default;
Spectrum::~Spectrum() = default;

int Spectrum::size() const { return plan_->size; }

int Spectrum::look_level() const { return std::countr_zero(static_cast<unsigned>(size())) - 1; }

void Spectrum::look(std::span<const float> samples, std::span<std::uint8_t> bytes) {
  Plan& p = *plan_;
  for (std::size_t i = 0; i < p.input.size(); ++i) p.input[i] = samples[i] * p.window[i];
  kiss_fftr(p.fft, p.input.data(), p.output.data());
  constexpr auto lowest = static_cast<float>(lowest_db);
  for (std::size_t i = 0; i < bytes.size(); ++i) {
    const float power = p.output[i].r * p.output[i].r + p.output[i].i * p.output[i].i;
    const float db = 10 * std::log10(std::max(power, 1e-30F));
    const float share = std::clamp((db - lowest) / -lowest, 0.0F, 1.0F);
    bytes[i] = static_cast<std::uint8_t>(std::lround(share * 255));
  }
}

std::vector<std::uint8_t> Spectrum::columns(std::span<const float> samples, int level,
                                            std::size_t count) {
  const auto whole = static_cast<std::size_t>(size());
  const std::size_t width = std::size_t{1} << level;
  const std::size_t step = whole / 2;
  const std::size_t looks = std::max<std::size_t>(1, width / step);
  const std::size_t each = width / looks;
  std::vector<std::uint8_t> bytes(count * bins());
  std::vector<std::uint8_t> one(bins());
  for (std::size_t c = 0; c < count; ++c) {
    const auto column = std::span(bytes).subspan(c * bins(), bins());
    for (std::size_t i = 0; i < looks; ++i) {
      // The middle of the stretch, `before()` later as `samples` begins, less half a look.
      const std::size_t from = c * width + i * each + each / 2;
      look(samples.subspan(from, whole), one);
      std::ranges::transform(column, one, column.begin(),
                             [](std::uint8_t a, std::uint8_t b) { return std::max(a, b); });
    }
  }
  return bytes;
}

std::vector<std::uint8_t> coarser_columns(std::span<const std::uint8_t> columns, std::size_t bins,
                                          int steps) {
  const std::size_t count = columns.size() / bins;
  const std::size_t width = std::size_t{1} << steps;
  std::vector<std::uint8_t> fewer((count + width - 1) / width * bins);
  for (std::size_t c = 0; c < count; ++c) {
    std::uint8_t* into = fewer.data() + c / width * bins;
    const std::uint8_t* from = columns.data() + c * bins;
    for (std::size_t i = 0; i < bins; ++i) into[i] = std::max(into[i], from[i]);
  }
  return fewer;
}

}  // namespace sengi::view
