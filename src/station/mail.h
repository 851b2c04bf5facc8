// SPDX-License-Identifier: Apache-2.0
// Letters by e-mail: SMTP with TLS, by libcurl.
#pragma once

#include <cstdint>
#include <string>

#include "station/outbox.h"
#include "station/settings.h"

namespace sengi::station {

// A message as RFC 5322 has it, in words. The same letter has the same Message-ID in each attempt.
std::string mail_text(const Settings::Mail& mail, const Letter& letter, std::int64_t now_ms);

Send send_by_mail(const Settings::Mail& mail);

}  // namespace sengi::station
