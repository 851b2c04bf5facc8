// SPDX-License-Identifier: Apache-2.0
#include "station/outbox.h"

#include <fmt/format.h>
#include <httplib.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>

#include <algorithm>

#include "link/hex.h"
#include "station/clock.h"

namespace sengi::station {
namespace {

constexpr std::size_t batch = 50;
constexpr time_t patience_s = 10;
constexpr std::chrono::milliseconds poll(50);

struct Letter {
  std::int64_t id;
  std::int64_t attempts;
  std::string body;
};

Result<std::vector<Letter>> due_letters(Intake& intake, const std::string& url) {
  std::vector<Letter> letters;
  SENGI_CHECK(intake.alone([&](Store& store) -> Result<void> {
    Statement select(store.database(),
                     "SELECT id, attempts, body FROM outbox WHERE delivered_ms IS NULL AND "
                     "due_ms <= ? AND target = ? ORDER BY id LIMIT ?");
    select.bind(now_ms()).bind(url).bind(static_cast<std::int64_t>(batch));
    while (true) {
      SENGI_TRY(more, select.next());
      if (!more) return {};
      letters.push_back({select.whole(0), select.whole(1), select.text(2)});
    }
  }));
  return letters;
}

Result<void> note(Intake& intake, const Letter& letter, const std::string& fault) {
  return intake.alone([&](Store& store) -> Result<void> {
    const std::int64_t now = now_ms();
    if (fault.empty()) {
      Statement done(store.database(),
                     "UPDATE outbox SET delivered_ms = ?, attempts = attempts + 1, fault = '' "
                     "WHERE id = ?");
      return done.bind(now).bind(letter.id).run();
    }
    Statement later(store.database(),
                    "UPDATE outbox SET due_ms = ?, attempts = attempts + 1, fault = ? "
                    "WHERE id = ?");
    return later.bind(now + retry_ms(letter.attempts + 1)).bind(fault).bind(letter.id).run();
  });
}

// Scheme and host, and the path behind them.
std::pair<std::string, std::string> split(const std::string& url) {
  const auto slash = url.find('/', url.find("://") + 3);
  if (slash == std::string::npos) return {url, "/"};
  return {url.substr(0, slash), url.substr(slash)};
}

struct Answer {
  std::string fault;  // empty: taken
  bool away = false;  // nobody is there, so that others need not be tried
};

Answer send(httplib::Client& client, const std::string& path, const std::string& secret,
            const Letter& letter) {
  const std::string id = fmt::format("msg_{}", letter.id);
  const std::int64_t timestamp_s = now_ms() / 1000;
  const httplib::Headers headers = {
      {"webhook-id", id},
      {"webhook-timestamp", std::to_string(timestamp_s)},
      {"webhook-signature", webhook_signature(secret, id, timestamp_s, letter.body)}};
  const auto answer = client.Post(path, headers, letter.body, "application/json");
  if (!answer) return {httplib::to_string(answer.error()), true};
  if (answer->status >= 200 && answer->status < 300) return {};
  const bool theirs = answer->status >= 400 && answer->status < 500 && answer->status != 408 &&
                      answer->status != 429;
  return {fmt::format("answers {}", answer->status), !theirs};
}

}  // namespace

std::string webhook_signature(std::string_view secret, std::string_view id,
                              std::int64_t timestamp_s, std::string_view body) {
  const std::string text = fmt::format("{}.{}.{}", id, timestamp_s, body);
  std::uint8_t digest[EVP_MAX_MD_SIZE];
  unsigned bytes = 0;
  ::HMAC(::EVP_sha256(), secret.data(), static_cast<int>(secret.size()),
         reinterpret_cast<const std::uint8_t*>(text.data()), text.size(), digest, &bytes);
  return "v1," + link::to_base64({digest, bytes});
}

std::int64_t retry_ms(std::int64_t attempts) {
  constexpr std::int64_t hour_ms = 3'600'000;
  return std::min<std::int64_t>(
      hour_ms, std::int64_t{1000} << std::clamp<std::int64_t>(attempts - 1, 0, 20));
}

void run_webhook(const std::string& url, const std::string& secret, Intake& intake,
                 const Tell& tell, const std::atomic<bool>& stop) {
  const auto [host, path] = split(url);
  httplib::Client client(host);
  client.set_connection_timeout(patience_s);
  client.set_read_timeout(patience_s);
  client.set_write_timeout(patience_s);
  client.set_keep_alive(true);
  client.set_tcp_nodelay(true);  // else the body waits for the headers' acknowledgement, 40 ms
  std::string told;
  const auto tell_once = [&](const std::string& fault) {
    const std::string words = fault.empty() ? "" : fmt::format("{}: {}", url, fault);
    if (words != told && !words.empty()) tell(words);
    told = words;
  };
  std::int64_t failures = 0;
  while (!stop) {
    const auto letters = due_letters(intake, url);
    if (!letters.ok()) tell_once(letters.error().message);
    bool away = false;
    for (const Letter& letter : letters.ok() ? letters.value() : std::vector<Letter>()) {
      if (stop || away) break;
      const Answer answer = send(client, path, secret, letter);
      away = answer.away;
      tell_once(answer.fault);
      if (const auto noted = note(intake, letter, answer.fault); !noted.ok()) {
        tell_once(noted.error().message);
        break;
      }
    }
    failures = away ? failures + 1 : 0;
    pause(
        away ? std::chrono::milliseconds(std::min<std::int64_t>(retry_ms(failures), 60'000)) : poll,
        stop);
  }
}

}  // namespace sengi::station
