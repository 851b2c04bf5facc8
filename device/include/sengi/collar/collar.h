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
#include "sengi/collar/immobility.h"
#include "sengi/collar/input.h"
#include "sengi/collar/spec.h"
#include "sengi/collar/teller.h"
#include "sengi/collar/zone_watch.h"
#include "sengi/geo/habit.h"
#include "sengi/geo/zones_check.h"
#include "sengi/link/keys.h"
#include "sengi/link/receiver.h"
#include "sengi/power/receiver.h"
#include "sengi/power/scheduler.h"

namespace sengi::collar {

template <typename Flash>
class Collar {
 public:
  // The flash and what `spec` points at outlive this.
  Collar(Flash& flash, const Spec& spec)
      : flash_(&flash),
        spec_(spec),
        journal_(flash, spec.layout.journal),
        uplinks_(flash, store::OutboxLayout::of(spec.layout.messages), spec.radio),
        teller_(uplinks_, journal_, spec.message_bytes),
        settings_copies_(flash, spec.layout.settings, spec.settings_copies),
        zone_copies_(flash, spec.layout.zones, spec.zone_copies),
        receiver_(flash, settings_copies_, zone_copies_),
        zone_watch_({}, *spec.approach, spec.warning),
        activity_(2 * spec.window_every_s),
        axes_(spec.still_below),
        immobility_(spec.accelerometer, spec.accelerometer ? 2 * spec.window_every_s : 24U * 3600U),
        ledger_(spec.currents),
        gps_(spec.orbits_valid_s),
        scheduler_(policy()) {}
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
    start_copies(cause);
    ++memory_.boots;
    clock_.guess(0, utc_s > memory_.utc_s ? utc_s : memory_.utc_s);
    if (remembered) {
      activity_.resume(memory_.today);
      immobility_.resume(memory_.still_s, memory_.immobile);
      solar_offset_s_ = memory_.solar_offset_s;
    }
    charge_day_ = local_s() / Activity::day_s;
    carried_uah_ = memory_.charge_uah;
    take_settings();
    zone_watch_.use(warning_spec(spec_.warning, settings_));
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
        listening_ = false;
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
  bool wants_clip() const { return clip_wanted_; }
  std::uint16_t clip_number() const { return clip_number_; }
  bool keep_piece(std::span<const std::uint8_t> piece) { return teller_.clip_piece(piece); }
  void clip_kept() { clip_wanted_ = false; }

  // For reports and tests.
  const power::Ledger& ledger() const { return ledger_; }
  const Clock& clock() const { return clock_; }
  const link::Settings& settings() const { return settings_; }
  const geo::Zones& zones() const { return zones_; }
  Uplinks<Flash>& uplinks() { return uplinks_; }
  std::size_t fixes_waiting() const { return journal_.waiting().size(); }
  std::uint32_t lost() const { return memory_.lost + teller_.lost(); }
  std::uint16_t boots() const { return memory_.boots; }

 private:
  static constexpr std::uint32_t never = Uplinks<Flash>::never;
  static constexpr std::uint32_t remember_every_s = 3600;
  static constexpr std::uint32_t measure_every_s = 3600;
  static constexpr std::uint8_t calls_an_hour = 12;

  static Todo refusal() {
    Todo todo;
    todo.refused = true;
    todo.wake_s = never;
    return todo;
  }

  std::uint32_t now_s() const { return clock_.now_s(uptime_s_); }
  std::uint32_t local_s() const { return now_s() + static_cast<std::uint32_t>(solar_offset_s_); }

  link::Event lead_event(link::EventKind kind) const {
    link::Event event;
    event.lead = {0, clock_.is_set(), now_s()};
    event.kind = kind;
    return event;
  }
  link::Event placed_event(link::EventKind kind) const {
    link::Event event = lead_event(kind);
    event.has_position = has_fix_;
    event.position = {now_s(), position_.latitude_e7, position_.longitude_e7, clock_.is_set()};
    return event;
  }

