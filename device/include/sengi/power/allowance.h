// SPDX-License-Identifier: Apache-2.0
// What may be spent now of a budget a day: an account that time fills and spending empties. Saved
// is at most a share of a day's budget, so over any time t, from any moment on, no more is spent
// than t's share of the budget and what was saved, as long as nothing is bought on credit. (Such an
// account paces networks too: Turner 1986, "New directions in communications", the leaky bucket.)
//
// Time is the steps that a clock makes forward, each counted for a day at most. A clock that goes
// back gives nothing and takes nothing, and one that leaps ahead cannot give more than is saved.
#pragma once

#include <cstdint>

namespace sengi::power {

class Allowance {
 public:
  static constexpr std::int64_t day_s = 86'400;

  // Begins full. `saved_permille` of a day's budget is the most that it holds.
  constexpr Allowance(std::int64_t budget_nah, std::uint16_t saved_permille)
      : budget_nah_(budget_nah), saved_permille_(saved_permille), account_(capacity()) {}

  // From now on that much a day. What was saved is kept as far as it may be.
  constexpr void budget(std::int64_t budget_nah) {
    budget_nah_ = budget_nah;
    bound();
  }

  // Brings it up to a moment. `charge_today_nah` counts up until somebody's day begins and it
  // starts at zero again, at whatever moment.
  constexpr void update(std::uint32_t now_s, std::uint64_t charge_today_nah) {
    if (known_ && now_s > last_s_) {
      const std::int64_t step_s = std::int64_t{now_s} - last_s_;
      account_ += budget_nah_ * (step_s < day_s ? step_s : day_s);
    }
    const std::uint64_t before = known_ && charge_today_nah >= last_nah_ ? last_nah_ : 0;
    const std::uint64_t spent = known_ ? charge_today_nah - before : 0;
    constexpr std::uint64_t most = 1'000'000'000'000;  // 1 kAh
    account_ -= static_cast<std::int64_t>(spent < most ? spent : most) * day_s;
    known_ = true;
    last_s_ = now_s;
    last_nah_ = charge_today_nah;
    bound();
  }

  // Nanoampere hours that may be spent now, rounded down; negative where too much was spent. Debt
  // beyond a day's budget is forgiven, so that nothing stands still for ever.
  constexpr std::int64_t left_nah() const {
    return account_ >= 0 ? account_ / day_s : -((-account_ + day_s - 1) / day_s);
  }

  // 0 .. 1000: how full it is.
  constexpr std::uint32_t fill_permille() const {
    const std::int64_t whole = capacity();
    if (account_ <= 0 || whole <= 0) return 0;
    return static_cast<std::uint32_t>(account_ / (whole / 1000 + 1));
  }

 private:
  constexpr std::int64_t capacity() const { return budget_nah_ * day_s / 1000 * saved_permille_; }

  constexpr void bound() {
    const std::int64_t most = capacity();
    const std::int64_t least = -budget_nah_ * day_s;
    account_ = account_ > most ? most : (account_ < least ? least : account_);
  }

  std::int64_t budget_nah_;
  std::uint16_t saved_permille_;
  std::int64_t account_;  // nAh * 86,400
  bool known_ = false;
  std::uint32_t last_s_ = 0;
  std::uint64_t last_nah_ = 0;
};

}  // namespace sengi::power
