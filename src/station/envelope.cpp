// SPDX-License-Identifier: Apache-2.0
#include "station/envelope.h"

#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "station/clock.h"

namespace sengi::station {
namespace {

using Json = nlohmann::json;

// An object and where it stands. Networks leave fields out that are zero or empty, so a field that
// is missing or null is told apart from one of another type.
struct Node {
  const Json& json;
  std::string path;

  std::string at(std::string_view key) const {
    return path.empty() ? std::string(key) : fmt::format("{}.{}", path, key);
  }
  const Json* find(const char* key) const {
    const auto found = json.find(key);
    return found == json.end() || found->is_null() ? nullptr : &*found;
  }
};

Result<Node> object_in(const Node& node, const char* key) {
  const Json* value = node.find(key);
  if (value == nullptr || !value->is_object()) {
    return Error{node.at(key) + ": an object belongs here"};
  }
  return Node{*value, node.at(key)};
}

Result<std::string> text_in(const Node& node, const char* key) {
  const Json* value = node.find(key);
  if (value == nullptr) return std::string();
  if (!value->is_string()) return Error{node.at(key) + ": a text belongs here"};
  return value->get<std::string>();
}

// 64-bit numbers are texts in the JSON of protocol buffers.
Result<std::optional<std::int64_t>> whole_in(const Node& node, const char* key, std::int64_t least,
                                             std::int64_t most) {
  const Json* value = node.find(key);
  if (value == nullptr) return std::optional<std::int64_t>{};
  const bool fits = value->is_number_unsigned()
                        ? value->get<std::uint64_t>() <= static_cast<std::uint64_t>(most)
                        : value->is_number_integer() && value->get<std::int64_t>() <= most;
  if (!fits || value->get<std::int64_t>() < least) {
    return Error{
        fmt::format("{}: a whole number from {} to {} belongs here", node.at(key), least, most)};
  }
  return std::optional(value->get<std::int64_t>());
}

Result<std::optional<std::int64_t>> time_in(const Node& node, const char* key) {
  SENGI_TRY(text, text_in(node, key));
  if (text.empty()) return std::optional<std::int64_t>{};
  const auto time = from_rfc3339(text);
  if (!time.ok()) return Error{fmt::format("{}: {}", node.at(key), time.error().message)};
  return std::optional(time.value());
}

bool is_printable(std::string_view text) {
  return std::all_of(text.begin(), text.end(), [](char c) {
    const auto byte = static_cast<unsigned char>(c);
    return byte >= 32 && byte != 127;
  });
}

Result<std::string> checked_device(std::string text, const std::string& path) {
  if (text.empty()) return Error{path + ": the device's EUI or name is missing"};
  if (text.size() > device_bytes_max || !is_printable(text)) {
    return Error{
        fmt::format("{}: a name of at most {} bytes without control characters belongs here", path,
                    device_bytes_max)};
  }
  return as_device(std::move(text));
}

Result<link::Bytes> payload_in(const Node& node, const char* key) {
  SENGI_TRY(text, text_in(node, key));
  const auto bytes = link::from_base64(text);
  if (!bytes.ok()) return Error{fmt::format("{}: {}", node.at(key), bytes.error().message)};
  if (bytes.value().size() > payload_bytes_max) {
    return Error{fmt::format("{}: {} bytes; no uplink has more than {}", node.at(key),
                             bytes.value().size(), payload_bytes_max)};
  }
  return bytes.value();
}

// The best of the gateways that heard it. What they say is of no weight: what cannot be read of it
// is left out.
void take_gateways(const Json* list, Received& received) {
  if (list == nullptr || !list->is_array()) return;
  received.gateways = static_cast<int>(std::min<std::size_t>(list->size(), 10'000));
  for (const Json& one : *list) {
    if (!one.is_object()) continue;
    const auto rssi = one.find("rssi");
    if (rssi == one.end() || !rssi->is_number()) continue;
    const double dbm = rssi->get<double>();
    if (!(dbm > -1000 && dbm < 1000)) continue;
    if (received.rssi_dbm && dbm <= *received.rssi_dbm) continue;
    received.rssi_dbm = static_cast<int>(dbm);
    const auto snr = one.find("snr");
    received.snr_db =
        snr != one.end() && snr->is_number() ? std::optional(snr->get<double>()) : std::nullopt;
  }
}

Result<Received> from_chirpstack(const Node& root) {
  Received received;
  received.network = "chirpstack";
  SENGI_TRY(info, object_in(root, "deviceInfo"));
  SENGI_TRY(eui, text_in(info, "devEui"));
  SENGI_TRY(device, checked_device(eui, info.at("devEui")));
  SENGI_TRY(name, text_in(info, "deviceName"));
  SENGI_TRY(session, text_in(root, "devAddr"));
  SENGI_TRY(counter, whole_in(root, "fCnt", 0, 0xFFFFFFFF));
  SENGI_TRY(port, whole_in(root, "fPort", 0, 255));
  SENGI_TRY(heard_ms, time_in(root, "time"));
  SENGI_TRY(payload, payload_in(root, "data"));
  received.device = std::move(device);
  received.name = std::move(name);
  received.session = std::move(session);
  received.counter = counter.value_or(0);
  received.port = static_cast<int>(port.value_or(0));
  received.heard_ms = heard_ms;
  received.payload = std::move(payload);
  take_gateways(root.find("rxInfo"), received);
  return received;
}

Result<Received> from_things_stack(const Node& root) {
  Received received;
  received.network = "the-things-stack";
  SENGI_TRY(ids, object_in(root, "end_device_ids"));
  SENGI_TRY(message, object_in(root, "uplink_message"));
  SENGI_TRY(eui, text_in(ids, "dev_eui"));
  SENGI_TRY(name, text_in(ids, "device_id"));
  SENGI_TRY(device, eui.empty() ? checked_device(name, ids.at("device_id"))
                                : checked_device(eui, ids.at("dev_eui")));
  SENGI_TRY(session, text_in(message, "session_key_id"));
  SENGI_TRY(counter, whole_in(message, "f_cnt", 0, 0xFFFFFFFF));
  SENGI_TRY(port, whole_in(message, "f_port", 0, 255));
  SENGI_TRY(heard_ms, time_in(message, "received_at"));
  SENGI_TRY(payload, payload_in(message, "frm_payload"));
  received.device = std::move(device);
  received.name = std::move(name);
  received.session = std::move(session);
  received.counter = counter.value_or(0);
  received.port = static_cast<int>(port.value_or(0));
  received.heard_ms = heard_ms;
  received.payload = std::move(payload);
  take_gateways(message.find("rx_metadata"), received);
  return received;
}

Result<Received> from_sengi(const Node& root) {
  Received received;
  received.network = "sengi";
  SENGI_TRY(text, text_in(root, "device"));
  SENGI_TRY(device, checked_device(text, "device"));
  SENGI_TRY(name, text_in(root, "name"));
  SENGI_TRY(session, text_in(root, "session"));
  SENGI_TRY(counter, whole_in(root, "counter", 0, 0xFFFFFFFF));
  SENGI_TRY(port, whole_in(root, "port", 0, 255));
  SENGI_TRY(heard_ms, time_in(root, "time"));
  SENGI_TRY(payload, payload_in(root, "payload"));
  if (!port) return Error{"port: the LoRaWAN port is missing"};
  if (payload.empty()) return Error{"payload: the message in base64 is missing"};
  received.device = std::move(device);
  received.name = std::move(name);
  received.session = std::move(session);
  received.counter = counter;
  received.port = static_cast<int>(*port);
  received.heard_ms = heard_ms;
  received.payload = std::move(payload);
  return received;
}

Result<Received> from_object(const Node& root) {
  if (root.find("deviceInfo") != nullptr) return from_chirpstack(root);
  if (root.find("end_device_ids") != nullptr) return from_things_stack(root);
  if (root.find("device") != nullptr) return from_sengi(root);
  return Error{
      "no uplink: neither deviceInfo (ChirpStack v4), end_device_ids (The Things Stack v3) nor "
      "device (Sengi) is there"};
}

}  // namespace

std::string as_device(std::string text) {
  std::string digits;
  for (const char c : text) {
    if (c == '-' || c == ':') continue;
    digits += static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  }
  const bool eui =
      digits.size() == 16 && digits.find_first_not_of("0123456789abcdef") == std::string::npos;
  return eui ? digits : text;
}

Result<Received> parse_envelope(std::string_view json) {
  if (json.size() > envelope_bytes_max) {
    return Error{
        fmt::format("{} bytes; an uplink has at most {}", json.size(), envelope_bytes_max)};
  }
  const Json root = Json::parse(json, nullptr, /*allow_exceptions=*/false);
  if (!root.is_object()) return Error{"no JSON object"};
  SENGI_TRY(received, from_object({root, ""}));
  if (received.name.size() > device_bytes_max || !is_printable(received.name))
    received.name.clear();
  if (received.session.size() > device_bytes_max) received.session.resize(device_bytes_max);
  return received;
}

}  // namespace sengi::station
