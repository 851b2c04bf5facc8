// SPDX-License-Identifier: Apache-2.0
#include "station/outbox.h"

#include <fmt/format.h>

#include <algorithm>

#include "station/clock.h"

namespace sengi::station {
namespace {

constexpr std::size_t batch = 50;
constexpr std::chrono::milliseconds poll(50);

Result<std::vector<Letter>> due_letters(Intake& intake, const std::string& target) {
  std::vector<Letter> letters;
  SENGI_CHECK(intake.alone([&](Store& store) -> Result<void> {
    Statement select(store.database(),
                     "SELECT id, attempts, body FROM outbox WHERE delivered_ms IS NULL AND "
                     "due_ms <= ? AND target = ? ORDER BY id LIMIT ?");
    select.bind(now_ms()).bind(target).bind(static_cast<std::int64_t>(batch));
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

}  // namespace

std::int64_t retry_ms(std::int64_t attempts) {
  constexpr std::int64_t hour_ms = 3'600'000;
  return std::min<std::int64_t>(
      hour_ms, std::int64_t{1000} << std::clamp<std::int64_t>(attempts - 1, 0, 20));
}

void run_outbox(const std::string& target, const Send& send, Intake& intake, const Tell& tell,
                const std::atomic<bool>& stop) {
  std::string told;
  const auto tell_once = [&](const std::string& fault) {
    const std::string words = fault.empty() ? "" : fmt::format("{}: {}", target, fault);
    if (words != told && !words.empty()) tell(words);
    told = words;
  };
  std::int64_t failures = 0;
  while (!stop) {
    const auto letters = due_letters(intake, target);
    if (!letters.ok()) tell_once(letters.error().message);
    bool away = false;
    for (const Letter& letter : letters.ok() ? letters.value() : std::vector<Letter>()) {
      if (stop || away) break;
      const Answer answer = send(letter);
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
