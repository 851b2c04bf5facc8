// SPDX-License-Identifier: Apache-2.0
// Takes what Alerts put into the outbox to where it belongs. A letter leaves the outbox when its
// receiver took it, and not before: it may come twice, under one id.
#pragma once

#include <atomic>
#include <cstdint>
#include <functional>
#include <string>

#include "base/result.h"
#include "station/intake.h"
#include "station/source.h"

namespace sengi::station {

struct Letter {
  std::int64_t id = 0;
  std::int64_t attempts = 0;
  std::string body;  // JSON: SPEC.md, "station.toml"
};

struct Answer {
  std::string fault;  // empty: taken
  bool away = false;  // nobody is there, so that others need not be tried
};

// A way to tell people: webhook.h, mail.h, mqtt_alerts.h, earthranger.h.
using Send = std::function<Answer(const Letter&)>;

// Until the next attempt after so many that failed: 1 s, 2 s, 4 s ... an hour.
std::int64_t retry_ms(std::int64_t attempts);

// Letters for one target, in their order as long as it answers, until `stop`. A receiver that is
// away is asked again, for ever; one that refuses a letter gets the others meanwhile.
void run_outbox(const std::string& target, const Send& send, Intake& intake, const Tell& tell,
                const std::atomic<bool>& stop);

}  // namespace sengi::station
