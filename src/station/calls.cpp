// SPDX-License-Identifier: Apache-2.0
#include "station/calls.h"

#include <algorithm>
#include <array>
#include <nlohmann/json.hpp>

#include "data/rate_converter.h"
#include "link/uplink.h"
#include "signal/clip_pieces.h"
#include "station/clock.h"

namespace sengi::station {
namespace {

using Json = nlohmann::ordered_json;

constexpr std::int64_t week_ms = std::int64_t{7} * 24 * 3'600'000;
constexpr std::int64_t pieces_max = 50'000;  // 2.5 MB; beyond, the oldest calls' come alone

// Where a piece says its own number, and the last of its clip.
constexpr std::size_t piece_at = 2;
constexpr std::size_t last_at = 3;

Result<std::optional<std::int64_t>> id_of(Database& database, const std::string& device) {
  Statement select(database, "SELECT id FROM devices WHERE device = ?");
  SENGI_TRY(found, select.bind(device).next());
  return found ? std::optional(select.whole(0)) : std::nullopt;
}

std::int64_t week_after(std::int64_t time_ms) {
  return time_ms > INT64_MAX - week_ms ? INT64_MAX : time_ms + week_ms;
}

// Also those of the week after the page, to which pieces may belong; newest first.
Result<std::vector<Call>> events_of(Database& database, std::int64_t device_id, const Page& page) {
  Statement select(database,
                   "SELECT id, time_ms, payload, port FROM uplinks WHERE device_id = ? AND time_ms "
                   ">= ? AND time_ms <= ? AND kind = 'event' ORDER BY time_ms DESC, id DESC");
  select.bind(device_id).bind(page.from_ms).bind(week_after(page.to_ms));
  std::vector<Call> calls;
  std::int64_t on_page = 0;
  while (on_page < std::clamp<std::int64_t>(page.limit, 1, page_max)) {
    SENGI_TRY(more, select.next());
    if (!more) break;
    const auto uplink = link::decode_uplink(select.bytes(2), static_cast<int>(select.whole(3)));
    const auto* event = uplink.ok() ? std::get_if<link::Event>(&uplink.value()) : nullptr;
    if (event == nullptr || event->kind != link::EventKind::call) continue;
    calls.push_back({select.whole(0), select.whole(1), *event, {}, {}});
    if (calls.back().time_ms <= page.to_ms) ++on_page;
  }
  return calls;
}

// The first of each number, as join_pieces() has it; what is of another clip than the first is no
// part of it.
void add(Call& call, std::vector<std::uint8_t> piece) {
  for (const auto& other : call.pieces) {
    if (other[piece_at] == piece[piece_at]) return;
  }
  const auto& first = call.pieces.empty() ? piece : call.pieces.front();
  if (piece.size() != first.size() || piece[last_at] != first[last_at]) return;
  call.pieces.push_back(std::move(piece));
}

// `calls`: oldest first.
Result<void> add_pieces(Database& database, std::int64_t device_id, std::vector<Call>& calls) {
  if (calls.empty()) return {};
  Statement select(
      database,
      "SELECT time_ms, payload, port FROM uplinks WHERE device_id = ? AND time_ms >= ? "
      "AND time_ms <= ? AND kind = 'clip' ORDER BY time_ms, id LIMIT ?");
  select.bind(device_id)
      .bind(calls.front().time_ms)
      .bind(week_after(calls.back().time_ms))
      .bind(pieces_max);
  std::array<Call*, 256> latest{};  // by the low 8 bits
  auto next = calls.begin();
  while (true) {
    SENGI_TRY(more, select.next());
    if (!more) return {};
    const std::int64_t time_ms = select.whole(0);
    for (; next != calls.end() && next->time_ms <= time_ms; ++next) {
      latest[next->event.lead.sequence] = &*next;
    }
    auto uplink = link::decode_uplink(select.bytes(1), static_cast<int>(select.whole(2)));
    auto* piece = uplink.ok() ? std::get_if<link::Clip>(&uplink.value()) : nullptr;
    if (piece == nullptr) continue;
    Call* call = latest[piece->number & 0xff];
    if (call == nullptr || time_ms > week_after(call->time_ms)) continue;
    if (!call->clip) call->clip = piece->number;
    if (*call->clip == piece->number) add(*call, std::move(piece->bytes));
  }
}

Json json_of(const Call& call) {
  Json json{{"id", call.uplink_id},
            {"time", to_rfc3339(call.time_ms)},
            {"call_class", call.event.call_class},
            {"score", call.event.score},
            {"duration_s", call.event.duration_ds / 10.0},
            {"clip", nullptr}};
  if (!call.clip) return json;
  json["clip"] = {{"number", *call.clip},
                  {"pieces", call.pieces.size()},
                  {"of", call.pieces.front()[last_at] + 1}};
  return json;
}

void put(std::string& bytes, std::uint32_t value, int count) {
  for (int i = 0; i < count; ++i) bytes += static_cast<char>(value >> (8 * i));
}

// WAVE_FORMAT_PCM, one channel, 16 bits.
std::string wav_of(const std::vector<std::int16_t>& samples, std::int32_t rate_hz) {
  constexpr std::uint32_t head_bytes = 36;  // behind the length itself
  const auto rate = static_cast<std::uint32_t>(rate_hz);
  const auto bytes = static_cast<std::uint32_t>(2 * samples.size());
  std::string wav = "RIFF";
  put(wav, head_bytes + bytes, 4);
  wav += "WAVEfmt ";
  put(wav, 16, 4);
  put(wav, 1, 2);         // PCM
  put(wav, 1, 2);         // channels
  put(wav, rate, 4);      //
  put(wav, 2 * rate, 4);  // bytes a second
  put(wav, 2, 2);         // bytes of a frame
  put(wav, 16, 2);
  wav += "data";
  put(wav, bytes, 4);
  for (const std::int16_t sample : samples) put(wav, static_cast<std::uint16_t>(sample), 2);
  return wav;
}

Result<std::vector<std::int16_t>> converted(const std::vector<std::int16_t>& samples,
                                            std::int32_t from_hz, std::int32_t to_hz) {
  SENGI_TRY(converter, data::RateConverter::make(from_hz, to_hz));
  constexpr float one = 32768;
  std::vector<float> floats;
  floats.reserve(samples.size());
  for (const std::int16_t sample : samples) floats.push_back(static_cast<float>(sample) / one);
  SENGI_CHECK(converter.put(floats));
  SENGI_CHECK(converter.finish());
  return converter.take();
}

}  // namespace

Result<std::vector<Call>> calls_of(Database& database, std::int64_t device_id, const Page& page) {
  SENGI_TRY(calls, events_of(database, device_id, page));
  std::reverse(calls.begin(), calls.end());
  SENGI_CHECK(add_pieces(database, device_id, calls));
  std::erase_if(calls, [&](const Call& call) { return call.time_ms > page.to_ms; });
  std::reverse(calls.begin(), calls.end());
  return calls;
}

Result<std::optional<std::string>> calls_json(Database& database, const std::string& device,
                                              const Page& page) {
  SENGI_TRY(id, id_of(database, device));
  if (!id) return std::optional<std::string>{};
  SENGI_TRY(calls, calls_of(database, *id, page));
  Json list = Json::array();
  for (const Call& call : calls) list.push_back(json_of(call));
  const Json json{{"device", device}, {"calls", std::move(list)}};
  return std::optional(json.dump(-1, ' ', false, Json::error_handler_t::replace) + "\n");
}

Result<std::optional<std::string>> call_sound(Database& database, const std::string& device,
                                              std::int64_t uplink_id, std::int32_t rate_hz) {
  SENGI_TRY(id, id_of(database, device));
  if (!id) return std::optional<std::string>{};
  Statement select(database, "SELECT time_ms FROM uplinks WHERE id = ? AND device_id = ?");
  SENGI_TRY(found, select.bind(uplink_id).bind(*id).next());
  if (!found) return std::optional<std::string>{};
  const std::int64_t time_ms = select.whole(0);
  SENGI_TRY(calls, calls_of(database, *id, {{}, page_max, time_ms, time_ms}));
  const auto call = std::find_if(calls.begin(), calls.end(),
                                 [&](const Call& one) { return one.uplink_id == uplink_id; });
  if (call == calls.end() || !call->clip) return std::optional<std::string>{};
  // One that was bent on its way does not silence the others.
  std::erase_if(call->pieces, [](const auto& one) { return !signal::join_pieces({&one, 1}).ok(); });
  if (call->pieces.empty()) return std::optional<std::string>{};
  SENGI_TRY(clip, signal::join_pieces(call->pieces));
  if (rate_hz >= heard_hz_min) return std::optional(wav_of(clip.samples, rate_hz));
  SENGI_TRY(samples, converted(clip.samples, rate_hz, heard_hz_min));
  return std::optional(wav_of(samples, heard_hz_min));
}

}  // namespace sengi::station
