// SPDX-License-Identifier: Apache-2.0
#include "base/loopback.h"

#include <arpa/inet.h>

namespace sengi {
namespace {

// "localhost:8080", "[::1]:8080"
std::string without_port(const std::string& host) {
  if (host.starts_with('[')) return host.substr(0, host.find(']') + 1);
  return host.substr(0, host.find(':'));
}

}  // namespace

bool is_loopback(const std::string& address) {
  if (address == "localhost" || address == "::1" || address == "[::1]") return true;
  in_addr number{};  // and not a name that begins like one: 127.0.0.1.example.org
  return ::inet_pton(AF_INET, address.c_str(), &number) == 1 && ntohl(number.s_addr) >> 24 == 127;
}

bool is_local_request(const std::string& host, const std::string& origin) {
  if (!is_loopback(without_port(host))) return false;
  if (origin.empty()) return true;
  return origin == "http://" + host;
}

}  // namespace sengi
