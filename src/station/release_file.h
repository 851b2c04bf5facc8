// SPDX-License-Identifier: Apache-2.0
// Releases: what devices are to be told, signed by whoever made it (SPEC.md, "Releases"; Ed25519 by
// libsodium). A station tells nobody what is not signed by a key that it trusts.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "sengi/link/reply.h"

namespace sengi::station {

struct ReleaseKeys {
  std::string secret;  // base64; whoever has it can sign
  std::string of_all;  // the public key, base64
};
Result<ReleaseKeys> make_release_keys();

struct Release {
  link::BlobKind kind = link::BlobKind::zones;
  std::string name;
  std::vector<std::uint8_t> content;  // zones in their compact form, or five bytes a setting
};

// Errors: a secret key that is none; a name that is empty, too long, or has control characters.
Result<std::string> sign_release(const Release& release, std::string_view secret);

// What a file holds. `trusted`: public keys.
// Errors: no release; damaged; signed by none of these keys, or not at all; firmware or a model,
// which no device takes by downlink; content that is not what it says it is.
Result<Release> open_release(std::string_view file, const std::vector<std::string>& trusted);

// Errors: no public key.
Result<void> check_public_key(std::string_view key);

}  // namespace sengi::station
