// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <functional>

namespace sengi::train {

// Cores to use where the project asks for `threads` (0: all there are).
int thread_count(int threads);

// Calls work(i) for i in [0, count) on `threads` threads, in no order; returns when all are done.
// Requires: work does not throw.
void parallel_for(std::size_t count, int threads, const std::function<void(std::size_t)>& work);

}  // namespace sengi::train
