// SPDX-License-Identifier: Apache-2.0
#include "data/rate_converter.h"

#include <fmt/format.h>
#include <soxr.h>

#include <algorithm>
#include <cmath>
#include <iterator>
#include <utility>

#include "data/audio_reader.h"

namespace sengi::data {
namespace {

constexpr std::size_t block_frames = 16384;

}  // namespace

struct RateConverter::Resampler {
  soxr_t handle;
  std::vector<float> output = std::vector<float>(block_frames);

  explicit Resampler(soxr_t made) : handle(made) {}
  ~Resampler() { soxr_delete(handle); }
  Resampler(const Resampler&) = delete;
  Resampler& operator=(const Resampler&) = delete;
};

RateConverter::RateConverter(std::unique_ptr<Resampler> resampler)
    : resampler_(std::move(resampler)) {}
RateConverter::RateConverter(RateConverter&&) noexcept = default;
RateConverter& RateConverter::operator=(RateConverter&&) noexcept = default;
RateConverter::~RateConverter() = default;

Result<RateConverter> RateConverter::make(std::int32_t from_hz, std::int32_t to_hz) {
  if (from_hz == to_hz) return RateConverter(nullptr);
  soxr_error_t error = nullptr;
  const soxr_quality_spec_t quality = soxr_quality_spec(SOXR_HQ, 0);
  soxr_t handle = soxr_create(from_hz, to_hz, 1, &error, nullptr, &quality, nullptr);
  if (error != nullptr || handle == nullptr) {
    return Error{fmt::format("cannot resample {} Hz to {} Hz: {}", from_hz, to_hz,
                             error == nullptr ? "no memory" : error)};
  }
  RateConverter converter(std::make_unique<Resampler>(handle));
  converter.ratio_ = static_cast<double>(to_hz) / from_hz;
  return converter;
}

Result<void> RateConverter::put(std::span<const float> mono) {
  put_ += mono.size();
  if (!resampler_) {
    std::ranges::transform(mono, std::back_inserter(samples_), to_int16);
    return {};
  }
  std::size_t used = 0;
  while (used < mono.size()) {
    SENGI_TRY(step, run(mono.subspan(used)));
    used += step;
  }
  return {};
}

Result<void> RateConverter::finish() {
  if (!resampler_) return {};
  const auto length = static_cast<std::size_t>(std::llround(static_cast<double>(put_) * ratio_));
  while (taken_ + samples_.size() < length) {
    const std::size_t before = samples_.size();
    SENGI_CHECK(run({}));
    if (samples_.size() == before) break;
  }
  const std::size_t all = std::max<std::size_t>(1, length);
  samples_.resize(all > taken_ ? all - taken_ : 0);
  return {};
}

std::vector<std::int16_t> RateConverter::take() {
  taken_ += samples_.size();
  return std::exchange(samples_, {});
}

Result<std::size_t> RateConverter::run(std::span<const float> input) {
  std::size_t used = 0;
  std::size_t made = 0;
  std::vector<float>& output = resampler_->output;
  const soxr_error_t error =
      soxr_process(resampler_->handle, input.empty() ? nullptr : input.data(), input.size(), &used,
                   output.data(), output.size(), &made);
  if (error != nullptr) return Error{fmt::format("cannot resample: {}", error)};
  std::transform(output.begin(), output.begin() + static_cast<std::ptrdiff_t>(made),
                 std::back_inserter(samples_), to_int16);
  return used;
}

}  // namespace sengi::data
