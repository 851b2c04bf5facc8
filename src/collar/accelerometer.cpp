// SPDX-License-Identifier: Apache-2.0
#include "collar/accelerometer.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <numbers>

#include "collar/collar_project.h"

namespace sengi::collar {
namespace {

// How fast it goes at a moment, in metres a second; 0 beyond the track.
double speed_at(const movement::Track& track, std::uint32_t time_s) {
  const auto after =
      std::upper_bound(track.fixes.begin(), track.fixes.end(), time_s,
                       [](std::uint32_t t, const geo::Fix& fix) { return t < fix.time_s; });
  if (after == track.fixes.begin() || after == track.fixes.end()) return 0;
  const geo::Fix& before = *(after - 1);
  const double metres = geo::distance_m(before.position, after->position);
  return metres / (after->time_s - before.time_s);
}

// -1 .. 1, the same for the same numbers.
double noise(std::uint32_t a, std::uint32_t b) {
  std::uint32_t x = a * 2654435761U ^ (b + 1) * 2246822519U;
  x = (x ^ x >> 15) * 2246822519U;
  x = (x ^ x >> 13) * 3266489917U;
  x ^= x >> 16;
  return static_cast<double>(x) / 2147483648.0 - 1;
}

std::int16_t to_units(double value) {
  return static_cast<std::int16_t>(std::clamp(std::lround(value), -32'767L, 32'767L));
}

}  // namespace

Result<Windows> recorded_windows(const std::filesystem::path& recording,
                                 std::shared_ptr<const BehaviourModel> model,
                                 const movement::Track& track) {
  SENGI_TRY(rows, model->read_rows(recording));
  const double rate_hz = model->rate_hz();
  if (rate_hz <= 0) {
    return Error{
        fmt::format("{}: the model {} learned from rows without a time, so nobody can say "
                    "when a row of this recording was",
                    recording.string(), model->name())};
  }
  const std::uint32_t from_s = track.fixes.front().time_s;
  auto all = std::make_shared<const std::vector<std::int16_t>>(std::move(rows));
  return Windows([all, model, rate_hz, from_s](std::uint32_t time_s) -> std::vector<std::int16_t> {
    const auto end = static_cast<std::size_t>((time_s - from_s) * rate_hz) * model->axes();
    if (end > all->size() || end < model->window_values()) return {};
    const auto last = all->begin() + static_cast<std::ptrdiff_t>(end);
    return {last - static_cast<std::ptrdiff_t>(model->window_values()), last};
  });
}

Windows made_windows(const movement::Track& track, const BehaviourModel* model) {
  const double g = units_in_g(model);
  const double middle =
      model == nullptr ? 0 : (model->low() + model->high()) / (model->high() - model->low());
  const std::size_t axes = model == nullptr ? 3 : model->axes();
  const std::size_t rows = model == nullptr ? 40 : model->window_values() / axes;
  const double rate_hz = model == nullptr || model->rate_hz() <= 0 ? 12.5 : model->rate_hz();
  return [&track, g, middle, axes, rows, rate_hz](std::uint32_t time_s) {
    const double speed = speed_at(track, time_s);
    const double sway = speed < 0.03 ? 0 : std::min(0.08 + 0.25 * speed, 0.5);
    const double steps_hz = 0.5 + 0.5 * std::min(speed, 1.5);
    const double tilt = 0.4 * noise(time_s / 3600, 7);
    std::vector<std::int16_t> values;
    for (std::size_t row = 0; row < rows; ++row) {
      const double t = static_cast<double>(row) / rate_hz;
      const double beat = std::sin(2 * std::numbers::pi * steps_hz * t);
      const double posture[3] = {std::sin(tilt), 0.1, std::cos(tilt)};
      for (std::size_t axis = 0; axis < axes; ++axis) {
        const double shake = sway * beat * (axis == 0 ? 1 : 0.6) +
                             0.3 * sway * noise(time_s, static_cast<std::uint32_t>(3 * row + axis));
        const double hum = 0.005 * noise(time_s + 1, static_cast<std::uint32_t>(3 * row + axis));
        values.push_back(to_units(g * (posture[axis] + shake + hum) - 32'767 * middle));
      }
    }
    return values;
  };
}

}  // namespace sengi::collar
