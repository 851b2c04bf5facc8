// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <functional>

#include "base/result.h"

namespace sengi::data {

// step(0) to step(count - 1) on all cores, until the first failure or Ctrl-C.
// Errors: that failure; Ctrl-C.
Result<void> on_all_cores(std::size_t count, const std::function<Result<void>(std::size_t)>& step);

}  // namespace sengi::data
