// SPDX-License-Identifier: Apache-2.0
#include "station/release_file.h"

#include <fmt/format.h>
#include <sodium.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "link/hex.h"
#include "link/names.h"
#include "sengi/geo/zones_check.h"
#include "sengi/link/settings.h"

namespace sengi::station {
namespace {

using Json = nlohmann::ordered_json;

// The first line. It is signed too, so that no signature for something else fits.
constexpr std::string_view magic = "sengi-release 1\n";
constexpr std::size_t name_bytes_max = 100;

Result<void> ready() {
  if (::sodium_init() >= 0) return {};
  return Error{"this machine gives no random numbers"};
}

Result<link::Bytes> key_in(std::string_view text, std::size_t bytes, const char* what) {
  text = text.substr(0, text.find_last_not_of(" \r\n\t") + 1);
  auto key = link::from_base64(std::string(text));
  if (!key.ok() || key.value().size() != bytes) {
    return Error{
        fmt::format("no {} key: {} bytes in base64 belong here; make one with: sengi "
                    "station key make",
                    what, bytes)};
  }
  return std::move(key).value();
}

bool is_plain(std::string_view name) {
  return !name.empty() && name.size() <= name_bytes_max &&
         std::all_of(name.begin(), name.end(), [](char c) {
           const auto byte = static_cast<unsigned char>(c);
           return byte >= 32 && byte != 127;
         });
}

// One line behind the first; a text before a line end.
std::string_view take_line(std::string_view& rest) {
  const std::size_t end = rest.find('\n');
  if (end == std::string_view::npos) return {};
  const std::string_view line = rest.substr(0, end);
  rest.remove_prefix(end + 1);
  return line;
}

Result<link::BlobKind> kind_of(const std::string& word) {
  if (word == "zones") return link::BlobKind::zones;
  if (word == "settings") return link::BlobKind::settings;
  if (word == "firmware" || word == "model") {
    return Error{
        fmt::format("{}: devices take zones and settings by downlink; they have no place "
                    "to take {} into, so it goes on by cable",
                    word, word == "model" ? "a model" : "firmware")};
  }
  return Error{fmt::format("'{}' is no kind of release", word)};
}

Result<void> check_content(const Release& release) {
  if (release.kind == link::BlobKind::zones) {
    if (geo::check(release.content) == geo::ZonesFault::none) return {};
    return Error{"its content is no zones in their compact form"};
  }
  link::Settings settings;
  const bool some = !release.content.empty() && release.content.size() <= 9 * link::setting_bytes;
  if (some && settings.apply(release.content)) return {};
  return Error{"its content is no settings that go together"};
}

std::string signed_text(std::string_view head, std::span<const std::uint8_t> content) {
  std::string text(magic);
  text.append(head).append("\n").append(reinterpret_cast<const char*>(content.data()),
                                        content.size());
  return text;
}

const unsigned char* bytes_of(std::string_view text) {
  return reinterpret_cast<const unsigned char*>(text.data());
}

}  // namespace

Result<ReleaseKeys> make_release_keys() {
  SENGI_CHECK(ready());
  link::Bytes of_all(crypto_sign_PUBLICKEYBYTES);
  link::Bytes secret(crypto_sign_SECRETKEYBYTES);
  ::crypto_sign_keypair(of_all.data(), secret.data());
  return ReleaseKeys{link::to_base64(secret), link::to_base64(of_all)};
}

Result<std::string> sign_release(const Release& release, std::string_view secret) {
  SENGI_CHECK(ready());
  SENGI_TRY(key, key_in(secret, crypto_sign_SECRETKEYBYTES, "secret"));
  if (!is_plain(release.name)) {
    return Error{fmt::format("a release's name has 1 to {} bytes without control characters",
                             name_bytes_max)};
  }
  SENGI_CHECK(check_content(release));
  const std::string head = Json{
      {"kind", link::name_of(release.kind)},
      {"name", release.name},
      {"bytes",
       release.content.size()}}.dump(-1, ' ', true, Json::error_handler_t::replace);
  const std::string text = signed_text(head, release.content);
  link::Bytes signature(crypto_sign_BYTES);
  ::crypto_sign_detached(signature.data(), nullptr, bytes_of(text), text.size(), key.data());
  return std::string(magic) + head + "\n" + link::to_base64(signature) + "\n" +
         std::string(release.content.begin(), release.content.end());
}

Result<void> check_public_key(std::string_view key) {
  SENGI_TRY(bytes, key_in(key, crypto_sign_PUBLICKEYBYTES, "public"));
  (void)bytes;
  return {};
}

Result<Release> open_release(std::string_view file, const std::vector<std::string>& trusted) {
  SENGI_CHECK(ready());
  if (!file.starts_with(magic)) return Error{"no release: its first line is another"};
  std::string_view rest = file.substr(magic.size());
  const std::string_view head = take_line(rest);
  const auto signature = link::from_base64(std::string(take_line(rest)));
  const Json json = Json::parse(head, nullptr, false);
  if (!json.is_object() || !signature.ok()) return Error{"a release that is damaged"};
  if (signature.value().size() != crypto_sign_BYTES) return Error{"a release that nobody signed"};
  Release release;
  release.content.assign(rest.begin(), rest.end());
  const std::string text = signed_text(head, release.content);
  bool good = false;
  for (const std::string& one : trusted) {
    SENGI_TRY(key, key_in(one, crypto_sign_PUBLICKEYBYTES, "public"));
    good = good || ::crypto_sign_verify_detached(signature.value().data(), bytes_of(text),
                                                 text.size(), key.data()) == 0;
  }
  if (!good) {
    return Error{trusted.empty()
                     ? "this station trusts no key yet: sengi station key trust"
                     : "it is not signed by a key that this station trusts, or damaged"};
  }
  // From here on it is what somebody who is trusted wrote.
  const auto text_at = [&](const char* field) {
    const auto found = json.find(field);
    return found != json.end() && found->is_string() ? found->get<std::string>() : "";
  };
  SENGI_TRY(kind, kind_of(text_at("kind")));
  release.kind = kind;
  release.name = text_at("name");
  if (!is_plain(release.name)) return Error{"a release without a name"};
  SENGI_CHECK(check_content(release));
  return release;
}

}  // namespace sengi::station
