// SPDX-License-Identifier: Apache-2.0
// A collar's heart: takes what happens, with its time, and answers with what is to be done next. It
// has no clock, no interrupts and no drivers of its own, so it is the same on a board, in an
// emulator and in a study of years.
//
//   Collar collar(flash, spec);                  // some 4 KB, wherever the caller likes
//   Todo todo = collar.start(cause, utc_guess, keys);
//   while (true) {
//     watchdog.kick();
//     if (todo.fix_for_s > 0) gps.on(todo.fix_for_s);
//     if (todo.send.bytes > 0) radio.send(todo.send);
//     ...
//     Input input = sleep_until(todo.wake_s);    // or until a sensor has something
//     todo = collar.step(input);
//   }
//
// The flash is store/flash.h's, and besides has
//
//   std::span<const std::uint8_t> view(std::uint32_t at, std::uint32_t bytes) const;
//
// memory that stays as long as it is not erased, for zones are read where they lie: flash of the
// processor, or serial flash that it maps. An empty span says that there is none, and the image's
// own zones are used.
//
// What a step does is bounded, whatever comes: at most the erasure of the area for one blob, or of
// four sectors a kind of message; no loop waits for anything. What was kept is found again after a
// reset at any moment.
#pragma once

#include "sengi/collar/activity.h"
#include "sengi/collar/clock.h"
#include "sengi/collar/health.h"
#include "sengi/collar/hearing.h"
#include "sengi/collar/immobility.h"
#include "sengi/collar/input.h"
#include "sengi/collar/orders.h"
#include "sengi/collar/policy.h"
#include "sengi/collar/spec.h"
#include "sengi/collar/teller.h"
#include "sengi/collar/whereabouts.h"
#include "sengi/collar/zone_watch.h"
#include "sengi/link/keys.h"
#include "sengi/power/receiver.h"
#include "sengi/power/scheduler.h"

namespace sengi::collar {

template <typename Flash>
class Collar {
 public:
  // The flash and what `spec` points at outlive this.
  Collar(Flash& flash, const Spec& spec)
      : spec_(spec),
        journal_(flash, spec.layout.journal),
        uplinks_(flash, store::OutboxLayout::of(spec.layout.messages), spec.radio),
        teller_(uplinks_, journal_, spec.message_bytes),
        orders_(flash, spec),
        zone_watch_({}, *spec.approach, spec.warning),
        activity_(2 * spec.window_every_s),
        axes_(spec.still_below),
        immobility_(spec.accelerometer, spec.accelerometer ? 2 * spec.window_every_s : 24U * 3600U),
        ledger_(spec.currents),
        gps_(spec.orbits_valid_s),
        scheduler_(policy_of(spec_, orders_.settings())) {}
  Collar(const Collar&) = delete;
  Collar& operator=(const Collar&) = delete;

  // Once, before anything else, at uptime 0. `utc_s`: what a clock that lived through the reset
  // says, 0 where there is none. With keys that anybody may know the collar refuses to work.
  Todo start(link::ResetCause cause, std::uint32_t utc_s,
             std::span<const std::span<const std::uint8_t>> keys) {
    refused_ = link::keys_are_default(keys);
    if (refused_) return refusal();
    const bool remembered = journal_.open(memory_);
    uplinks_.open();
    orders_.start(cause);
    zone_watch_.use(orders_.zones());
    ++memory_.boots;
    clock_.guess(0, utc_s > memory_.utc_s ? utc_s : memory_.utc_s);
    if (remembered) {
      activity_.resume(memory_.today);
      immobility_.resume(memory_.still_s, memory_.immobile);
      whereabouts_.resume(memory_.solar_offset_s);
    }
    charge_day_ = local_s() / Activity::day_s;
    carried_uah_ = memory_.charge_uah;
    scheduler_ = power::Scheduler(policy_of(spec_, settings()));
    zone_watch_.use(warning_spec(spec_.warning, settings()));
    link::Event event = lead_event(link::EventKind::reset);
    event.cause = cause;
    event.boots = memory_.boots;
    teller_.event(event);
    remember();
    plan_ = scheduler_.plan(situation());
    next_fix_s_ = 0;
    next_report_s_ = 0;
    next_status_s_ = 0;
    return turn();
  }

