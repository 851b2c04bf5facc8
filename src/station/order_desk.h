// SPDX-License-Identifier: Apache-2.0
// Sends orders on their way, a frame each time that their device was heard (class A listens after
// it spoke, and then alone), and takes down what it answers. A frame is in the database before it
// is sent, in the transaction of the uplink that it answers; so a station that is killed sends it
// when it is back, and one that comes twice does no harm.
//
// Thread rule: with the store.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "base/result.h"
#include "station/orders.h"
#include "station/settings.h"
#include "station/store.h"

namespace sengi::station {

// Later than that after an uplink nobody listens, and the network would keep the frame for the next
// one.
inline constexpr std::int64_t listening_ms = 600'000;

struct Downlink {
  std::int64_t id = 0;
  std::int64_t order = 0;
  link::Bytes frame;
};

class OrderDesk {
 public:
  // `database` stays where it is and outlives this; `settings` too.
  OrderDesk(Database& database, const Settings::Downlinks& settings);

  // An uplink of a device: its answer, if it is one, and the next frame.
  Result<void> heard(const Heard& heard, std::int64_t now_ms);
  // Gives up what made no progress for give_up_days. Between transactions.
  Result<void> tick(std::int64_t now_ms);

  // The next frames of a device, for those who bring them to it by hand; taken ones count as sent.
  // Never more than the day's rest. In a transaction of the caller's where they are taken.
  Result<std::vector<Downlink>> next(const std::string& device, std::int64_t limit, bool take,
                                     std::int64_t now_ms);

 private:
  Result<bool> has_active(const std::string& device);
  Result<void> take_answer(const Heard& heard, std::vector<Order>& orders, std::int64_t now_ms);
  Result<void> send_next(const Heard& heard, std::vector<Order>& orders, std::int64_t now_ms);
  Result<std::int64_t> rest_of_day(const std::string& device, std::int64_t now_ms);
  Result<std::int64_t> waiting(const std::string& device);

  Database& database_;
  const Settings::Downlinks& settings_;
  Orders orders_;
  Statement active_;
};

}  // namespace sengi::station
