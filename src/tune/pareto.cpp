// SPDX-License-Identifier: Apache-2.0
#include "tune/pareto.h"

#include <algorithm>

namespace sengi::tune {
namespace {

bool dominates(const Plane& a, const Plane& b) {
  return a.x <= b.x && a.y <= b.y && (a.x < b.x || a.y < b.y);
}

// Those of `left` that none of `left` dominates.
std::vector<std::size_t> front_of(std::span<const Plane> points,
                                  const std::vector<std::size_t>& left) {
  std::vector<std::size_t> front;
  for (const std::size_t i : left) {
    const bool beaten = std::ranges::any_of(
        left, [&](std::size_t other) { return dominates(points[other], points[i]); });
    if (!beaten) front.push_back(i);
  }
  return front;
}

void append_by_hypervolume(std::span<const Plane> points, std::vector<std::size_t> front,
                           Plane reference, std::vector<std::size_t>& order) {
  std::vector<Plane> taken;
  while (!front.empty()) {
    std::size_t best = 0;
    double most = -1;
    for (std::size_t i = 0; i < front.size(); ++i) {
      taken.push_back(points[front[i]]);
      const double area = hypervolume(taken, reference);
      taken.pop_back();
      if (area > most) {
        most = area;
        best = i;
      }
    }
    taken.push_back(points[front[best]]);
    order.push_back(front[best]);
    front.erase(front.begin() + static_cast<std::ptrdiff_t>(best));
  }
}

}  // namespace

bool dominates(const Figures& a, const Figures& b) {
  bool less = false;
  for (std::size_t i = 0; i < a.size(); ++i) {
    if (a[i] > b[i]) return false;
    less = less || a[i] < b[i];
  }
  return less;
}

std::vector<std::size_t> pareto_set(std::span<const Figures> all) {
  std::vector<std::size_t> set;
  for (std::size_t i = 0; i < all.size(); ++i) {
    const bool beaten =
        std::ranges::any_of(all, [&](const Figures& other) { return dominates(other, all[i]); });
    if (!beaten) set.push_back(i);
  }
  return set;
}

double hypervolume(std::span<const Plane> points, Plane reference) {
  std::vector<Plane> sorted(points.begin(), points.end());
  std::ranges::sort(sorted, {}, [](const Plane& p) { return std::pair(p.x, p.y); });
  double area = 0;
  double height = reference.y;
  for (const Plane& point : sorted) {
    if (point.x >= reference.x || point.y >= height) continue;
    area += (reference.x - point.x) * (height - point.y);
    height = point.y;
  }
  return area;
}

std::vector<std::size_t> most_useful_first(std::span<const Plane> points) {
  if (points.empty()) return {};
  Plane reference = points.front();
  std::vector<std::size_t> left;
  for (std::size_t i = 0; i < points.size(); ++i) {
    reference.x = std::max(reference.x, points[i].x);
    reference.y = std::max(reference.y, points[i].y);
    left.push_back(i);
  }
  std::vector<std::size_t> order;
  while (!left.empty()) {
    const std::vector<std::size_t> front = front_of(points, left);
    std::erase_if(left, [&](std::size_t i) { return std::ranges::binary_search(front, i); });
    append_by_hypervolume(points, front, reference, order);
  }
  return order;
}

}  // namespace sengi::tune
