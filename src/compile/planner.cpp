// SPDX-License-Identifier: Apache-2.0
#include "compile/planner.h"

#include <algorithm>
#include <limits>
#include <numeric>
#include <random>

namespace sengi::compile {
namespace {

using Order = std::vector<std::size_t>;

bool live_at_once(const Buffer& a, const Buffer& b) {
  return a.first <= b.last && b.first <= a.last;
}

// How far around another buffer's offset one may not begin: not in (offset - below, offset +
// above).
struct Gap {
  bool apart = false;  // false: the two never meet
  std::ptrdiff_t below = 0;
  std::ptrdiff_t above = 0;
};

// All pairs, looked up as (buffer to place, buffer placed).
class Gaps {
 public:
  explicit Gaps(const Problem& problem) : count_(problem.buffers.size()), gaps_(count_ * count_) {
    for (std::size_t i = 0; i < count_; ++i) {
      for (std::size_t j = 0; j < count_; ++j) {
        if (i == j || !live_at_once(problem.buffers[i], problem.buffers[j])) continue;
        at(i, j) = {true, bytes(problem, i), bytes(problem, j)};
      }
    }
    for (const Overlap& overlap : problem.overlaps) allow(overlap);
  }

  const Gap& of(std::size_t buffer, std::size_t placed) const {
    return gaps_[buffer * count_ + placed];
  }

 private:
  static std::ptrdiff_t bytes(const Problem& problem, std::size_t i) {
    return static_cast<std::ptrdiff_t>(problem.buffers[i].bytes);
  }
  Gap& at(std::size_t buffer, std::size_t placed) { return gaps_[buffer * count_ + placed]; }

  void allow(const Overlap& overlap) {
    Gap& output = at(overlap.output, overlap.input);
    Gap& input = at(overlap.input, overlap.output);
    output.below = std::min(output.below, overlap.lead);
    input.above = std::min(input.above, overlap.lead);
  }

  std::size_t count_;
  std::vector<Gap> gaps_;
};

class Search {
 public:
  explicit Search(const Problem& problem)
      : problem_(problem), gaps_(problem), least_(least_bytes(problem)) {
    best_.bytes = std::numeric_limits<std::size_t>::max();
  }

  Layout run() {
    for (const Order& order : plain_orders()) try_order(order);
    improve();
    if (!done()) search_exactly();
    best_.is_smallest = best_.is_smallest || done();
    return best_;
  }

 private:
  bool done() const { return best_.bytes <= least_; }
  std::size_t size() const { return problem_.buffers.size(); }
  std::size_t align(std::ptrdiff_t offset) const {
    const std::size_t a = problem_.alignment;
    return offset <= 0 ? 0 : (static_cast<std::size_t>(offset) + a - 1) / a * a;
  }

  bool fits(std::size_t buffer, std::size_t offset, const Order& placed,
            const std::vector<std::size_t>& offsets) const {
    return std::all_of(placed.begin(), placed.end(), [&](std::size_t other) {
      const Gap& gap = gaps_.of(buffer, other);
      const auto distance = static_cast<std::ptrdiff_t>(offset - offsets[other]);
      return !gap.apart || distance <= -gap.below || distance >= gap.above;
    });
  }

  // The lowest offset that the buffers placed so far leave to one more: the arena's start, or the
  // end of what it may not cover of one of them.
  std::size_t lowest_offset(std::size_t buffer, const Order& placed,
                            const std::vector<std::size_t>& offsets) const {
    if (fits(buffer, 0, placed, offsets)) return 0;
    std::size_t lowest = std::numeric_limits<std::size_t>::max();
    for (const std::size_t other : placed) {
      const Gap& gap = gaps_.of(buffer, other);
      if (!gap.apart) continue;
      const std::size_t offset = align(static_cast<std::ptrdiff_t>(offsets[other]) + gap.above);
      if (offset < lowest && fits(buffer, offset, placed, offsets)) lowest = offset;
    }
    return lowest;
  }