  Todo step(const Input& input) {
    if (refused_) return refusal();
    pass_time(input.uptime_s);
    ledger_.spend(power::Consumer::processor,
                  input.what == What::window ? spec_.window_ms : spec_.step_ms);
    switch (input.what) {
      case What::timer:
        break;
      case What::fix:
        take_fix(input);
        break;
      case What::no_fix:
        take_no_fix(input.spent_ms);
        break;
      case What::window:
        take_window(input);
        break;
      case What::call:
        take_call(input);
        break;
      case What::listened:
        ledger_.spend(power::Consumer::microphone, input.spent_ms);
        ledger_.spend(power::Consumer::processor,
                      input.spent_ms / 1000 * spec_.listening_awake_permille);
        hearing_.ended();
        break;
      case What::battery:
        take_battery(input);
        break;
      case What::downlink:
        take_downlink(input.bytes);
        break;
      case What::acknowledged:
        uplinks_.acknowledged();
        break;
      case What::silent:
        uplinks_.silent(uptime_s_);
        break;
    }
    return turn();
  }

  // Whether the sound of the call that was told last is to be sent as well: then give each piece of
  // it (listen/clip_keeper.h) to keep_piece() at once, which returns false where no more can be
  // kept, and say clip_kept().
  bool wants_clip() const { return hearing_.wants_clip(); }
  std::uint16_t clip_number() const { return hearing_.number(); }
  bool keep_piece(std::span<const std::uint8_t> piece) { return teller_.clip_piece(piece); }
  void clip_kept() { hearing_.clip_kept(); }

  // For reports and tests.
  const power::Ledger& ledger() const { return ledger_; }
  const Clock& clock() const { return clock_; }
  const link::Settings& settings() const { return orders_.settings(); }
  const geo::Zones& zones() const { return orders_.zones(); }
  Uplinks<Flash>& uplinks() { return uplinks_; }
  std::size_t fixes_waiting() const { return journal_.waiting().size(); }
  std::uint32_t lost() const { return memory_.lost + teller_.lost(); }
  std::uint16_t boots() const { return memory_.boots; }

 private:
  static constexpr std::uint32_t never = Uplinks<Flash>::never;
  static constexpr std::uint32_t remember_every_s = 3600;
  static constexpr std::uint32_t measure_every_s = 3600;

  static Todo refusal() {
    Todo todo;
    todo.refused = true;
    todo.wake_s = never;
    return todo;
  }

  std::uint32_t now_s() const { return clock_.now_s(uptime_s_); }
  std::uint32_t local_s() const { return whereabouts_.local_s(now_s()); }
  std::uint32_t setting(link::SettingId id) const {
    return static_cast<std::uint32_t>(settings()[id]);
  }

  link::Event lead_event(link::EventKind kind) const {
    link::Event event;
    event.lead = {0, clock_.is_set(), now_s()};
    event.kind = kind;
    return event;
  }
  link::Event placed_event(link::EventKind kind) const {
    link::Event event = lead_event(kind);
    const geo::Position& at = whereabouts_.position();
    event.has_position = whereabouts_.known();
    event.position = {now_s(), at.latitude_e7, at.longitude_e7, clock_.is_set()};
    return event;
  }

  // ---- time ----

  // A count that goes back stands still.
  void pass_time(std::uint32_t uptime_s) {
    if (uptime_s <= uptime_s_) return;
    ledger_.spend_baseline(uptime_s - uptime_s_);
    if (gps_.ready() && !gps_on_) ledger_.spend_backup(uptime_s - uptime_s_);
    uptime_s_ = uptime_s;
  }

