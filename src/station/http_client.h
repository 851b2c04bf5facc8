// SPDX-License-Identifier: Apache-2.0
// JSON to others by HTTP.
#pragma once

#include <httplib.h>

#include <string>

#include "station/outbox.h"

namespace sengi::station {

class HttpClient {
 public:
  // http or https, with a path or without. A server that says nothing for ten seconds is away.
  explicit HttpClient(const std::string& url);

  // To the address's path with `path` behind it. 2xx: taken. 4xx but for 408 and 429: refused, by
  // somebody who is there.
  Answer post(const std::string& path, const httplib::Headers& headers, const std::string& json);

 private:
  std::string base_;
  httplib::Client client_;
};

}  // namespace sengi::station
