// SPDX-License-Identifier: Apache-2.0
// The station's HTTP face.
//
//   POST /api/v1/uplinks   an envelope, or one a line as application/x-ndjson; answered when on
//   disk GET  /api/v1/counts    what there is GET  /health           200 while it lives
//
// Errors are application/problem+json (RFC 7807).
#pragma once

#include <cstdint>
#include <memory>
#include <string>

#include "base/result.h"
#include "station/intake.h"

namespace sengi::station {

struct HttpOptions {
  std::string address = "127.0.0.1";
  int port = 8080;  // 0: any that is free
};

class HttpServer {
 public:
  // Listens, in threads of its own, until it goes. `intake` must outlive it.
  // Errors: the port is taken.
  static Result<HttpServer> start(const HttpOptions& options, Intake& intake);
  HttpServer(HttpServer&&) noexcept;
  ~HttpServer();  // requests that were begun are answered

  int port() const;

 private:
  struct Parts;
  explicit HttpServer(std::unique_ptr<Parts> parts);
  std::unique_ptr<Parts> parts_;
};

}  // namespace sengi::station
