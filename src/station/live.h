// SPDX-License-Identifier: Apache-2.0
// GET /api/v1/live: what happens, as server-sent events (HTML Living Standard, "Server-sent
// events").
//
//   event: heard     {"devices": ["Tembo"], "more": false}   from whom something new is on disk;
//                                                            more: from others too
//   event: alerts    {}                                      some were raised, seen to or are over
//
// Each who listens holds a thread, so they are few, and must come again every ten minutes, when
// they are asked anew who they are. Guests hear nothing.
#pragma once

#include <atomic>
#include <cstddef>

#include "station/http_routes.h"

namespace sengi::station {

class Live {
 public:
  static constexpr std::size_t listeners_max = 32;

  void route(const Routes& routes);
  // Ends all streams. Before the server stops.
  void stop() { stopped_ = true; }

 private:
  std::atomic<bool> stopped_ = false;
  std::atomic<std::size_t> listeners_ = 0;
};

}  // namespace sengi::station
