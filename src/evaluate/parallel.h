// SPDX-License-Identifier: Apache-2.0
// A loop over all cores.
#pragma once

#include <cstddef>
#include <functional>
#include <string>

#include "base/result.h"

namespace sengi::evaluate {

// How many threads a loop of `count` steps runs on: the cores, at most `count`, at least 1.
std::size_t workers(std::size_t count);

// Runs step(worker, i) for every i below `count` on workers(count) threads, with a progress line
// under `title`. A step that fails ends the loop.
// Errors: of the failed steps, the lowest i's; Ctrl-C (after watch_for_interrupt()).
using Step = std::function<Result<void>(std::size_t worker, std::size_t i)>;
Result<void> for_each_in_parallel(std::size_t count, const std::string& title, const Step& step);

}  // namespace sengi::evaluate
