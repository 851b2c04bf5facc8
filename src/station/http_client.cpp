// SPDX-License-Identifier: Apache-2.0
#include "station/http_client.h"

#include <fmt/format.h>

namespace sengi::station {
namespace {

constexpr time_t patience_s = 10;

std::size_t path_begins(const std::string& url) {
  const std::size_t slash = url.find('/', url.find("://") + 3);
  return slash == std::string::npos ? url.size() : slash;
}

}  // namespace

HttpClient::HttpClient(const std::string& url)
    : base_(url.substr(path_begins(url))), client_(url.substr(0, path_begins(url))) {
  client_.set_connection_timeout(patience_s);
  client_.set_read_timeout(patience_s);
  client_.set_write_timeout(patience_s);
  client_.set_keep_alive(true);
  client_.set_tcp_nodelay(true);  // else the body waits for the headers' acknowledgement, 40 ms
}

Answer HttpClient::post(const std::string& path, const httplib::Headers& headers,
                        const std::string& json) {
  const std::string whole = base_ + path;
  const auto answer = client_.Post(whole.empty() ? "/" : whole, headers, json, "application/json");
  if (!answer) return {httplib::to_string(answer.error()), true};
  if (answer->status >= 200 && answer->status < 300) return {};
  const bool theirs = answer->status >= 400 && answer->status < 500 && answer->status != 408 &&
                      answer->status != 429;
  return {fmt::format("answers {}", answer->status), !theirs};
}

}  // namespace sengi::station
