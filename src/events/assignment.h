// SPDX-License-Identifier: Apache-2.0
// The best one-to-one assignment between two sets of things of which only some pairs go together.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <vector>

namespace sengi::events {

struct Pair {
  std::size_t left;
  std::size_t right;
  std::uint64_t cost = 0;
};

// For each of `lefts` things the right one that it is paired with, or none. As many pairs as there
// can be, and of all ways to have so many one of the least total cost (successive shortest
// augmenting paths; Ahuja, Magnanti and Orlin 1993, "Network Flows", section 9.7). Things that no
// pair joins, directly or by others, do not slow one another.
// Requires: lefts and rights above every index.
std::vector<std::optional<std::size_t>> best_assignment(std::size_t lefts, std::size_t rights,
                                                        std::span<const Pair> pairs);

// How many pairs the best assignment of the first 1, 2, 3 ... lefts has. `pairs` as above; costs
// have no part in it (Kuhn 1955: one more left adds a pair, or none).
std::vector<std::size_t> pairs_of_the_first(std::size_t lefts, std::size_t rights,
                                            std::span<const Pair> pairs);

}  // namespace sengi::events
