// SPDX-License-Identifier: Apache-2.0
// Logging in and out, and who one is: /api/v1/sessions and /api/v1/me.
#pragma once

#include <mutex>

#include "station/http_routes.h"

namespace sengi::station {

class SessionsApi {
 public:
  // `secure`: over TLS, so that a browser's cookie is sent over TLS alone.
  SessionsApi(Database people, bool secure) : people_(std::move(people)), secure_(secure) {}

  void route(const Routes& routes);
  // Of what people did.
  Result<void> note(const std::string& who, const std::string& what);

 private:
  void log_in(const Request& request, Response& response);
  void log_out(const Request& request, Response& response);
  std::string cookie(const std::string& token, std::int64_t seconds) const;

  Database people_;
  bool secure_;
  std::mutex mutex_;
  Attempts attempts_;
};

}  // namespace sengi::station
