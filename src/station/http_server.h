// SPDX-License-Identifier: Apache-2.0
// The station's HTTP face; openapi.json describes it. Errors are application/problem+json (RFC
// 7807).
//
// While there are no accounts, it serves this machine alone and asks nobody for a name. With the
// first account, or token of a program, each request but /health, the description and logging in
// needs a bearer token.
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <string>

#include "base/result.h"
#include "station/intake.h"
#include "station/settings.h"

namespace sengi::station {

struct HttpOptions {
  std::string address = "127.0.0.1";
  int port = 8080;  // 0: any that is free
  // Both or neither: PEM files. With them it speaks TLS 1.2 and 1.3 alone.
  std::filesystem::path certificate = {};  // with those that lead to one that is trusted
  std::filesystem::path key = {};
};

// What it stands on; all of it outlives the server.
struct HttpBackend {
  Intake& intake;
  std::filesystem::path database;  // the file
  // Errors: there is no such alert, or it is over.
  std::function<Result<void>(std::int64_t alert, const std::string& who)> acknowledge;
  Settings::Irrigation irrigation = {};
  // Takes the newest zones; nobody writes meanwhile. May be none.
  std::function<Result<void>()> zones_changed = {};
  Settings::Downlinks downlinks = {};
};

class HttpServer {
 public:
  // Listens, in threads of its own, until it goes.
  // Errors: the port is taken; an address that others reach, and no accounts; a certificate or key
  // that cannot be read, or that are not of one another.
  static Result<HttpServer> start(const HttpOptions& options, const HttpBackend& backend);
  HttpServer(HttpServer&&) noexcept;
  ~HttpServer();  // requests that were begun are answered

  int port() const;

 private:
  struct Parts;
  explicit HttpServer(std::unique_ptr<Parts> parts);
  std::unique_ptr<Parts> parts_;
};

}  // namespace sengi::station
