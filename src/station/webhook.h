// SPDX-License-Identifier: Apache-2.0
// Letters by HTTP POST, signed as Standard Webhooks (standardwebhooks.com) has it:
//   webhook-id         msg_ID, the same in each attempt
//   webhook-timestamp  of the attempt, Unix seconds
//   webhook-signature  v1,BASE64 of HMAC-SHA-256 over "ID.TIMESTAMP.BODY"
// 2xx takes it.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "station/outbox.h"

namespace sengi::station {

// "v1,BASE64"
std::string webhook_signature(std::string_view secret, std::string_view id,
                              std::int64_t timestamp_s, std::string_view body);

Send send_by_webhook(const std::string& url, const std::string& secret);

}  // namespace sengi::station
