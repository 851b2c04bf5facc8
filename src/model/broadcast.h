// SPDX-License-Identifier: Apache-2.0
// Walks over tensors of several axes: one shape beside another that is shorter or has ones, and
// regular steps through a tensor.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

#include "model/graph.h"

namespace sengi::model {

// The shape that two shapes make side by side: aligned at their last axes, where an axis of one has
// 1 (or is missing) the other's counts. None where they do not fit.
std::optional<Shape> broadcast_shape(const Shape& a, const Shape& b);

// How far the elements of neighbours lie apart, by axis: {H*W*C, W*C, C, 1} for [N, H, W, C].
std::vector<std::int64_t> strides_of(const Shape& shape);

// The strides of a tensor of shape `from` as a walk over `to` sees it: 0 along axes that repeat.
// Requires: broadcast_shape(from, to) == to.
std::vector<std::int64_t> broadcast_strides(const Shape& from, const Shape& to);

// A place that moves through `shape` in order, last axis first, and what that means in tensors
// with strides of their own.
class Walk {
 public:
  explicit Walk(Shape shape) : shape_(std::move(shape)), place_(shape_.size(), 0) {}

  const std::vector<std::int64_t>& place() const { return place_; }
  std::int64_t offset(const std::vector<std::int64_t>& strides) const;
  void next();

 private:
  Shape shape_;
  std::vector<std::int64_t> place_;
};

}  // namespace sengi::model
