// SPDX-License-Identifier: Apache-2.0
#include "collar/made_track.h"

#include <fmt/format.h>

#include <cmath>
#include <numbers>

#include "link/uplink.h"
#include "sengi/geo/habit.h"

namespace sengi::collar {
namespace {

// Draws that are the same with every standard library, unlike <random>'s distributions.
class Dice {
 public:
  explicit Dice(std::uint32_t seed) : state_(std::uint64_t{seed} * 2 + 1) {}

  double even() {  // 0 .. 1
    state_ = state_ * 6364136223846793005ULL + 1442695040888963407ULL;
    return static_cast<double>(state_ >> 40) / 16777216.0;
  }
  double normal() {  // sum of twelve: near enough
    double sum = -6;
    for (int i = 0; i < 12; ++i) sum += even();
    return sum;
  }

 private:
  std::uint64_t state_;
};

enum class Mood : std::uint8_t { resting, feeding, walking };

struct Gait {
  double speed_m_s;  // mean
  double turn;       // radians a minute, one sigma
  double minutes;    // mean length of a bout
};
constexpr Gait gait_of(Mood mood) {
  switch (mood) {
    case Mood::resting:
      return {0.0, 0.1, 50};
    case Mood::feeding:
      return {0.11, 0.7, 45};
    case Mood::walking:
      return {0.85, 0.12, 35};
  }
  return {};
}

Mood next_mood(double hour, Dice& dice) {
  const bool siesta = hour >= 11 && hour < 15;
  const bool dead_of_night = hour >= 2 && hour < 5;
  const bool cool = (hour >= 6 && hour < 9) || (hour >= 16 && hour < 21);
  const double rest = dead_of_night ? 0.75 : siesta ? 0.45 : 0.08;
  const double walk = cool ? 0.45 : dead_of_night ? 0.05 : 0.2;
  const double draw = dice.even();
  if (draw < rest) return Mood::resting;
  return draw < rest + walk ? Mood::walking : Mood::feeding;
}

double wrapped(double angle) { return std::remainder(angle, 2 * std::numbers::pi); }

}  // namespace

movement::Track make_track(const MadeTrack& options) {
  Dice dice(options.seed);
  movement::Track track{fmt::format("made-{}", options.seed), {}};
  geo::Fix now{options.from_s, options.home};
  double heading = 2 * std::numbers::pi * dice.even();
  Mood mood = Mood::resting;
  double left_min = 30;
  // Where it is going: somewhere else around its home each day or so.
  geo::Position goal = options.home;
  double goal_min = 0;
  const std::uint32_t steps = options.days * 1440;
  for (std::uint32_t i = 0; i <= steps; ++i) {
    if (i * 60 % options.interval_s == 0) track.fixes.push_back(now);
    const double hour = geo::Habit::solar_s(now) / 3600.0;
    if ((left_min -= 1) <= 0) {
      mood = next_mood(hour, dice);
      left_min = gait_of(mood).minutes * (0.4 + 1.2 * dice.even());
    }
    if ((goal_min -= 1) <= 0) {
      goal_min = 600 + 1800 * dice.even();
      const double way = 2 * std::numbers::pi * dice.even();
      const double far = 10'000 * options.home_km * std::sqrt(dice.even());
      goal = geo::moved(options.home, {static_cast<std::int32_t>(far * std::cos(way)),
                                       static_cast<std::int32_t>(far * std::sin(way))});
    }
    const Gait gait = gait_of(mood);
    const geo::Offset there = geo::offset(now.position, goal);
    const double to_goal = std::atan2(there.north_dm, there.east_dm);
    const double pull = mood == Mood::walking ? 0.12 : 0.02;
    heading += pull * wrapped(to_goal - heading) + gait.turn * dice.normal();
    const double dm = 600 * gait.speed_m_s * std::max(0.0, 1 + 0.35 * dice.normal());
    now.time_s += 60;
    now.position = geo::moved(now.position, {static_cast<std::int32_t>(dm * std::cos(heading)),
                                             static_cast<std::int32_t>(dm * std::sin(heading))});
  }
  return track;
}

std::string to_csv(const movement::Track& track) {
  std::string text = "timestamp_utc,lat,lon,id\n";
  for (const geo::Fix& fix : track.fixes) {
    text +=
        fmt::format("{},{:.7f},{:.7f},{}\n", link::utc(fix.time_s), fix.position.latitude_e7 / 1e7,
                    fix.position.longitude_e7 / 1e7, track.animal);
  }
  return text;
}

}  // namespace sengi::collar
