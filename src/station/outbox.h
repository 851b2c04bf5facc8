// SPDX-License-Identifier: Apache-2.0
// Takes what Alerts put into the outbox to where it belongs. A message leaves the outbox when its
// receiver answered 2xx, and not before: it may come twice, and carries an id by which that is
// seen.
//
// Webhooks are signed as Standard Webhooks (standardwebhooks.com) has it:
//   webhook-id         msg_ID, the same in each attempt
//   webhook-timestamp  of the attempt, Unix seconds
//   webhook-signature  v1,BASE64 of HMAC-SHA-256 over "ID.TIMESTAMP.BODY"
#pragma once

#include <atomic>
#include <cstdint>
#include <string>
#include <string_view>

#include "base/result.h"
#include "station/intake.h"
#include "station/source.h"

namespace sengi::station {

// "v1,BASE64"
std::string webhook_signature(std::string_view secret, std::string_view id,
                              std::int64_t timestamp_s, std::string_view body);

// Until the next attempt after so many that failed: 1 s, 2 s, 4 s ... an hour.
std::int64_t retry_ms(std::int64_t attempts);

// Messages for one webhook, in their order as long as it answers, until `stop`. A receiver that is
// away is asked again, for ever; one that refuses a message (4xx) gets the others meanwhile.
void run_webhook(const std::string& url, const std::string& secret, Intake& intake,
                 const Tell& tell, const std::atomic<bool>& stop);

}  // namespace sengi::station
