// SPDX-License-Identifier: Apache-2.0
#include "station/webhook.h"

#include <fmt/format.h>
#include <httplib.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>

#include "link/hex.h"
#include "station/clock.h"
#include "station/http_client.h"

namespace sengi::station {

std::string webhook_signature(std::string_view secret, std::string_view id,
                              std::int64_t timestamp_s, std::string_view body) {
  const std::string text = fmt::format("{}.{}.{}", id, timestamp_s, body);
  std::uint8_t digest[EVP_MAX_MD_SIZE];
  unsigned bytes = 0;
  ::HMAC(::EVP_sha256(), secret.data(), static_cast<int>(secret.size()),
         reinterpret_cast<const std::uint8_t*>(text.data()), text.size(), digest, &bytes);
  return "v1," + link::to_base64({digest, bytes});
}

Send send_by_webhook(const std::string& url, const std::string& secret) {
  const auto client = std::make_shared<HttpClient>(url);
  return [client, secret](const Letter& letter) {
    const std::string id = fmt::format("msg_{}", letter.id);
    const std::int64_t timestamp_s = now_ms() / 1000;
    return client->post(
        "",
        {{"webhook-id", id},
         {"webhook-timestamp", std::to_string(timestamp_s)},
         {"webhook-signature", webhook_signature(secret, id, timestamp_s, letter.body)}},
        letter.body);
  };
}

}  // namespace sengi::station
