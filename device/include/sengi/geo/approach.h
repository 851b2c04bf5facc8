// SPDX-License-Identifier: Apache-2.0
// Whether an animal is heading into a zone: how likely it is to be in it within six hours, and
// when.
//
// Elephants walk as correlated random walks do (Kareiva and Shigesada 1983, "Analyzing insect
// movement as a correlated random walk"): for some hours the next step looks like the last, then
// the direction is forgotten. Real-time geofences over collars warn of a distance to a line (Wall,
// Wittemyer, Klinkenberg and Douglas-Hamilton 2014, "Novel opportunities for wildlife conservation
// and research with real-time monitoring"), which comes too early for what passes by and too late
// for what walks fast. So this reckons with what such a walk depends on, each number learned or
// measured in whole numbers, at whatever interval the fixes come:
//
//   near      how far the zone is, against how far this animal usually goes in the six hours to
//             come, at this time of the day (habit.h)
//   closing   how much of the way since half an hour ago, and since three hours ago, went towards
//             the zone: +1 straight at it, -1 straight away. The zone's own distance is taken at
//             both ends, so its shape and the animal's direction are both in it
//   course    how near to the zone it comes if it goes on for six hours as in the last half hour
//   sparse    how long ago the fix before was
//
// The speed against the usual one, the straightness of three hours' path, and the product of near
// and closing were tried beside these, and their weights came out as next to nothing.
//
// A logistic model of these gives the probability. Its weights come from real tracks
// (src/movement/approach_fit.h, `sengi zones study --fit`), with signs held so that nearer, faster
// or straighter towards it never makes an entry less likely. Nothing here knows north from east or
// left from right: turning, mirroring or moving the whole scene changes nothing but by rounding.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

#include "sengi/geo/habit.h"
#include "sengi/geo/nearest.h"
#include "sengi/signal/log2.h"

namespace sengi::geo {

inline constexpr std::uint32_t horizon_s = 6 * 3600;

// 1.0 = 256 in all of them.
struct ApproachFeatures {
  enum Name : std::uint8_t { near, closing_short, closing_long, course, sparse, count };
  std::array<std::int32_t, count> value;
};

struct ApproachModel {
  std::int32_t bias;                                         // of the logit, 1.0 = 256
  std::array<std::int16_t, ApproachFeatures::count> weight;  // a unit of the feature, 1.0 = 256
};

struct Approach {
  std::uint16_t permille = 0;         // probability to be in the zone within six hours
  std::uint32_t entry_s = beyond_dm;  // seconds to the edge if it goes straight on; or never
};

// 1000 / (1 + exp(-x)), x with 1.0 = 256; between table entries a quarter apart a straight line.
constexpr std::uint16_t logistic_permille(std::int32_t x) {
  constexpr std::uint16_t table[] = {500, 562, 622, 679, 731, 777, 818, 852, 881, 905,  924,
                                     940, 953, 963, 971, 977, 982, 986, 989, 991, 993,  995,
                                     996, 997, 998, 998, 998, 999, 999, 999, 999, 1000, 1000};
  constexpr std::uint32_t step = 64;
  const auto size = static_cast<std::uint32_t>(x < 0 ? -x : x);
  const std::uint32_t capped = size < 8 * 256 ? size : 8 * 256 - 1;
  const std::uint32_t low = table[capped / step];
  const std::uint32_t high = table[capped / step + 1];
  const std::uint32_t value = low + ((high - low) * (capped % step) + step / 2) / step;
  return static_cast<std::uint16_t>(x < 0 ? 1000 - value : value);
}

namespace approach_detail {

inline constexpr std::uint32_t short_s = 30 * 60 - 90;
inline constexpr std::uint32_t long_s = 3 * 3600 - 90;
inline constexpr std::uint32_t oldest_s = 9 * 3600;
inline constexpr std::uint32_t far_dm = 2'000'000;  // 200 km: beyond all that is asked here

// log2(metres + 50), 1.0 = 256.
constexpr std::int32_t log_m(std::uint32_t metres) {
  return signal::log2_fixed(std::uint64_t{metres} + 50) >> (signal::log2_fraction_bits - 8);
}

// `part` of `whole`, 1.0 = 256, drawn to 0 where the whole is no more than a receiver's scatter.
constexpr std::int32_t share(std::int32_t part_dm, std::uint32_t whole_dm) {
  constexpr std::int64_t scatter_dm = 600;
  return static_cast<std::int32_t>(std::int64_t{part_dm} * 256 /
                                   (std::int64_t{whole_dm} + scatter_dm));
}

}  // namespace approach_detail

// What is known of an animal's movement at its newest fix, whatever the zone.
struct Movement {
  Fix now{};
  bool known = false;  // whether there is anything before it
  Fix before{};        // half an hour ago or more
  Fix long_before{};   // three hours ago or more; as far back as there is
  Offset step{};       // from `before` to now
  std::uint32_t step_s = 1;
  std::uint32_t interval_s = 0;  // since the last fix
  std::uint32_t usual_m = 0;     // in six hours from now

