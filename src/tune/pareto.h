// SPDX-License-Identifier: Apache-2.0
// What is best where several figures count. Less is better in every one of them.
#pragma once

#include <cstddef>
#include <span>
#include <vector>

namespace sengi::tune {

using Figures = std::vector<double>;

// Whether `a` is nowhere more than `b`, and somewhere less.
// Requires: as many figures of each.
bool dominates(const Figures& a, const Figures& b);

// Indices, rising, of those that no other dominates.
std::vector<std::size_t> pareto_set(std::span<const Figures> all);

// Two figures, such as error and cycles.
struct Plane {
  double x = 0;
  double y = 0;
};

// The area between points and a reference that none of them passes; what lies beyond it counts
// nothing.
double hypervolume(std::span<const Plane> points, Plane reference);

// All indices, the most useful first: sorted into fronts, each not dominated once those before it
// are gone (Deb, Pratap, Agarwal and Meyarivan 2002, "NSGA-II"), and within a front each time the
// one that adds most hypervolume to those taken from it so far. So the knee of a front comes before
// its ends. The reference is the worst of each figure. Of equals the lower index comes first.
std::vector<std::size_t> most_useful_first(std::span<const Plane> points);

}  // namespace sengi::tune