  // What is due, and when to come back.
  Todo turn() {
    Todo todo;
    end_day();
    uplinks_.turn(uptime_s_);
    if (gps_on_ && uptime_s_ - gps_since_s_ > spec_.fix_for_s + 60U) take_no_fix(0);
    if (!gps_on_ && uptime_s_ >= next_fix_s_) {
      gps_on_ = true;
      gps_since_s_ = uptime_s_;
      todo.fix_for_s = spec_.fix_for_s;
    }
    if (uptime_s_ >= next_measure_s_) {
      next_measure_s_ = uptime_s_ + measure_every_s;
      hearing_.new_hour();
      todo.measure = true;
    }
    if (uptime_s_ >= next_status_s_ && !todo.measure && health_.measured()) tell_status();
    if (spec_.microphone) {
      todo.listen_for_s = hearing_.turn(uptime_s_, setting(link::SettingId::listen_period_s),
                                        plan_.listen_permille);
    }
    if (uptime_s_ >= next_report_s_) {
      next_report_s_ = uptime_s_ + plan_.report_in_s;
      // Into a silence only full messages are stored up.
      teller_.positions(uplinks_.hears());
      uplinks_.report();
    }
    if (uptime_s_ >= next_memory_s_) remember();
    if (uplinks_.next(uptime_s_, todo.send)) {
      ledger_.spend(power::Consumer::radio_send, (todo.send.airtime_us + 999) / 1000);
      ledger_.spend(power::Consumer::radio_listen, spec_.receive_ms);
    }
    todo.gps_ready = gps_.ready();
    todo.wake_s = wake_s();
    return todo;
  }

  std::uint32_t wake_s() const {
    std::uint32_t wake = next_memory_s_;
    const auto earlier = [&wake](std::uint32_t other) {
      if (other < wake) wake = other;
    };
    earlier(gps_on_ ? gps_since_s_ + spec_.fix_for_s + 61 : next_fix_s_);
    earlier(next_report_s_);
    earlier(next_measure_s_);
    if (health_.measured()) earlier(next_status_s_);
    earlier(uplinks_.wake_s());
    if (spec_.microphone && plan_.listen_permille > 0) earlier(hearing_.wake_s());
    return wake > uptime_s_ ? wake : uptime_s_ + 1;
  }

  // Fitted into the time of day at once, in case the clock is set or leaps.
  void end_day() {
    DayBudget finished;
    if (activity_.turn(uptime_s_, local_s(), finished)) tell_budget(finished);
    const std::uint32_t day = local_s() / Activity::day_s;
    if (day == charge_day_) return;
    charge_day_ = day;
    hearing_.new_day();
    ledger_.start_day();
    carried_uah_ = 0;
  }

  // ---- where it is ----

  void take_fix(const Input& input) {
    gps_done(input.spent_ms);
    if (!geo::valid(input.position)) return take_no_fix(0);
    switch (clock_.take(uptime_s_, input.utc_s)) {
      case TimeTaken::leapt:
      case TimeTaken::suspected:
      case TimeTaken::absurd:
        health_.flag(link::StatusError::clock);
        break;
      case TimeTaken::first:
      case TimeTaken::agreed:
        break;
    }
    if (!clock_.is_set()) return take_no_fix(0);
    failures_ = 0;
    health_.saw_fix();
    gps_.found(uptime_s_);
    const geo::Fix fix{now_s(), input.position};
    whereabouts_.take(fix, uptime_s_);
    if (!journal_.keep({fix.time_s, fix.position.latitude_e7, fix.position.longitude_e7, true})) {
      teller_.count_lost();
    }
    if (journal_.waiting().size() + 2 > Journal<Flash>::fixes_max) teller_.positions(true);
    zone_watch_.push(fix, horizon_min(settings()), [&](link::Event event) {
      const link::Event placed = placed_event(event.kind);
      event.lead = placed.lead;
      event.has_position = true;
      event.position = placed.position;
      teller_.event(event);
    });
    tell_immobility(immobility_.fix(uptime_s_, fix.position, immobility_limit_s()));
    plan_ = scheduler_.plan(situation());
    look_again_at(uptime_s_ + at_least_a_minute(plan_.fix_in_s));
    if (next_report_s_ > uptime_s_ + plan_.report_in_s) {
      next_report_s_ = uptime_s_ + plan_.report_in_s;
    }
  }

  // The scheduler asks a sky that was not seen again later and later.
  void take_no_fix(std::uint32_t spent_ms) {
    gps_done(spent_ms);
    if (failures_ < 16) ++failures_;
    plan_ = scheduler_.plan(situation());
    look_again_at(uptime_s_ + at_least_a_minute(plan_.fix_in_s));
    health_.flag_if(failures_ >= 3, link::StatusError::gps);
  }

  void gps_done(std::uint32_t spent_ms) {
    ledger_.spend(power::Consumer::gps, spent_ms);
    gps_on_ = false;
  }

  void look_again_at(std::uint32_t next_fix_s) {
    next_fix_s_ = next_fix_s;
    gps_.plan(uptime_s_, next_fix_s_ - uptime_s_);
  }

