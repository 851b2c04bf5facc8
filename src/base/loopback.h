// SPDX-License-Identifier: Apache-2.0
// Servers for this machine alone.
#pragma once

#include <string>

namespace sengi {

bool is_loopback(const std::string& address);

// What a browser says of where a request comes from: its Host and Origin headers. Where a server on
// this machine asks nobody for a name, a page from elsewhere must not use it by way of a browser
// here (DNS rebinding, forged requests).
bool is_local_request(const std::string& host, const std::string& origin);

}  // namespace sengi
