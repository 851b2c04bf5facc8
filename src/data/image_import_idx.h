// SPDX-License-Identifier: Apache-2.0
// IDX, the format that MNIST and what followed it are kept in (LeCun, Cortes and Burges).
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "data/image.h"

namespace sengi::data {

// An array of bytes: values[i][j]... in the order of the file.
struct IdxArray {
  std::vector<std::size_t> sides;     // 1 to 4 of them, each at least 1
  std::span<const std::byte> values;  // of the file's own bytes
};

// Errors: not IDX (says so of gzip); not of unsigned bytes; more sides than four, or none; another
// number of bytes than the sides promise.
Result<IdxArray> parse_idx(std::span<const std::byte> bytes, std::string_view file);

// How many images an array [count, height, width] or [count, height, width, 3] holds.
// Errors: it is neither.
Result<std::size_t> idx_images(const IdxArray& array, std::string_view file);

// Requires: idx_images() > which.
Image idx_image(const IdxArray& array, std::size_t which);

}  // namespace sengi::data
