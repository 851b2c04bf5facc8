// SPDX-License-Identifier: Apache-2.0
// Mono floats at one rate become 16-bit samples at another (libsoxr, high quality). However the
// floats are cut into calls, the samples are the same.
//
//   SENGI_TRY(converter, RateConverter::make(44100, 16000));
//   while (...) { SENGI_CHECK(converter.put(block)); use(converter.take()); }
//   SENGI_CHECK(converter.finish());
//   use(converter.take());
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <vector>

#include "base/result.h"

namespace sengi::data {

class RateConverter {
 public:
  // Errors: rates that the resampler does not take.
  static Result<RateConverter> make(std::int32_t from_hz, std::int32_t to_hz);
  RateConverter(RateConverter&&) noexcept;
  RateConverter& operator=(RateConverter&&) noexcept;
  ~RateConverter();

  Result<void> put(std::span<const float> mono);
  // What the filter still holds, to exactly the length that the rates give. Nothing may follow.
  Result<void> finish();
  // The samples since the last call.
  std::vector<std::int16_t> take();

 private:
  struct Resampler;
  explicit RateConverter(std::unique_ptr<Resampler> resampler);

  // One call of the resampler; an empty input says that no more comes. Returns floats used.
  Result<std::size_t> run(std::span<const float> input);

  std::unique_ptr<Resampler> resampler_;  // none where the rates are equal
  double ratio_ = 1;
  std::size_t put_ = 0;
  std::size_t taken_ = 0;
  std::vector<std::int16_t> samples_;
};

}  // namespace sengi::data
