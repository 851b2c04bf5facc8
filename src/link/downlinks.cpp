// SPDX-License-Identifier: Apache-2.0
#include "link/downlinks.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/text.h"
#include "sengi/store/copies_layout.h"

namespace sengi::link {
namespace {

constexpr std::size_t piece_head_bytes = 7;
constexpr std::size_t settings_max = 9;

Bytes frame_of(const Downlink& downlink) {
  Bytes frame(downlink_bytes_max);
  frame.resize(encode_downlink(downlink, frame).bytes);
  return frame;
}

Downlink about(Operation operation, BlobKind kind, std::uint16_t version) {
  Downlink downlink;
  downlink.operation = operation;
  downlink.kind = kind;
  downlink.version = version;
  return downlink;
}

Result<void> check_version(std::uint16_t version) {
  if (version > 0) return {};
  return sengi::Error{"version 0 says that there is none; versions begin with 1 and only rise"};
}

Result<std::uint8_t> id_of(const std::string& name) {
  const std::vector<std::string> names(setting_names, setting_names + settings_count);
  const auto found = std::find(names.begin(), names.end(), name);
  if (found != names.end()) return static_cast<std::uint8_t>(found - names.begin() + 1);
  const auto meant = nearest(name, names);
  return sengi::Error{
      meant ? fmt::format("{} is no setting; did you mean {}?", name, *meant)
            : fmt::format("{} is no setting; there are {}", name, fmt::join(names, ", "))};
}

}  // namespace

Result<std::vector<Bytes>> transfer_frames(BlobKind kind, std::uint16_t version,
                                           std::span<const std::uint8_t> blob,
                                           std::size_t frame_bytes) {
  SENGI_CHECK(check_version(version));
  if (frame_bytes < piece_head_bytes + 4) {
    return sengi::Error{
        fmt::format("frames of {} bytes are too small: a piece takes 11 at least", frame_bytes)};
  }
  const std::size_t room = std::min(frame_bytes, downlink_bytes_max) - piece_head_bytes;
  Downlink begin = about(Operation::begin, kind, version);
  begin.length = static_cast<std::uint32_t>(blob.size());
  begin.piece_bytes =
      static_cast<std::uint8_t>(std::min<std::size_t>(room / 4 * 4, store::piece_bytes_max));
  begin.crc = crc32(blob);
  const std::size_t pieces = (blob.size() + begin.piece_bytes - 1) / begin.piece_bytes;
  if (blob.empty() || pieces > 0xFFFF) {
    return sengi::Error{fmt::format("{} bytes cannot be sent: 1 to {} can, in pieces of {}",
                                    blob.size(), 0xFFFF * begin.piece_bytes, begin.piece_bytes)};
  }
  std::vector<Bytes> frames = {frame_of(begin)};
  for (std::size_t i = 0; i < pieces; ++i) {
    Downlink piece = about(Operation::piece, kind, version);
    piece.index = static_cast<std::uint16_t>(i);
    const std::size_t at = i * begin.piece_bytes;
    piece.data = blob.subspan(at, std::min<std::size_t>(begin.piece_bytes, blob.size() - at));
    frames.push_back(frame_of(piece));
  }
  frames.push_back(frame_of(about(Operation::commit, kind, version)));
  return frames;
}

Result<std::vector<Bytes>> missing_frames(const std::vector<Bytes>& frames, const Reply& reply) {
  std::vector<Bytes> missing;
  for (const Bytes& frame : frames) {
    Downlink downlink;
    if (!decode_downlink(frame, downlink).ok() || downlink.version != reply.version ||
        downlink.kind != reply.kind) {
      return sengi::Error{
          fmt::format("the reply is about version {}, not about this transfer", reply.version)};
    }
    const bool is_piece = downlink.operation == Operation::piece;
    const std::size_t place = is_piece ? static_cast<std::size_t>(downlink.index) - reply.first : 0;
    if (is_piece && downlink.index >= reply.first && place < reply.shown &&
        reply.is_missing(place)) {
      missing.push_back(frame);
    }
    if (downlink.operation == Operation::commit) missing.push_back(frame);
  }
  return missing;
}

Result<Bytes> settings_frame(std::uint16_t version,
                             const std::map<std::string, std::int32_t>& settings) {
  SENGI_CHECK(check_version(version));
  if (settings.empty() || settings.size() > settings_max) {
    return sengi::Error{fmt::format("{} in one downlink; it takes 1 to {}",
                                    counted(settings.size(), "setting"), settings_max)};
  }
  std::map<std::uint8_t, std::int32_t> by_id;
  for (const auto& [name, value] : settings) {
    SENGI_TRY(id, id_of(name));
    const SettingBounds& bounds = setting_bounds[id - 1];
    if (value < bounds.lowest || value > bounds.highest) {
      return sengi::Error{fmt::format("{} is {}; it must be from {} to {}", name, value,
                                      bounds.lowest, bounds.highest)};
    }
    by_id[id] = value;
  }
  Bytes data;
  for (const auto& [id, value] : by_id) {
    data.push_back(id);
    for (int shift = 0; shift < 32; shift += 8) {
      data.push_back(static_cast<std::uint8_t>(static_cast<std::uint32_t>(value) >> shift));
    }
  }
  // Those that are not set here are as the device has them, so only pairs given whole can be
  // judged.
  const auto above = [&](SettingId low, SettingId high) {
    const auto a = by_id.find(static_cast<std::uint8_t>(low));
    const auto b = by_id.find(static_cast<std::uint8_t>(high));
    return a != by_id.end() && b != by_id.end() && a->second > b->second;
  };
  constexpr std::pair<SettingId, SettingId> pairs[] = {
      {SettingId::gps_interval_min_s, SettingId::gps_interval_max_s},
      {SettingId::listen_on_s, SettingId::listen_period_s},
      {SettingId::release_probability_percent, SettingId::warning_probability_percent}};
  for (const auto& [low, high] : pairs) {
    if (above(low, high)) {
      return sengi::Error{fmt::format("{} must not be above {}",
                                      setting_names[static_cast<std::size_t>(low) - 1],
                                      setting_names[static_cast<std::size_t>(high) - 1])};
    }
  }
  Downlink set = about(Operation::set, BlobKind::settings, version);
  set.data = data;
  return frame_of(set);
}

Result<Bytes> order_frame(Operation operation, BlobKind kind, std::uint16_t version,
                          std::uint16_t first) {
  SENGI_CHECK(check_version(version));
  Downlink order = about(operation, kind, version);
  order.index = first;
  return frame_of(order);
}

}  // namespace sengi::link
