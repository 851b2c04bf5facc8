// SPDX-License-Identifier: Apache-2.0
// From what a collar is to be told to the frames that tell it (SPEC.md, "Uplinks and downlinks").
// All go out on downlink_port.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "base/result.h"
#include "link/hex.h"
#include "sengi/link/downlink.h"
#include "sengi/link/settings.h"

namespace sengi::link {

// Begin, every piece, commit: in the order to send them, though pieces may come in any.
// `frame_bytes`: what the network's slowest rate takes, 11 .. 51; pieces take 7 bytes fewer, a
// multiple of 4.
// Errors: version 0; nothing to send, or more than 65,535 pieces; too small a frame.
Result<std::vector<Bytes>> transfer_frames(BlobKind kind, std::uint16_t version,
                                           std::span<const std::uint8_t> blob,
                                           std::size_t frame_bytes = downlink_bytes_max);

// Of those frames, what a reply says is missing: the pieces among those it shows, and commit.
// Errors: a reply to another transfer.
Result<std::vector<Bytes>> missing_frames(const std::vector<Bytes>& frames, const Reply& reply);

// One frame that changes settings by name.
// Errors: a name that is no setting, with the one probably meant; a value out of its bounds; none
// or more than nine; values that do not go together, such as a least interval above the greatest.
Result<Bytes> settings_frame(std::uint16_t version,
                             const std::map<std::string, std::int32_t>& settings);

// Commit, confirm or roll back a version; or ask which pieces are missing, from `first` on.
Result<Bytes> order_frame(Operation operation, BlobKind kind, std::uint16_t version,
                          std::uint16_t first = 0);

}  // namespace sengi::link