  void flag(link::StatusError error) {
    errors_ = static_cast<std::uint16_t>(errors_ | static_cast<std::uint16_t>(error));
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
    if (listening_ && uptime_s_ >= listen_until_s_ + 60) listening_ = false;
    if (!gps_on_ && uptime_s_ >= next_fix_s_) {
      gps_on_ = true;
      gps_since_s_ = uptime_s_;
      todo.fix_for_s = spec_.fix_for_s;
    }
    if (uptime_s_ >= next_measure_s_) {
      next_measure_s_ = uptime_s_ + measure_every_s;
      calls_ = 0;
      todo.measure = true;
    }
    if (uptime_s_ >= next_status_s_ && !todo.measure && measured_) tell_status();
    listen(todo);
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
    if (measured_) earlier(next_status_s_);
    earlier(uplinks_.wake_s());
    if (spec_.microphone && plan_.listen_permille > 0) {
      earlier(listening_ ? listen_until_s_ + 60 : next_listen_s_);
    }
    return wake > uptime_s_ ? wake : uptime_s_ + 1;
  }

  // Fitted into the time of day at once, in case the clock is set or leaps.
  void end_day() {
    DayBudget finished;
    if (activity_.turn(uptime_s_, local_s(), finished)) tell_budget(finished);
    const std::uint32_t day = local_s() / Activity::day_s;
    if (day == charge_day_) return;
    charge_day_ = day;
    clips_ = 0;
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
        flag(link::StatusError::clock);
        break;
      case TimeTaken::first:
      case TimeTaken::agreed:
        break;
    }
    if (!clock_.is_set()) return take_no_fix(0);
    failures_ = 0;
    fix_seen_ = true;
    gps_.found(uptime_s_);
    const geo::Fix fix{now_s(), input.position};
    measure_speed(fix);
    settle_solar_time(fix);
    if (!journal_.keep({fix.time_s, fix.position.latitude_e7, fix.position.longitude_e7, true})) {
      teller_.count_lost();
    }
    if (journal_.waiting().size() + 2 > Journal<Flash>::fixes_max) teller_.positions(true);
    zone_watch_.push(fix, horizon_min(), [&](link::Event event) {
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
    if (failures_ >= 3) flag(link::StatusError::gps);
  }

  // At its highest the setting holds nothing back.
  std::uint32_t horizon_min() const {
    constexpr auto id = link::SettingId::warning_horizon_min;
    constexpr std::uint32_t any_min = 1'000'000;
    const std::int32_t minutes = settings_[id];
    const std::int32_t highest = link::setting_bounds[static_cast<std::size_t>(id) - 1].highest;
    return minutes == highest ? any_min : static_cast<std::uint32_t>(minutes);
  }

  void gps_done(std::uint32_t spent_ms) {
    ledger_.spend(power::Consumer::gps, spent_ms);
    gps_on_ = false;
  }

  void look_again_at(std::uint32_t next_fix_s) {
    next_fix_s_ = next_fix_s;
    gps_.plan(uptime_s_, next_fix_s_ - uptime_s_);
  }

  static std::uint32_t at_least_a_minute(std::uint32_t seconds) {
    return seconds < 60 ? 60 : seconds;
  }

  void measure_speed(const geo::Fix& fix) {
    const std::uint32_t passed_s = uptime_s_ - fix_s_;
    speed_mm_s_ = 0;
    if (has_fix_ && passed_s > 0) {
      const std::uint64_t mm = std::uint64_t{geo::distance_m(position_, fix.position)} * 1000;
      const std::uint64_t speed = mm / passed_s;
      speed_mm_s_ = static_cast<std::uint32_t>(speed < 20'000 ? speed : 20'000);
    }
    has_fix_ = true;
    fix_s_ = uptime_s_;
    position_ = fix.position;
  }

  // Local time is the mean sun's, from the first fix on and moved at midnights alone, so that a day
  // has one beginning.
  void settle_solar_time(const geo::Fix& fix) {
    const std::uint32_t day = local_s() / Activity::day_s;
    if (solar_set_ && day == solar_day_) return;
    // Within half a day either way of the time in London.
    const std::uint32_t ahead =
        (geo::Habit::solar_s(fix) + Activity::day_s - fix.time_s % Activity::day_s) %
        Activity::day_s;
    solar_offset_s_ =
        static_cast<std::int32_t>(ahead) -
        (ahead > Activity::day_s / 2 ? static_cast<std::int32_t>(Activity::day_s) : 0);
    solar_set_ = true;
    solar_day_ = local_s() / Activity::day_s;
  }

  power::Situation situation() const {
    power::Situation now;
    now.now_s = now_s();
    now.zone_distance_m = zone_watch_.distance_m();
    now.heading_in_permille = zone_watch_.permille();
    now.warned = zone_watch_.warned();
    now.motion = motion_;
    now.speed_mm_s = speed_mm_s_;
    now.battery_permille = battery_permille_;
    now.charge_today_nah = ledger_.charge_today_nah() + std::uint64_t{carried_uah_} * 1000;
    now.fix_age_s = has_fix_ ? uptime_s_ - fix_s_ : 0;
    now.failed_fixes = failures_;
    return now;
  }

  // ---- what it does ----

  void take_window(const Input& input) {
    window_seen_ = true;
    const Stir stir = axes_.push(input.spread);
    if (axes_.stuck() != 0 || input.spread.axes == 0) flag(link::StatusError::accelerometer);
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
    if (gps_on_ || !has_fix_ || failures_ > 0) return;
    plan_ = scheduler_.plan(situation());
    const std::uint32_t due_s = fix_s_ + at_least_a_minute(plan_.fix_in_s);
    look_again_at(due_s > uptime_s_ ? due_s : uptime_s_);
  }

  std::uint32_t immobility_limit_s() const {
    return 60U * static_cast<std::uint32_t>(settings_[link::SettingId::immobility_min]);
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
        day.day * Activity::day_s - static_cast<std::uint32_t>(solar_offset_s_);
    teller_.budget(day, spec_.behaviours, began_s, clock_.is_set());
    remember();
  }

  // ---- what it hears ----

  void listen(Todo& todo) {
    if (!spec_.microphone || listening_ || plan_.listen_permille == 0) return;
    if (uptime_s_ < next_listen_s_) return;
    const auto period = static_cast<std::uint32_t>(settings_[link::SettingId::listen_period_s]);
    const std::uint32_t on_s = period * plan_.listen_permille / 1000;
    next_listen_s_ = uptime_s_ + period;
    if (on_s == 0) return;
    todo.listen_for_s = static_cast<std::uint16_t>(on_s < 3600 ? on_s : 3600);
    listening_ = true;
    listen_until_s_ = uptime_s_ + todo.listen_for_s;
  }

  void take_call(const Input& input) {
    if (input.score < settings_[link::SettingId::call_threshold] || input.label >= 32) return;
    if (calls_ >= calls_an_hour) return;  // a herd that rumbles all night is no news, and costs
    ++calls_;
    link::Event event = placed_event(link::EventKind::call);
    event.call_class = input.label;
    event.score = input.score;
    event.duration_ds = input.duration_ds;
    clip_number_ = static_cast<std::uint16_t>(uplinks_.next_sequence(store::Rank::event));
    teller_.event(event);
    clip_wanted_ = clips_ < settings_[link::SettingId::clips_a_day] &&
                   spec_.message_bytes >= link::clip_message_bytes;
    if (clip_wanted_) ++clips_;
  }

  // ---- how it is ----

  void take_battery(const Input& input) {
    measured_ = true;
    battery_mv_ = input.battery_mv < 8190 ? input.battery_mv : std::uint16_t{8190};
    battery_permille_ =
        input.battery_permille < 1000 ? input.battery_permille : std::uint16_t{1000};
    temperature_c_ = input.temperature_c;
    const std::int32_t low_mv = settings_[link::SettingId::battery_low_mv];
    if (battery_mv_ >= low_mv + 100) battery_low_ = false;
    if (battery_low_ || battery_mv_ >= low_mv) return;
    battery_low_ = true;
    link::Event event = lead_event(link::EventKind::battery_low);
    event.battery_mv = battery_mv_;
    event.battery_percent = static_cast<std::uint8_t>(battery_permille_ / 10);
    teller_.event(event);
  }

  void tell_status() {
    next_status_s_ =
        uptime_s_ + static_cast<std::uint32_t>(settings_[link::SettingId::status_interval_s]);
    // The first one, right after the start, cannot know.
    if (uptime_s_ > remember_every_s) {
      if (!fix_seen_) flag(link::StatusError::gps);
      if (spec_.accelerometer && !window_seen_) flag(link::StatusError::accelerometer);
      if (uplinks_.heard() == heard_before_) flag(link::StatusError::radio);
    }
    if (journal_.faulty() || uplinks_.outbox().corrupt_sectors() > 0) {
      flag(link::StatusError::flash);
    }
    if (!clock_.is_set()) flag(link::StatusError::clock);
    if (zones_.empty() || zones_rolled_back_) flag(link::StatusError::zones);
    if (settings_rolled_back_) flag(link::StatusError::settings);
    if (lost() > 0) flag(link::StatusError::lost);

    link::Status status;
    status.lead = {0, clock_.is_set(), now_s()};
    status.battery_mv = battery_mv_;
    status.temperature_c = temperature_c_;
    status.errors = errors_;
    status.full = true;
    status.firmware = spec_.firmware_version;
    status.model = spec_.model_version;
    status.zones = static_cast<std::uint16_t>(zone_version_);
    status.settings = static_cast<std::uint16_t>(
        settings_copies_.in_use().ok ? settings_copies_.in_use().version : 0);
    status.waiting = at_most_4095(uplinks_.outbox().waiting());
    status.lost = at_most_4095(lost());
    status.boots = memory_.boots;
    status.states = power::consumers;
    std::uint64_t spent_uah[power::consumers];
    for (std::size_t i = 0; i < power::consumers; ++i) {
      spent_uah[i] = ledger_.charge_nah(static_cast<power::Consumer>(i)) / 1000;
      const std::uint64_t since = spent_uah[i] - told_uah_[i];
      status.charge_uah[i] = static_cast<std::uint32_t>(since < 655'350 ? since : 655'350);
    }
    if (!teller_.status(status)) return;
    for (std::size_t i = 0; i < power::consumers; ++i) told_uah_[i] = spent_uah[i];
    errors_ = 0;
    fix_seen_ = window_seen_ = false;
    heard_before_ = uplinks_.heard();
    zones_rolled_back_ = settings_rolled_back_ = false;
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
    now.solar_offset_s = solar_offset_s_;
    now.today = activity_.today();
    journal_.remember(now);
  }

  // ---- what it is told ----

  void take_downlink(std::span<const std::uint8_t> bytes) {
    const std::uint32_t zones_before = zone_copies_.in_use().version;
    const std::uint32_t settings_before = settings_copies_.in_use().version;
    const link::Reply reply =
        receiver_.handle(bytes, [&](link::BlobKind kind, const store::Blob& blob) {
          return kind != link::BlobKind::zones || are_zones(blob);
        });
    if (zone_copies_.in_use().version != zones_before) take_zones();
    if (settings_copies_.in_use().version != settings_before) take_settings();
    std::uint8_t frame[link::message_bytes_max];
    link::Reply numbered = reply;
    numbered.sequence = reply_sequence_++;
    const link::Encoded made = link::encode_reply(numbered, {frame, spec_.message_bytes});
    if (made.error == link::Error::none) uplinks_.answer({frame, made.bytes});
  }

  bool are_zones(const store::Blob& blob) const {
    const std::span<const std::uint8_t> bytes = flash_->view(blob.at, blob.length);
    return !bytes.empty() && geo::check(bytes) == geo::ZonesFault::none;
  }

  // A watchdog's bite is laid to what is on trial.
  void start_copies(link::ResetCause cause) {
    settings_copies_.start();
    zone_copies_.start();
    if (cause == link::ResetCause::watchdog || cause == link::ResetCause::lockup) {
      settings_rolled_back_ = settings_copies_.roll_back();
      zones_rolled_back_ = zone_copies_.roll_back();
    }
    take_zones();
  }

  void take_zones() {
    const store::Blob& blob = zone_copies_.in_use();
    if (blob.ok && are_zones(blob)) {
      zones_ = geo::Zones(flash_->view(blob.at, blob.length));
      zone_version_ = blob.version;
    } else if (geo::check(spec_.factory_zones) == geo::ZonesFault::none) {
      zones_ = geo::Zones(spec_.factory_zones);
      zone_version_ = 0;
    } else {
      zones_ = {};
      zone_version_ = 0;
    }
    zone_watch_.use(zones_);
  }

  void take_settings() {
    const link::Settings before = settings_;
    settings_ = receiver_.settings();
    scheduler_ = power::Scheduler(policy());
    for (const link::SettingId id : {link::SettingId::warning_probability_percent,
                                     link::SettingId::release_probability_percent}) {
      if (settings_[id] == before[id]) continue;
      zone_watch_.use(warning_spec(spec_.warning, settings_));
    }
    // Shorter intervals hold from now on, not after the longer ones that are under way.
    const auto most = static_cast<std::uint32_t>(settings_[link::SettingId::gps_interval_max_s]);
    const auto status = static_cast<std::uint32_t>(settings_[link::SettingId::status_interval_s]);
    if (next_fix_s_ > uptime_s_ + most) next_fix_s_ = uptime_s_ + most;
    if (next_status_s_ > uptime_s_ + status) next_status_s_ = uptime_s_ + status;
  }

  power::Policy policy() const {
    const auto value = [&](link::SettingId id) {
      return static_cast<std::uint32_t>(settings_[id]);
    };
    power::Policy policy;
    policy.daily_budget_uah = value(link::SettingId::daily_charge_uah);
    policy.fix_least_s = value(link::SettingId::gps_interval_min_s);
    policy.fix_most_s = value(link::SettingId::gps_interval_max_s);
    // Four times as often where there is something to tell, a sixth as often where there is not.
    policy.report_least_s = at_least_a_minute(value(link::SettingId::report_interval_s) / 4);
    policy.report_most_s = 6 * value(link::SettingId::report_interval_s);
    policy.listen_least_permille = 0;
    policy.use(
        spec_.currents, spec_.fix_ms,
        (link::uplink_us(spec_.radio.region, spec_.radio.data_rate, spec_.message_bytes) + 999) /
            1000,
        spec_.receive_ms, spec_.listening_awake_permille);
    policy.listen_most_permille = static_cast<std::uint16_t>(
        1000 * value(link::SettingId::listen_on_s) / value(link::SettingId::listen_period_s));
    return policy;
  }

  Flash* flash_;
  Spec spec_;
  link::Settings settings_;
  Journal<Flash> journal_;
  Uplinks<Flash> uplinks_;
  Teller<Flash> teller_;
  store::Copies<Flash> settings_copies_;
  store::Copies<Flash> zone_copies_;
  link::Receiver<Flash> receiver_;
  geo::Zones zones_;
  ZoneWatch zone_watch_;
  Clock clock_;
  Activity activity_;
  Axes axes_;
  Immobility immobility_;
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
  std::uint32_t next_listen_s_ = 0;
  std::uint32_t listen_until_s_ = 0;
  std::uint32_t gps_since_s_ = 0;

  geo::Position position_{};
  std::uint32_t fix_s_ = 0;  // uptime of it
  std::uint32_t speed_mm_s_ = 0;
  std::int32_t solar_offset_s_ = 0;
  std::uint32_t solar_day_ = 0;
  power::Motion motion_ = power::Motion::unknown;

  std::uint32_t charge_day_ = 0;
  std::uint32_t carried_uah_ = 0;  // of today, before the reset
  std::uint64_t told_uah_[power::consumers] = {};

  std::uint32_t zone_version_ = 0;
  std::uint32_t heard_before_ = 0;
  std::uint16_t battery_mv_ = 0;
  std::uint16_t battery_permille_ = 1000;
  std::int16_t temperature_c_ = 0;
  std::uint16_t errors_ = 0;
  std::uint8_t failures_ = 0;  // of GPS, one after another
  std::uint8_t calls_ = 0;     // told of in this hour
  std::uint8_t clips_ = 0;     // of today
  std::uint16_t clip_number_ = 0;
  bool clip_wanted_ = false;
  std::uint8_t reply_sequence_ = 0;
  bool refused_ = false;
  bool has_fix_ = false;
  bool fix_seen_ = false;  // since the last status; and so is the next
  bool window_seen_ = false;
  bool solar_set_ = false;
  bool gps_on_ = false;
  bool listening_ = false;
  bool measured_ = false;
  bool battery_low_ = false;
  bool zones_rolled_back_ = false;
  bool settings_rolled_back_ = false;
};

}  // namespace sengi::collar