  power::Situation situation() const {
    power::Situation now;
    now.now_s = now_s();
    now.zone_distance_m = zone_watch_.distance_m();
    now.heading_in_permille = zone_watch_.permille();
    now.warned = zone_watch_.warned();
    now.motion = motion_;
    now.speed_mm_s = whereabouts_.speed_mm_s();
    now.battery_permille = health_.battery_permille();
    now.charge_today_nah = ledger_.charge_today_nah() + std::uint64_t{carried_uah_} * 1000;
    now.fix_age_s = whereabouts_.known() ? uptime_s_ - whereabouts_.fix_s() : 0;
    now.failed_fixes = failures_;
    return now;
  }

  // ---- what it does ----

  void take_window(const Input& input) {
    health_.saw_window();
    const Stir stir = axes_.push(input.spread);
    health_.flag_if(axes_.stuck() != 0 || input.spread.axes == 0, link::StatusError::accelerometer);
    tell_immobility(immobility_.window(uptime_s_, stir, immobility_limit_s()));
    // A model that learned from three axes says nothing about two.
    if (input.classified && axes_.stuck() == 0 && input.label < spec_.behaviours &&
        input.label < behaviours_max) {
      DayBudget finished;
      if (activity_.window(uptime_s_, local_s(), input.label, finished)) tell_budget(finished);
    } else {
      activity_.skip(uptime_s_);
    }
    const power::Motion motion = stir == Stir::unknown  ? power::Motion::unknown
                                 : stir == Stir::moving ? power::Motion::moving
                                                        : power::Motion::resting;
    if (motion == motion_) return;
    motion_ = motion;
    if (gps_on_ || !whereabouts_.known() || failures_ > 0) return;
    plan_ = scheduler_.plan(situation());
    const std::uint32_t due_s = whereabouts_.fix_s() + at_least_a_minute(plan_.fix_in_s);
    look_again_at(due_s > uptime_s_ ? due_s : uptime_s_);
  }

  std::uint32_t immobility_limit_s() const {
    return 60U * setting(link::SettingId::immobility_min);
  }

  void tell_immobility(ImmobilityEvent what) {
    if (what == ImmobilityEvent::none) return;
    link::Event event = placed_event(what == ImmobilityEvent::immobile ? link::EventKind::immobility
                                                                       : link::EventKind::movement);
    const std::uint32_t minutes = immobility_.told_s() / 60;
    event.still_min = static_cast<std::uint16_t>(minutes < 65'535 ? minutes : 65'535);
    teller_.event(event);
    remember();
  }

  void tell_budget(const DayBudget& day) {
    const std::uint32_t began_s =
        day.day * Activity::day_s - static_cast<std::uint32_t>(whereabouts_.solar_offset_s());
    teller_.budget(day, spec_.behaviours, began_s, clock_.is_set());
    remember();
  }

  // ---- what it hears ----

  void take_call(const Input& input) {
    if (input.score < settings()[link::SettingId::call_threshold] || input.label >= 32) return;
    if (!hearing_.tells_call()) return;
    link::Event event = placed_event(link::EventKind::call);
    event.call_class = input.label;
    event.score = input.score;
    event.duration_ds = input.duration_ds;
    const bool carries_clips = spec_.message_bytes >= link::clip_message_bytes;
    hearing_.told(static_cast<std::uint16_t>(uplinks_.next_sequence(store::Rank::event)),
                  carries_clips ? settings()[link::SettingId::clips_a_day] : 0);
    teller_.event(event);
  }

  // ---- how it is ----

  void take_battery(const Input& input) {
    if (!health_.take(input, settings()[link::SettingId::battery_low_mv])) return;
    link::Event event = lead_event(link::EventKind::battery_low);
    event.battery_mv = health_.battery_mv();
    event.battery_percent = static_cast<std::uint8_t>(health_.battery_permille() / 10);
    teller_.event(event);
  }

