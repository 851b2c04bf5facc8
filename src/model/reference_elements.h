// SPDX-License-Identifier: Apache-2.0
// What reference kernels share that only move elements: they do not look inside one, so its size is
// all that counts.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <span>
#include <vector>

#include "model/reference.h"

namespace sengi::model {

// Copies elements one by one; places count in elements.
struct Elements {
  std::size_t size;
  std::span<const std::byte> from;
  std::span<std::byte> to;

  void copy(std::int64_t from_at, std::int64_t to_at) const {
    std::memcpy(to.data() + static_cast<std::size_t>(to_at) * size,
                from.data() + static_cast<std::size_t>(from_at) * size, size);
  }
};

inline Elements elements_of(Memory& memory, const Operator& op) {
  return {.size = bytes_of(memory.output_tensor(op).type),
          .from = memory.input<std::byte>(op, 0),
          .to = memory.output<std::byte>(op)};
}

// The bytes of real zero.
inline std::vector<std::byte> zero_of(const Tensor& tensor) {
  std::vector<std::byte> bytes(bytes_of(tensor.type));
  if (tensor.quantization.empty()) return bytes;
  const std::int32_t zero_point = tensor.quantization.zero_point[0];
  std::memcpy(bytes.data(), &zero_point, std::min(bytes.size(), sizeof(zero_point)));
  return bytes;
}

}  // namespace sengi::model