  // Places the buffers one after another, each as low as it goes. Returns the arena's size, or a
  // larger number than `best_` as soon as it cannot be better.
  std::size_t try_order(const Order& order) {
    std::vector<std::size_t> offsets(size());
    Order placed;
    std::size_t bytes = 0;
    for (const std::size_t buffer : order) {
      offsets[buffer] = lowest_offset(buffer, placed, offsets);
      bytes = std::max(bytes, offsets[buffer] + problem_.buffers[buffer].bytes);
      placed.push_back(buffer);
    }
    if (bytes < best_.bytes) {
      best_.bytes = bytes;
      best_.offsets = offsets;
      best_order_ = order;
    }
    return bytes;
  }

  // Largest first, in time, and backwards in time: the last suits chains of overlaps, where each
  // buffer stands a little above the one written over it. Each also with what lives for one layer
  // behind all others, in the gaps that they leave.
  std::vector<Order> plain_orders() const {
    Order in_time(size());
    std::iota(in_time.begin(), in_time.end(), std::size_t{0});
    const auto& buffers = problem_.buffers;
    std::stable_sort(in_time.begin(), in_time.end(), [&](std::size_t a, std::size_t b) {
      return buffers[a].first < buffers[b].first;
    });
    Order by_size = in_time;
    std::stable_sort(by_size.begin(), by_size.end(), [&](std::size_t a, std::size_t b) {
      return buffers[a].bytes > buffers[b].bytes;
    });
    Order by_life = by_size;
    std::stable_sort(by_life.begin(), by_life.end(), [&](std::size_t a, std::size_t b) {
      return buffers[a].last - buffers[a].first > buffers[b].last - buffers[b].first;
    });
    Order backwards(in_time.rbegin(), in_time.rend());
    std::vector<Order> orders = {by_size, by_life, in_time, backwards};
    for (std::size_t i = 0; i < 4; ++i) {
      orders.push_back(orders[i]);
      std::stable_partition(orders.back().begin(), orders.back().end(), [&](std::size_t buffer) {
        return buffers[buffer].first != buffers[buffer].last;
      });
    }
    return orders;
  }

  // Moves one buffer at a time to another place in the best order and keeps what is no worse.
  void improve() {
    if (size() < 2) return;
    std::mt19937 random(1);  // its numbers are the same everywhere; a distribution's are not
    const std::size_t rounds = std::min<std::size_t>(4000, 40'000'000 / (size() * size() * size()));
    Order order = best_order_;
    std::size_t bytes = best_.bytes;
    for (std::size_t round = 0; round < rounds && !done(); ++round) {
      Order changed = order;
      const std::size_t from = random() % size();
      const std::size_t buffer = changed[from];
      changed.erase(changed.begin() + static_cast<std::ptrdiff_t>(from));
      const std::size_t to = random() % size();
      changed.insert(changed.begin() + static_cast<std::ptrdiff_t>(to), buffer);
      const std::size_t result = try_order(changed);
      if (result > bytes) continue;
      order = std::move(changed);
      bytes = result;
    }
  }

  // Depth first over all orders. A smallest layout is reached by placing its buffers in the order
  // of their offsets, each as low as it goes, so only orders whose offsets never sink are followed.
  void search_exactly() {
    Order placed;
    std::vector<std::size_t> offsets(size());
    std::vector<bool> used(size());
    nodes_left_ = size() > 64 ? 0 : 60'000;
    descend(placed, offsets, used, 0, 0);
    best_.is_smallest = nodes_left_ > 0 && !rises_above_input();
  }

  // With a negative lead a buffer may begin above the one it overlaps, and the argument for never
  // sinking offsets does not hold.
  bool rises_above_input() const {
    return std::any_of(problem_.overlaps.begin(), problem_.overlaps.end(),
                       [](const Overlap& overlap) { return overlap.lead < 0; });
  }

