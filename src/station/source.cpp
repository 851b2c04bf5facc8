// SPDX-License-Identifier: Apache-2.0
#include "station/source.h"

#include <algorithm>
#include <thread>

namespace sengi::station {

void pause(std::chrono::milliseconds time, const std::atomic<bool>& stop) {
  constexpr std::chrono::milliseconds step(50);
  for (; time.count() > 0 && !stop; time -= step) {
    std::this_thread::sleep_for(std::min(time, step));
  }
}

}  // namespace sengi::station
