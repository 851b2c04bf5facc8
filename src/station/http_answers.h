// SPDX-License-Identifier: Apache-2.0
// How the HTTP server answers, and what it takes from requests.
#pragma once

#include <httplib.h>

#include <optional>
#include <string>

#include "base/result.h"
#include "station/api.h"

namespace sengi::station {

using httplib::Request;
using httplib::Response;

void answer(Response& response, const std::string& json);
void refuse(Response& response, int status, const std::string& title, const std::string& detail);

// after, limit, from and to of the address. Errors: one of them cannot be.
Result<Page> page_in(const Request& request);

// Behind "Authorization: Bearer ", or in the cookie that a browser got by logging in. Browsers send
// a cookie whoever asks them to, so what changes anything needs the header X-Requested-With: sengi
// beside it, which a page from elsewhere cannot send.
std::string token_in(const Request& request);

inline constexpr std::string_view session_cookie = "sengi_session";

}  // namespace sengi::station