  void descend(Order& placed, std::vector<std::size_t>& offsets, std::vector<bool>& used,
               std::size_t lowest, std::size_t bytes) {
    if (placed.size() == size()) {
      if (bytes < best_.bytes) {
        best_.bytes = bytes;
        best_.offsets = offsets;
      }
      return;
    }
    for (std::size_t buffer = 0; buffer < size() && nodes_left_ > 0 && !done(); ++buffer) {
      if (used[buffer]) continue;
      --nodes_left_;
      const std::size_t offset = lowest_offset(buffer, placed, offsets);
      const std::size_t end = std::max(bytes, offset + problem_.buffers[buffer].bytes);
      if (offset < lowest || end >= best_.bytes) continue;
      offsets[buffer] = offset;
      used[buffer] = true;
      placed.push_back(buffer);
      descend(placed, offsets, used, offset, end);
      placed.pop_back();
      used[buffer] = false;
    }
  }

  const Problem& problem_;
  Gaps gaps_;
  std::size_t least_;
  Layout best_;
  Order best_order_;
  std::size_t nodes_left_ = 0;
};

// Bytes that the buffers alive during one layer need at least. Those that no overlap joins add up;
// of an output and the inputs it may grow over, only the larger side is sure.
std::size_t least_bytes_at(const Problem& problem, std::int32_t layer) {
  std::vector<bool> output(problem.buffers.size());
  std::vector<bool> input(problem.buffers.size());
  for (const Overlap& overlap : problem.overlaps) {
    output[overlap.output] = true;
    input[overlap.input] = true;
  }
  std::size_t apart = 0;
  std::size_t outputs = 0;
  std::size_t inputs = 0;
  for (std::size_t i = 0; i < problem.buffers.size(); ++i) {
    const Buffer& buffer = problem.buffers[i];
    if (buffer.first > layer || buffer.last < layer) continue;
    if (output[i] && buffer.first == layer) {
      outputs += buffer.bytes;
    } else if (input[i] && buffer.last == layer) {
      inputs += buffer.bytes;
    } else {
      apart += buffer.bytes;
    }
  }
  return apart + std::max(outputs, inputs);
}

// An output begins at 0 or above, so what it may grow over ends at lead + bytes or above.
std::size_t least_bytes_of(const Problem& problem, const Overlap& overlap) {
  const Buffer& output = problem.buffers[overlap.output];
  const Buffer& input = problem.buffers[overlap.input];
  const auto lead = static_cast<std::ptrdiff_t>(input.bytes) + overlap.lead;
  const auto joined = static_cast<std::size_t>(std::max<std::ptrdiff_t>(lead, 0));
  return std::min(output.bytes + input.bytes, std::max({joined, output.bytes, input.bytes}));
}

}  // namespace

std::size_t least_bytes(const Problem& problem) {
  std::size_t least = 0;
  for (const Buffer& buffer : problem.buffers) {
    least = std::max(
        {least, least_bytes_at(problem, buffer.first), least_bytes_at(problem, buffer.last)});
  }
  for (const Overlap& overlap : problem.overlaps) {
    least = std::max(least, least_bytes_of(problem, overlap));
  }
  return least;
}

bool is_valid(const Problem& problem, const Layout& layout) {
  const Gaps gaps(problem);
  for (std::size_t i = 0; i < problem.buffers.size(); ++i) {
    if (layout.offsets[i] + problem.buffers[i].bytes > layout.bytes) return false;
    if (layout.offsets[i] % problem.alignment != 0) return false;
    for (std::size_t j = 0; j < i; ++j) {
      const Gap& gap = gaps.of(i, j);
      const auto distance = static_cast<std::ptrdiff_t>(layout.offsets[i] - layout.offsets[j]);
      if (gap.apart && distance > -gap.below && distance < gap.above) return false;
    }
  }
  return true;
}

Layout plan_memory(const Problem& problem) {
  if (problem.buffers.empty()) return {.offsets = {}, .bytes = 0, .is_smallest = true};
  return Search(problem).run();
}

}  // namespace sengi::compile