  static Movement of(const FixHistory& history, const Habit& habit) {
    namespace detail = approach_detail;
    Movement m;
    if (history.size() == 0) return m;
    m.now = history.newest();
    m.usual_m = habit.usual_m(m.now, horizon_s);
    const Fix* before = history.aged(detail::short_s, detail::oldest_s);
    if (before == nullptr) return m;
    m.known = true;
    m.before = *before;
    m.step = offset(before->position, m.now.position);
    m.step_s = m.now.time_s - before->time_s;
    m.interval_s = m.now.time_s - history[1].time_s;
    m.long_before = *before;
    for (std::size_t i = 1; i < history.size(); ++i) {
      const std::uint32_t age = m.now.time_s - history[i].time_s;
      if (age > detail::oldest_s) break;
      m.long_before = history[i];
      if (age >= detail::long_s) break;
    }
    return m;
  }
};

// Towards a zone that it is outside of, `distance_dm` away. Requires: movement.known.
inline ApproachFeatures approach_features(const Movement& m, const Zone& zone,
                                          std::uint32_t distance_dm_now, std::uint32_t& entry_s) {
  namespace detail = approach_detail;
  const auto signed_dm = [](std::uint32_t dm) {
    return static_cast<std::int32_t>(dm < detail::far_dm ? dm : detail::far_dm);
  };
  const std::int32_t here = signed_dm(distance_dm_now);
  const std::int32_t there = signed_dm(distance_dm(zone, m.before.position, detail::far_dm));
  const std::int32_t long_there =
      signed_dm(distance_dm(zone, m.long_before.position, detail::far_dm));
  const std::uint32_t step_dm = length_dm(m.step);
  const std::uint32_t long_dm = length_dm(offset(m.long_before.position, m.now.position));

  // Straight on, in steps that get longer: six hours, but no farther than well beyond the zone.
  entry_s = beyond_dm;
  std::int32_t nearest = here;
  if (step_dm > 100) {
    constexpr std::int64_t points = 10;
    const std::int64_t whole = std::int64_t{step_dm} * horizon_s / m.step_s;
    const std::int64_t enough = 3 * std::int64_t{here} + 20'000;
    const std::int64_t length = whole < enough ? whole : enough;
    for (std::int64_t k = 1; k <= points && nearest > 0; ++k) {
      const std::int64_t way = length * k / points;
      const Offset ahead = {static_cast<std::int32_t>(m.step.east_dm * way / step_dm),
                            static_cast<std::int32_t>(m.step.north_dm * way / step_dm)};
      const auto limit = static_cast<std::uint32_t>(nearest);
      const std::uint32_t distance = distance_dm(zone, moved(m.now.position, ahead), limit);
      if (distance < limit) nearest = static_cast<std::int32_t>(distance);
      if (nearest == 0) {
        // The edge lies between this point and the one before.
        const std::int64_t edge = way - length / (2 * points);
        entry_s = static_cast<std::uint32_t>((edge > here ? edge : here) * m.step_s / step_dm);
      }
    }
  }

  ApproachFeatures f{};
  const auto here_m = static_cast<std::uint32_t>(here) / 10;
  f.value[f.near] = detail::log_m(m.usual_m) - detail::log_m(here_m);
  f.value[f.closing_short] = detail::share(there - here, step_dm);
  f.value[f.closing_long] = detail::share(long_there - here, long_dm);
  f.value[f.course] =
      detail::log_m(here_m) - detail::log_m(static_cast<std::uint32_t>(nearest) / 10);
  f.value[f.sparse] = detail::log_m(m.interval_s / 60);
  return f;
}

inline std::uint16_t probability_permille(const ApproachFeatures& f, const ApproachModel& model) {
  std::int64_t logit = std::int64_t{model.bias} * 256;
  for (std::size_t i = 0; i < ApproachFeatures::count; ++i) {
    logit += std::int64_t{model.weight[i]} * f.value[i];
  }
  logit /= 256;
  constexpr std::int64_t most = 1 << 20;
  logit = logit > most ? most : (logit < -most ? -most : logit);
  return logistic_permille(static_cast<std::int32_t>(logit));
}

}  // namespace sengi::geo
