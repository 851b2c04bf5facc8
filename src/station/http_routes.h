// SPDX-License-Identifier: Apache-2.0
// What those are given who add pages to the HTTP server: a server, and a way to bind what they do
// to the roles that may do it.
#pragma once

#include <functional>
#include <string_view>

#include "station/http_access.h"
#include "station/http_answers.h"
#include "station/http_server.h"

namespace sengi::station {

// Sets of roles.
constexpr unsigned of(Role role) { return 1U << static_cast<unsigned>(role); }
inline constexpr unsigned masters = of(Role::admin);
inline constexpr unsigned seers = of(Role::admin) | of(Role::ranger) | of(Role::researcher);
inline constexpr unsigned helpers = of(Role::admin) | of(Role::ranger);
inline constexpr unsigned bringers = of(Role::admin) | of(Role::ingest);
inline constexpr unsigned anybody = seers | bringers | of(Role::guest);

using Work = std::function<void(const Request&, Response&, const Identity&)>;

struct Routes {
  httplib::Server& server;
  const HttpBackend& backend;
  Readers& readers;
  // `work` where the one who asks has one of the roles.
  std::function<httplib::Server::Handler(unsigned roles, Work work)> allowed;
};

// The database did not do it: 404 where there is no such thing (Outcome::no), else 503.
void refuse_fault(Response& response, const Error& error);

}  // namespace sengi::station