  void tell_status() {
    next_status_s_ = uptime_s_ + setting(link::SettingId::status_interval_s);
    // The first one, right after the start, cannot know.
    if (uptime_s_ > remember_every_s) {
      health_.look_for_silence(spec_.accelerometer, uplinks_.heard());
    }
    health_.flag_if(journal_.faulty() || uplinks_.outbox().corrupt_sectors() > 0,
                    link::StatusError::flash);
    health_.flag_if(!clock_.is_set(), link::StatusError::clock);
    health_.flag_if(zones().empty() || orders_.zones_rolled_back(), link::StatusError::zones);
    health_.flag_if(orders_.settings_rolled_back(), link::StatusError::settings);
    health_.flag_if(lost() > 0, link::StatusError::lost);

    link::Status status;
    status.lead = {0, clock_.is_set(), now_s()};
    status.full = true;
    status.firmware = spec_.firmware_version;
    status.model = spec_.model_version;
    status.zones = static_cast<std::uint16_t>(orders_.zones_version());
    status.settings = static_cast<std::uint16_t>(orders_.settings_version());
    status.waiting = at_most_4095(uplinks_.outbox().waiting());
    status.lost = at_most_4095(lost());
    status.boots = memory_.boots;
    health_.describe(ledger_, status);
    if (!teller_.status(status)) return;
    health_.told(ledger_, uplinks_.heard());
    orders_.forget_faults();
  }

  static std::uint16_t at_most_4095(std::uint32_t count) {
    return static_cast<std::uint16_t>(count < 4095 ? count : 4095);
  }

  void remember() {
    next_memory_s_ = uptime_s_ + remember_every_s;
    Memory now = memory_;
    now.clock_set = clock_.is_set();
    now.utc_s = now_s();
    now.lost = lost();
    now.still_s = immobility_.still_s();
    now.immobile = immobility_.immobile();
    now.charge_uah = static_cast<std::uint32_t>(ledger_.charge_today_nah() / 1000) + carried_uah_;
    now.solar_offset_s = whereabouts_.solar_offset_s();
    now.today = activity_.today();
    journal_.remember(now);
  }

  // ---- what it is told ----

  void take_downlink(std::span<const std::uint8_t> bytes) {
    const link::Settings before = settings();
    std::uint8_t frame[link::message_bytes_max];
    const auto taken = orders_.take(bytes, {frame, spec_.message_bytes});
    if (taken.zones) zone_watch_.use(zones());
    if (taken.settings) take_settings(before);
    if (taken.reply_bytes > 0) uplinks_.answer({frame, taken.reply_bytes});
  }

  void take_settings(const link::Settings& before) {
    scheduler_ = power::Scheduler(policy_of(spec_, settings()));
    for (const link::SettingId id : {link::SettingId::warning_probability_percent,
                                     link::SettingId::release_probability_percent}) {
      if (settings()[id] == before[id]) continue;
      zone_watch_.use(warning_spec(spec_.warning, settings()));
    }
    // Shorter intervals hold from now on, not after the longer ones that are under way.
    const std::uint32_t most = setting(link::SettingId::gps_interval_max_s);
    const std::uint32_t status = setting(link::SettingId::status_interval_s);
    if (next_fix_s_ > uptime_s_ + most) next_fix_s_ = uptime_s_ + most;
    if (next_status_s_ > uptime_s_ + status) next_status_s_ = uptime_s_ + status;
  }

  Spec spec_;
  Journal<Flash> journal_;
  Uplinks<Flash> uplinks_;
  Teller<Flash> teller_;
  Orders<Flash> orders_;
  ZoneWatch zone_watch_;
  Clock clock_;
  Whereabouts whereabouts_;
  Activity activity_;
  Axes axes_;
  Immobility immobility_;
  Hearing hearing_;
  Health health_;
  power::Ledger ledger_;
  power::Receiver gps_;
  power::Scheduler scheduler_;
  power::Plan plan_{};
  Memory memory_;  // as it was found at the start, with this one's number

  std::uint32_t uptime_s_ = 0;
  std::uint32_t next_fix_s_ = 0;
  std::uint32_t next_report_s_ = 0;
  std::uint32_t next_status_s_ = 0;
  std::uint32_t next_measure_s_ = 0;
  std::uint32_t next_memory_s_ = 0;
  std::uint32_t gps_since_s_ = 0;
  std::uint32_t charge_day_ = 0;
  std::uint32_t carried_uah_ = 0;  // of today, before the reset
  power::Motion motion_ = power::Motion::unknown;
  std::uint8_t failures_ = 0;  // of GPS, one after another
  bool refused_ = false;
  bool gps_on_ = false;
};

}  // namespace sengi::collar
