// SPDX-License-Identifier: Apache-2.0
#include "movement/approach_fit.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <map>

#include "sengi/geo/zone_monitor.h"

namespace sengi::movement {
namespace {

constexpr std::size_t features = geo::ApproachFeatures::count;
constexpr std::size_t terms = features + 1;  // and the bias, last
using Vector = std::array<double, terms>;
using Matrix = std::array<Vector, terms>;

// +1: never negative; 0: as it comes.
constexpr std::array<int, features> signs = {1, 1, 1, 1, 0};

// For each zone, the times at which the animal was in it, rising.
std::map<std::uint16_t, std::vector<std::uint32_t>> times_inside(const Track& track,
                                                                 const geo::Zones& zones) {
  std::map<std::uint16_t, std::vector<std::uint32_t>> times;
  constexpr std::uint32_t step_s = 300;
  for (std::size_t i = 0; i + 1 < track.fixes.size(); ++i) {
    const geo::Fix& a = track.fixes[i];
    const geo::Fix& b = track.fixes[i + 1];
    const bool gap = b.time_s - a.time_s > EntryRule{}.longest_s;
    for (std::uint32_t t = a.time_s; t < b.time_s; t += step_s) {
      const geo::Position p = t == a.time_s ? a.position : between(a, b, t);
      for (const geo::Zone zone : zones) {
        if (geo::place_in(zone, p) != geo::Place::outside) times[zone.id()].push_back(t);
      }
      if (gap) break;
    }
  }
  return times;
}

Vector terms_of(const geo::ApproachFeatures& f) {
  Vector x;
  for (std::size_t i = 0; i < features; ++i) x[i] = f.value[i] / 256.0;
  x[features] = 1;
  return x;
}

double dot(const Vector& a, const Vector& b) {
  double sum = 0;
  for (std::size_t i = 0; i < terms; ++i) sum += a[i] * b[i];
  return sum;
}

// Solves a * x = b for a symmetric positive a, by elimination.
Vector solved(Matrix a, Vector b) {
  for (std::size_t i = 0; i < terms; ++i) {
    for (std::size_t r = i + 1; r < terms; ++r) {
      const double factor = a[r][i] / a[i][i];
      for (std::size_t c = i; c < terms; ++c) a[r][c] -= factor * a[i][c];
      b[r] -= factor * b[i];
    }
  }
  for (std::size_t i = terms; i-- > 0;) {
    for (std::size_t c = i + 1; c < terms; ++c) b[i] -= a[i][c] * b[c];
    b[i] /= a[i][i];
  }
  return b;
}

Vector newton(std::span<const Example> examples, const std::array<bool, features>& held) {
  constexpr int steps = 40;
  constexpr double ridge = 1e-4;
  double total = 0;
  for (const Example& e : examples) total += e.weight;
  Vector w{};
  for (int step = 0; step < steps; ++step) {
    Vector gradient{};
    Matrix hessian{};
    for (const Example& e : examples) {
      const Vector x = terms_of(e.features);
      const double p = 1 / (1 + std::exp(-dot(w, x)));
      const double weight = e.weight / total;
      for (std::size_t i = 0; i < terms; ++i) {
        gradient[i] += weight * ((e.entered ? 1 : 0) - p) * x[i];
        for (std::size_t k = 0; k < terms; ++k) {
          hessian[i][k] += weight * p * (1 - p) * x[i] * x[k];
        }
      }
    }
    for (std::size_t i = 0; i < terms; ++i) {
      if (i < features) gradient[i] -= ridge * w[i];
      hessian[i][i] += ridge;
      if (i == features || !held[i]) continue;
      gradient[i] = 0;
      for (std::size_t k = 0; k < terms; ++k) hessian[i][k] = hessian[k][i] = i == k ? 1 : 0;
    }
    const Vector move = solved(hessian, gradient);
    double largest = 0;
    for (std::size_t i = 0; i < terms; ++i) {
      w[i] += std::clamp(move[i], -2.0, 2.0);
      largest = std::max(largest, std::abs(move[i]));
    }
    if (largest < 1e-8) break;
  }
  return w;
}

}  // namespace

std::vector<Example> examples_of(const Track& full, const Track& taken, const geo::Zones& zones,
                                 std::uint8_t kinds) {
  const auto inside = times_inside(full, zones);
  const std::uint32_t end_s = full.fixes.back().time_s;
  std::vector<Example> examples;
  geo::FixHistory history;
  geo::Habit habit;
  for (const geo::Fix& fix : taken.fixes) {
    const std::uint32_t last_s = history.size() > 0 ? history.newest().time_s : 0;
    if (history.push(fix) != geo::FixTaken::added) continue;
    const geo::Movement movement = geo::Movement::of(history, habit);
    if (!movement.known) continue;
    habit.learn(movement.before, movement.now, fix.time_s - last_s);
    if (fix.time_s + geo::horizon_s > end_s) continue;
    geo::Near near[geo::ZoneMonitor::candidates];
    const std::size_t count = geo::nearest(zones, kinds, fix.position, geo::ZoneMonitor::reach_dm,
                                           near, geo::ZoneMonitor::candidates);
    if (count > 0 && near[0].distance_dm == 0) continue;
    for (std::size_t i = 0; i < count; ++i) {
      std::uint32_t entry_s = 0;
      Example e;
      e.features = geo::approach_features(movement, near[i].zone, near[i].distance_dm, entry_s);
      const auto times = inside.find(near[i].zone.id());
      if (times != inside.end()) {
        const auto next = std::lower_bound(times->second.begin(), times->second.end(), fix.time_s);
        e.entered = next != times->second.end() && *next - fix.time_s <= geo::horizon_s;
      }
      examples.push_back(e);
    }
  }
  for (Example& e : examples) e.weight = 1.0 / static_cast<double>(examples.size());
  return examples;
}

Result<geo::ApproachModel> fit_approach(std::span<const Example> examples) {
  const auto entered =
      std::count_if(examples.begin(), examples.end(), [](const Example& e) { return e.entered; });
  if (entered == 0 || entered == std::ssize(examples)) {
    return Error{"nothing to learn from: the tracks hold no entry into a zone, or nothing else"};
  }
  std::array<bool, features> held{};
  Vector w{};
  for (bool again = true; again;) {
    w = newton(examples, held);
    again = false;
    for (std::size_t i = 0; i < features; ++i) {
      if (held[i] || w[i] * signs[i] >= 0) continue;
      held[i] = true;
      again = true;
    }
  }
  geo::ApproachModel model{};
  const auto fixed = [](double x) { return std::clamp(std::lround(256 * x), -32767L, 32767L); };
  model.bias = static_cast<std::int32_t>(std::lround(256 * w[features]));
  for (std::size_t i = 0; i < features; ++i) {
    model.weight[i] = static_cast<std::int16_t>(held[i] ? 0 : fixed(w[i]));
  }
  return model;
}

Brier brier(std::span<const Example> examples, const geo::ApproachModel& model) {
  double total = 0;
  double mean = 0;
  for (const Example& e : examples) {
    total += e.weight;
    mean += e.weight * (e.entered ? 1 : 0);
  }
  mean /= total;
  Brier b{0, 0};
  for (const Example& e : examples) {
    const double came = e.entered ? 1 : 0;
    const double p = geo::probability_permille(e.features, model) / 1000.0;
    b.model += e.weight / total * (p - came) * (p - came);
    b.constant += e.weight / total * (mean - came) * (mean - came);
  }
  return b;
}

}  // namespace sengi::movement
