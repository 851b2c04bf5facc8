// SPDX-License-Identifier: Apache-2.0
// The last columns of features, oldest first: what a network that looks at a second of sound reads.
#pragma once

#include <cstdint>
#include <cstring>

namespace sengi::signal {

class ColumnHistory {
 public:
  // `memory` holds columns * column_size values and outlives this object.
  ColumnHistory(std::int8_t* memory, std::int32_t columns, std::int32_t column_size)
      : memory_(memory), columns_(columns), column_size_(column_size) {}

  void push(const std::int8_t* column) {
    const auto size = static_cast<std::size_t>(column_size_);
    if (count_ == columns_) {
      std::memmove(memory_, memory_ + size, size * static_cast<std::size_t>(columns_ - 1));
      --count_;
    }
    std::memcpy(memory_ + size * static_cast<std::size_t>(count_), column, size);
    ++count_;
  }

  bool full() const { return count_ == columns_; }
  // [columns, column_size]. Requires: full().
  const std::int8_t* data() const { return memory_; }
  void reset() { count_ = 0; }

 private:
  std::int8_t* memory_;
  std::int32_t columns_;
  std::int32_t column_size_;
  std::int32_t count_ = 0;
};

}  // namespace sengi::signal
