// SPDX-License-Identifier: Apache-2.0
#include "station/downlink_sender.h"

#include <fmt/format.h>

#include <algorithm>

#include "station/clock.h"
#include "station/mqtt_publisher.h"

namespace sengi::station {
namespace {

// A network answers a device a second after it spoke, so what waits is not kept waiting.
constexpr std::chrono::milliseconds poll(25);
constexpr std::chrono::milliseconds longest(60'000);

struct Letter {
  std::int64_t id;
  std::string topic;
  std::string body;
};

Result<std::vector<Letter>> waiting(Intake& intake, const std::string& broker) {
  std::vector<Letter> letters;
  SENGI_CHECK(intake.alone([&](Store& store) -> Result<void> {
    Statement select(store.database(),
                     "SELECT id, topic, body FROM downlinks WHERE sent_ms IS NULL AND broker = ? "
                     "ORDER BY id LIMIT 50");
    select.bind(broker);
    while (true) {
      SENGI_TRY(more, select.next());
      if (!more) return {};
      letters.push_back({select.whole(0), select.text(1), select.text(2)});
    }
  }));
  return letters;
}

Result<void> note_sent(Intake& intake, std::int64_t id) {
  return intake.alone([&](Store& store) {
    Statement update(store.database(), "UPDATE downlinks SET sent_ms = ? WHERE id = ?");
    return update.bind(now_ms()).bind(id).run();
  });
}

Result<void> send_waiting(const std::string& name, MqttPublisher& publisher, Intake& intake,
                          const std::atomic<bool>& stop) {
  SENGI_TRY(letters, waiting(intake, name));
  for (const Letter& letter : letters) {
    if (stop) return {};
    const std::string fault = publisher.publish(letter.topic, letter.body);
    if (!fault.empty()) return Error{fmt::format("downlinks by {}: {}", name, fault)};
    SENGI_CHECK(note_sent(intake, letter.id));
  }
  return {};
}

}  // namespace

void run_downlinks(const MqttOptions& broker, Intake& intake, const Tell& tell,
                   const std::atomic<bool>& stop) {
  MqttPublisher publisher(broker);
  const std::string name = name_of(broker);
  std::string told;
  std::chrono::milliseconds wait = poll;
  while (!stop) {
    const auto sent = send_waiting(name, publisher, intake, stop);
    if (sent.ok()) {
      told.clear();
      wait = poll;
    } else {
      // A fault that stays is told once.
      if (sent.error().message != told) tell(told = sent.error().message);
      wait = std::min(wait * 2, longest);
    }
    pause(wait, stop);
  }
}

}  // namespace sengi::station
