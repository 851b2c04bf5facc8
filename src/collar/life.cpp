// SPDX-License-Identifier: Apache-2.0
#include "collar/life.h"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <map>
#include <random>
#include <thread>

#include "sengi/power/ledger.h"

namespace sengi::collar {
namespace {

// u-blox M8 data sheet UBX-15031086: 26 s from a cold start, about a second from a hot one; a
// receiver under leaves takes some times that.
constexpr std::uint32_t hot_ms = 6'000;
constexpr std::uint32_t cold_ms = 35'000;
constexpr std::uint32_t hot_for_s = 4 * 3600;  // ephemerides are good for so long, if they are kept
constexpr std::uint32_t gives_up_s = 90;

class World {
 public:
  World(Device& device, const Scenario& scenario)
      : device_(device), scenario_(scenario), random_(scenario.seed), drain_(begin_().currents) {}

  Result<Life> run() {
    const auto& fixes = scenario_.track.fixes;
    if (fixes.empty()) return Error{"the track has no fixes"};
    life_.from_s = now_s_ = fixes.front().time_s;
    life_.to_s = fixes.back().time_s;
    if (scenario_.days > 0) {
      life_.to_s = std::min(life_.to_s, life_.from_s + scenario_.days * 86'400);
    }
    next_window_s_ = now_s_ + scenario_.begin.window_every_s;
    SENGI_CHECK(boot(link::ResetCause::power_on, 0));
    while (true) {
      const std::uint32_t next = next_moment();
      if (next >= life_.to_s) break;
      drain_.spend_baseline(next - now_s_);
      if (orbits_kept_ && !looking_) drain_.spend_backup(next - now_s_);
      if (scenario_.speed > 0) {
        std::this_thread::sleep_for(
            std::chrono::duration<double>((next - now_s_) / scenario_.speed));
      }
      now_s_ = next;
      SENGI_CHECK(happen());
    }
    SENGI_TRY(report, device_.end());
    life_.report = report;
    return std::move(life_);
  }

 private:
  // What will happen, in the order of time; of the same time in the order they were made.
  struct Coming {
    Input input;
    std::vector<std::uint8_t> bytes = {};
    std::size_t sent = SIZE_MAX;           // uplink that this answers
    std::vector<std::int16_t> sound = {};  // a second of it, or less; then `input` says nothing
  };

  const Begin& begin_() const { return scenario_.begin; }
  std::uint32_t uptime_s() const { return now_s_ - booted_s_; }

  std::uint32_t next_moment() const {
    std::uint32_t next = off_ ? booted_s_ : wake_s_;
    if (!off_ && !coming_.empty()) next = std::min(next, coming_.begin()->first);
    if (!off_ && begin_().accelerometer && scenario_.window) next = std::min(next, next_window_s_);
    if (resets_ < scenario_.resets.size()) {
      next = std::min(next, std::max(scenario_.resets[resets_].time_s, now_s_));
    }
    return next;
  }

  Result<void> happen() {
    if (resets_ < scenario_.resets.size() && scenario_.resets[resets_].time_s <= now_s_) {
      const Reset& reset = scenario_.resets[resets_++];
      coming_.clear();
      cause_ = reset.cause;
      keeps_time_ = reset.keeps_time;
      off_ = true;
      booted_s_ = now_s_ + reset.off_s;
      ++life_.resets;
      return {};
    }
    if (off_) {
      next_window_s_ = now_s_ + begin_().window_every_s;
      return boot(cause_, keeps_time_ ? now_s_ : 0);
    }
    if (!coming_.empty() && coming_.begin()->first <= now_s_) {
      Coming what = std::move(coming_.begin()->second);
      coming_.erase(coming_.begin());
      if (!what.sound.empty()) return hear(what.sound);
      what.input.uptime_s = uptime_s();
      what.input.bytes = what.bytes;
      if (what.sent != SIZE_MAX) life_.sent[what.sent].answered = true;
      if (what.input.what == What::fix || what.input.what == What::no_fix) looking_ = false;
      if (what.input.what == What::fix) {
        if (!knows_orbits()) loaded_s_ = now_s_;
        orbits_kept_ = true;
      }
      return step(what.input);
    }
    if (begin_().accelerometer && scenario_.window && next_window_s_ <= now_s_) {
      next_window_s_ += begin_().window_every_s;
      const std::vector<std::int16_t> rows = scenario_.window(now_s_);
      if (rows.empty()) return {};
      ++life_.windows;
      SENGI_TRY(todo, device_.window(uptime_s(), scenario_.axes, rows));
      ++life_.labels[device_.judged().label];
      return obey(todo);
    }
    Input timer;
    timer.uptime_s = uptime_s();
    return step(timer);
  }

  Result<void> boot(link::ResetCause cause, std::uint32_t utc_s) {
    off_ = false;
    orbits_kept_ = looking_ = false;
    booted_s_ = now_s_;
    Begin begin = begin_();
    begin.cause = cause;
    begin.utc_s = utc_s;
    SENGI_TRY(todo, device_.begin(begin));
    return obey(todo);
  }

  Result<void> step(const Input& input) {
    SENGI_TRY(todo, device_.step(input));
    return obey(todo);
  }

  Result<void> obey(const Todo& todo) {
    ++life_.steps;
    if (todo.refused) {
      return Error{
          "the collar refuses to start: its AppKey is one that anybody may know; give "
          "another in [collar] app_key"};
    }
    if (todo.nothing_new()) return more_calls(todo);
    if (todo.wake_s <= uptime_s()) {
      return Error{fmt::format("the collar asks to be woken at {} s, and it is {} s already",
                               todo.wake_s, uptime_s())};
    }
    wake_s_ = todo.wake_s > 0xFFFFFFFF - booted_s_ ? 0xFFFFFFFF : booted_s_ + todo.wake_s;
    if (todo.fix_for_s > 0) {
      look(todo.fix_for_s);
    } else if (!looking_ && !todo.gps_ready) {
      orbits_kept_ = false;
    }
    if (todo.listen_for_s > 0) SENGI_CHECK(listen(todo.listen_for_s));
    if (todo.measure) measure();
    if (todo.send.bytes > 0) carry(todo.send);
    return more_calls(todo);
  }

  // Calls that were heard and are not told yet are asked for one by one.
  Result<void> more_calls(const Todo& todo) {
    if (!todo.more_calls) return {};
    SENGI_TRY(next, device_.sound(uptime_s(), {}));
    if (!next.nothing_new()) ++life_.calls_heard;
    return obey(next);
  }

  void come(std::uint32_t time_s, Coming what) { coming_.emplace(time_s, std::move(what)); }

  bool lost(std::uint32_t permille) { return random_() % 1000 < permille; }

  // ---- GPS ----

  bool knows_orbits() const { return orbits_kept_ && now_s_ - loaded_s_ < hot_for_s; }

  void look(std::uint32_t for_s) {
    ++life_.asked;
    looking_ = true;
    const std::uint32_t on_ms = knows_orbits() ? hot_ms : cold_ms;
    Coming coming;
    const auto fix = next_fix(now_s_ + on_ms / 1000, now_s_ + for_s);
    const bool blind = std::any_of(scenario_.no_gps.begin(), scenario_.no_gps.end(),
                                   [&](const Stretch& s) { return s.holds(now_s_); });
    if (!fix || blind) {
      const std::uint32_t gave_up_s = std::min(for_s, gives_up_s);
      coming.input.what = What::no_fix;
      coming.input.spent_ms = gave_up_s * 1000;
      drain_.spend(power::Consumer::gps, coming.input.spent_ms);
      return come(now_s_ + gave_up_s, std::move(coming));
    }
    coming.input.what = What::fix;
    coming.input.spent_ms = on_ms;
    drain_.spend(power::Consumer::gps, on_ms);
    coming.input.position = fix->position;
    std::int64_t utc_s = fix->time_s;
    for (const ClockFault& fault : scenario_.clock_faults) {
      if (fault.when.holds(fix->time_s)) utc_s += fault.off_s;
    }
    coming.input.utc_s = static_cast<std::uint32_t>(utc_s);
    life_.fixes.push_back({fix->time_s, fix->position});
    come(fix->time_s, std::move(coming));
  }

  std::optional<geo::Fix> next_fix(std::uint32_t from_s, std::uint32_t to_s) const {
    const auto& fixes = scenario_.track.fixes;
    const auto at = std::lower_bound(
        fixes.begin(), fixes.end(), from_s,
        [](const geo::Fix& fix, std::uint32_t time_s) { return fix.time_s < time_s; });
    if (at == fixes.end()) return std::nullopt;
    if (scenario_.made && at->time_s > from_s && at != fixes.begin()) {
      return geo::Fix{from_s, movement::between(*(at - 1), *at, from_s)};
    }
    if (at->time_s > to_s) return std::nullopt;
    return *at;
  }

  // ---- the microphone ----

  Result<void> hear(std::span<const std::int16_t> sound) {
    while (!sound.empty()) {
      const std::size_t count = std::min(sound.size(), sound_samples_most);
      SENGI_TRY(todo, device_.sound(uptime_s(), sound.first(count)));
      if (!todo.nothing_new()) ++life_.calls_heard;
      SENGI_CHECK(obey(todo));
      sound = sound.subspan(count);
    }
    return {};
  }

  // A second of sound comes when it is over.
  Result<void> record(std::uint32_t for_s) {
    SENGI_TRY(samples, scenario_.sound(now_s_, for_s));
    const auto rate = static_cast<std::size_t>(scenario_.sound_hz);
    for (std::size_t from = 0; from < samples.size(); from += rate) {
      const auto begin = samples.begin() + static_cast<std::ptrdiff_t>(from);
      const auto end = begin + static_cast<std::ptrdiff_t>(std::min(rate, samples.size() - from));
      Coming coming;
      coming.sound.assign(begin, end);
      come(now_s_ + static_cast<std::uint32_t>(from / rate) + 1, std::move(coming));
    }
    return {};
  }

  Result<void> listen(std::uint32_t for_s) {
    life_.listened_s += for_s;
    if (scenario_.sound) SENGI_CHECK(record(for_s));
    drain_.spend(power::Consumer::microphone, for_s * 1000);
    const auto first = std::lower_bound(
        scenario_.calls.begin(), scenario_.calls.end(), now_s_,
        [](const Call& call, std::uint32_t time_s) { return call.time_s < time_s; });
    for (auto call = first; call != scenario_.calls.end() && call->time_s < now_s_ + for_s;
         ++call) {
      ++life_.calls_heard;
      Coming coming;
      coming.input.what = What::call;
      coming.input.label = call->label;
      coming.input.score = call->score;
      coming.input.duration_ds = call->duration_ds;
      come(call->time_s + (call->duration_ds + 9U) / 10, std::move(coming));
    }
    Coming done;
    done.input.what = What::listened;
    done.input.spent_ms = for_s * 1000;
    come(now_s_ + for_s, std::move(done));
    return {};
  }

  // ---- the battery ----

  void measure() {
    const double used_mah = static_cast<double>(drain_.charge_nah()) / 1e6;
    const double left = std::clamp(1 - used_mah / scenario_.battery_mah, 0.0, 1.0);
    Coming coming;
    coming.input.what = What::battery;
    coming.input.battery_permille = static_cast<std::uint16_t>(left * 1000);
    // Lithium thionyl chloride: flat to the last tenth.
    coming.input.battery_mv = static_cast<std::uint16_t>(left >= 0.1 ? 3600 : 3000 + 6000 * left);
    // Coldest at 05:00 UTC, by whole degrees.
    static constexpr std::int16_t by_hour[24] = {20, 19, 18, 17, 16, 16, 17, 19, 22, 25, 28, 30,
                                                 32, 34, 35, 35, 34, 32, 30, 27, 25, 23, 22, 21};
    coming.input.temperature_c = by_hour[now_s_ / 3600 % 24];
    come(now_s_, std::move(coming));
  }

  // ---- the network ----

  void carry(const Transmission& send) {
    life_.airtime_us += send.airtime_us;
    drain_.spend(power::Consumer::radio_send, (send.airtime_us + 999) / 1000);
    const Network& network = scenario_.network;
    Sent sent{now_s_, send.port, {send.frame, send.frame + send.bytes}};
    const bool silent = std::any_of(network.silent.begin(), network.silent.end(),
                                    [&](const Stretch& s) { return s.holds(now_s_); });
    // Drawn in any case, so that what is lost does not hang on what is silent.
    const bool up_lost = lost(network.uplink_loss_permille);
    const bool down_lost = lost(network.answer_loss_permille);
    sent.heard = !silent && !up_lost;
    const bool answered = sent.heard && !down_lost;
    const std::uint32_t answer_s = now_s_ + send.airtime_us / 1'000'000 + 2;
    Coming coming;
    coming.input.what = answered ? What::acknowledged : What::silent;
    if (answered) coming.sent = life_.sent.size();
    life_.sent.push_back(std::move(sent));
    come(answered ? answer_s : answer_s + 1, std::move(coming));
    if (answered && downlinks_ < network.downlinks.size() &&
        network.downlinks[downlinks_].from_s <= now_s_) {
      Coming told;
      told.input.what = What::downlink;
      told.bytes = network.downlinks[downlinks_++].bytes;
      come(answer_s, std::move(told));
    }
  }

  Device& device_;
  const Scenario& scenario_;
  std::mt19937 random_;
  power::Ledger drain_;  // what the battery knows, whatever the collar believes
  Life life_;
  std::multimap<std::uint32_t, Coming> coming_;
  std::uint32_t now_s_ = 0;
  std::uint32_t booted_s_ = 0;
  std::uint32_t wake_s_ = 0;
  std::uint32_t next_window_s_ = 0;
  std::uint32_t loaded_s_ = 0;  // when GPS loaded the satellites' orbits
  bool orbits_kept_ = false;    // and has been kept ready since
  bool looking_ = false;
  std::size_t resets_ = 0;
  std::size_t downlinks_ = 0;
  bool off_ = false;
  bool keeps_time_ = false;
  link::ResetCause cause_ = link::ResetCause::unknown;
};

}  // namespace

Result<Life> live(Device& device, const Scenario& scenario) {
  return World(device, scenario).run();
}

}  // namespace sengi::collar
