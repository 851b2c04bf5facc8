// SPDX-License-Identifier: Apache-2.0
#include "station/order_desk.h"

#include <fmt/format.h>

#include <algorithm>

#include "station/downlink_topics.h"

namespace sengi::station {
namespace {

constexpr std::int64_t day_ms = 86'400'000;
constexpr std::int64_t unsent_ms = 3'600'000;

// What is on trial first, since time runs against it; then the small before the large.
Order* first_to_send(std::vector<Order>& orders) {
  const auto rank = [](const Order& order) {
    if (order.transfer.state() == OrderState::trial) return 0;
    return order.transfer.kind() == link::BlobKind::settings ? 1 : 2;
  };
  Order* first = nullptr;
  for (Order& order : orders) {
    if (is_over(order.transfer.state())) continue;
    if (first == nullptr || rank(order) < rank(*first)) first = &order;
  }
  return first;
}

// A reply that was long under way says nothing new: frames are counted, within a session.
Result<bool> is_old(Database& database, const Heard& heard) {
  if (!heard.received.counter) return false;
  Statement select(database,
                   "SELECT counter FROM replies WHERE device_id = ? AND session = ? AND counter > "
                   "?");
  SENGI_TRY(old, select.bind(heard.device_id)
                     .bind(heard.received.session)
                     .bind(*heard.received.counter)
                     .next());
  if (old) return true;
  Statement keep(database, "INSERT OR REPLACE INTO replies VALUES (?, ?, ?)");
  SENGI_CHECK(
      keep.bind(heard.device_id).bind(heard.received.session).bind(*heard.received.counter).run());
  return false;
}

}  // namespace

OrderDesk::OrderDesk(Database& database, const Settings::Downlinks& settings)
    : database_(database),
      settings_(settings),
      orders_(database),
      active_(database,
              "SELECT 1 FROM orders WHERE device = ? AND state IN ('waiting', 'sending', 'trial') "
              "LIMIT 1") {}

Result<bool> OrderDesk::has_active(const std::string& device) {
  SENGI_TRY(found, active_.bind(device).next());
  active_.reset();
  return found;
}

Result<void> OrderDesk::heard(const Heard& heard, std::int64_t now_ms) {
  SENGI_TRY(any, has_active(heard.received.device));
  if (!any) return {};
  // Where frames are counted, what comes again was seen to when it came first.
  if (heard.kept.as == Kept::As::duplicate && heard.received.counter) return {};
  SENGI_TRY(orders, orders_.active(heard.received.device));
  SENGI_CHECK(take_answer(heard, orders, now_ms));
  return send_next(heard, orders, now_ms);
}

Result<void> OrderDesk::take_answer(const Heard& heard, std::vector<Order>& orders,
                                    std::int64_t now_ms) {
  const auto& reply = heard.reading.reply;
  const auto& status = heard.reading.status;
  if (!reply && !(status && status->full)) return {};
  SENGI_TRY(old, is_old(database_, heard));
  if (old) return {};
  for (Order& order : orders) {
    const OrderState before = order.transfer.state();
    const std::vector<std::uint8_t> was = order.transfer.to_bytes();
    if (reply) {
      SENGI_TRY(ours, orders_.is_ours(order.device, reply->kind, reply->version));
      order.transfer.take(*reply, [&](std::uint16_t) { return ours; });
    } else if (before == OrderState::trial || before == OrderState::sending) {
      order.transfer.in_use(order.transfer.kind() == link::BlobKind::zones ? status->zones
                                                                           : status->settings);
    }
    if (order.transfer.to_bytes() != was) SENGI_CHECK(orders_.keep(order, before, now_ms));
  }
  return {};
}

Result<std::int64_t> OrderDesk::rest_of_day(const std::string& device, std::int64_t now_ms) {
  Statement count(database_, "SELECT count(*) FROM downlinks WHERE device = ? AND made_ms > ?");
  SENGI_CHECK(count.bind(device).bind(now_ms - day_ms).next());
  return std::max<std::int64_t>(0, settings_.a_day - count.whole(0));
}

Result<std::int64_t> OrderDesk::waiting(const std::string& device) {
  Statement count(database_, "SELECT count(*) FROM downlinks WHERE device = ? AND sent_ms IS NULL");
  SENGI_CHECK(count.bind(device).next());
  return count.whole(0);
}

Result<void> OrderDesk::send_next(const Heard& heard, std::vector<Order>& orders,
                                  std::int64_t now_ms) {
  if (heard.heard_ms < now_ms - listening_ms || heard.received.broker.empty()) return {};
  Order* const order = first_to_send(orders);
  if (order == nullptr) return {};
  SENGI_TRY(rest, rest_of_day(order->device, now_ms));
  SENGI_TRY(queued, waiting(order->device));
  if (rest == 0 || queued > 0) return {};
  const OrderState before = order->transfer.state();
  SENGI_TRY(frame, next_frame(order->transfer, order->content, order->frame_bytes));
  const auto letter = downlink_letter(heard.received.topic, order->device, frame);
  if (frame.empty() || !letter) return {};
  Statement insert(database_,
                   "INSERT INTO downlinks(order_id, device, made_ms, frame, broker, topic, body) "
                   "VALUES (?, ?, ?, ?, ?, ?, ?)");
  SENGI_CHECK(insert.bind(order->id)
                  .bind(order->device)
                  .bind(now_ms)
                  .bind(frame)
                  .bind(heard.received.broker)
                  .bind(letter->topic)
                  .bind(letter->body)
                  .run());
  return orders_.keep(*order, before, now_ms);
}

Result<std::vector<Downlink>> OrderDesk::next(const std::string& device, std::int64_t limit,
                                              bool take, std::int64_t now_ms) {
  SENGI_TRY(orders, orders_.active(device));
  SENGI_TRY(rest, rest_of_day(device, now_ms));
  std::vector<Downlink> frames;
  while (static_cast<std::int64_t>(frames.size()) < std::min(limit, rest)) {
    Order* const order = first_to_send(orders);
    if (order == nullptr) break;
    const OrderState before = order->transfer.state();
    const auto was = order->transfer.to_bytes();
    SENGI_TRY(frame, next_frame(order->transfer, order->content, order->frame_bytes));
    const bool again = !frames.empty() && frames.back().frame == frame;
    if (frame.empty() || again) break;  // what is the same again waits for an answer
    frames.push_back({0, order->id, frame});
    if (!take) continue;
    Statement insert(database_,
                     "INSERT INTO downlinks(order_id, device, made_ms, frame, broker, topic, body, "
                     "sent_ms) VALUES (?, ?, ?, ?, '', '', '', ?)");
    SENGI_CHECK(insert.bind(order->id).bind(device).bind(now_ms).bind(frame).bind(now_ms).run());
    frames.back().id = database_.last_id();
    SENGI_CHECK(orders_.keep(*order, before, now_ms));
  }
  return frames;
}

Result<void> OrderDesk::tick(std::int64_t now_ms) {
  // A broker that was away so long is not handed what nobody waits for any more.
  Statement drop(database_, "DELETE FROM downlinks WHERE sent_ms IS NULL AND made_ms <= ?");
  SENGI_CHECK(drop.bind(now_ms - unsent_ms).run());
  std::vector<std::int64_t> stale;
  Statement select(database_,
                   "SELECT id FROM orders WHERE state IN ('waiting', 'sending', 'trial') AND "
                   "changed_ms <= ? LIMIT 100");
  select.bind(now_ms - settings_.give_up_days * day_ms);
  while (true) {
    SENGI_TRY(more, select.next());
    if (!more) break;
    stale.push_back(select.whole(0));
  }
  select.reset();
  if (stale.empty()) return {};
  SENGI_TRY(transaction, Transaction::begin(database_));
  for (const std::int64_t id : stale) {
    SENGI_TRY(order, orders_.find(id));
    if (!order) continue;
    const OrderState before = order->transfer.state();
    order->transfer.give_up(fmt::format("nothing came of it for {} days", settings_.give_up_days));
    SENGI_CHECK(orders_.keep(*order, before, now_ms));
  }
  return transaction.commit();
}

}  // namespace sengi::station
