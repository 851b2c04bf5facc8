// SPDX-License-Identifier: Apache-2.0
#include "station/downlink_topics.h"

#include <fmt/format.h>

#include <nlohmann/json.hpp>
#include <string_view>

#include "sengi/link/message.h"

namespace sengi::station {
namespace {

using Json = nlohmann::ordered_json;

std::string text_of(const Json& json) {
  return json.dump(-1, ' ', false, Json::error_handler_t::replace);
}

// The part of a topic behind the last `marker`, up to the next slash.
std::string part_behind(const std::string& topic, std::string_view marker) {
  const std::size_t at = topic.rfind(marker);
  if (at == std::string::npos) return "";
  const std::string rest = topic.substr(at + marker.size());
  return rest.substr(0, rest.find('/'));
}

}  // namespace

std::optional<DownlinkLetter> downlink_letter(const std::string& topic, const std::string& device,
                                              const link::Bytes& frame) {
  const std::string data = link::to_base64(frame);
  constexpr std::string_view chirpstack = "/event/up";
  constexpr std::string_view up = "/up";
  if (topic.ends_with(chirpstack)) {
    return DownlinkLetter{topic.substr(0, topic.size() - chirpstack.size()) + "/command/down",
                          text_of({{"devEui", part_behind(topic, "device/")},
                                   {"confirmed", false},
                                   {"fPort", link::downlink_port},
                                   {"data", data}})};
  }
  if (!topic.ends_with(up)) return std::nullopt;
  const std::string stem = topic.substr(0, topic.size() - up.size());
  if (!part_behind(topic, "/devices/").empty()) {
    return DownlinkLetter{stem + "/down/push", text_of({{"downlinks",
                                                         {{{"f_port", link::downlink_port},
                                                           {"frm_payload", data},
                                                           {"priority", "NORMAL"}}}}})};
  }
  return DownlinkLetter{
      stem + "/down",
      text_of({{"device", device}, {"port", link::downlink_port}, {"payload", data}})};
}

}  // namespace sengi::station
