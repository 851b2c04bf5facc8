// SPDX-License-Identifier: Apache-2.0
#include "power/life.h"

#include <cmath>

#include "sengi/power/receiver.h"

namespace sengi::power {
namespace {

constexpr std::uint32_t gap_s = movement::EntryRule{}.longest_s;

// What a life spends, over the time between fixes and at each.
class Spending {
 public:
  Spending(const Equipment& equipment, Life& life)
      : equipment_(equipment), life_(life), receiver_(equipment.orbits_valid_s) {
    life.ledger = Ledger(equipment.currents);
  }

  void time(std::uint32_t seconds, double listening) {
    life_.ledger.spend_baseline(seconds);
    if (receiver_.ready()) life_.ledger.spend_backup(seconds);
    processor_ms_ += equipment_.accelerometer_service_ms(seconds);
    const double listened_s = seconds * listening;
    microphone_ms_ += 1000 * listened_s;
    processor_ms_ += listened_s * equipment_.listening_awake_permille;
    settle();
    life_.days += seconds / 86400.0;
    listened_s_ += listened_s;
    life_.listened_s = static_cast<std::uint64_t>(listened_s_);
  }

  void fix(std::uint32_t time_s) {
    life_.ledger.spend(Consumer::gps, receiver_.knows_orbits(time_s)
                                          ? equipment_.known_orbits_ms
                                          : equipment_.unknown_orbits_ms);
    receiver_.found(time_s);
  }
  void plan(std::uint32_t time_s, std::uint32_t fix_in_s) { receiver_.plan(time_s, fix_in_s); }

  void report() {
    life_.ledger.spend(Consumer::radio_send, equipment_.send_ms);
    life_.ledger.spend(Consumer::radio_listen, equipment_.receive_ms);
    ++life_.reports;
  }

 private:
  // Whole milliseconds go to the ledger, the rest waits.
  void settle() {
    const auto take = [&](Consumer consumer, double& ms) {
      const auto whole = static_cast<std::uint32_t>(ms);
      life_.ledger.spend(consumer, whole);
      ms -= whole;
    };
    take(Consumer::processor, processor_ms_);
    take(Consumer::microphone, microphone_ms_);
  }

  const Equipment& equipment_;
  Life& life_;
  Receiver receiver_;
  double processor_ms_ = 0, microphone_ms_ = 0, listened_s_ = 0;
};

}  // namespace

double Life::uah_a_day() const {
  return days <= 0 ? 0 : static_cast<double>(ledger.charge_nah()) / 1000 / days;
}
double Life::uah_a_day(Consumer consumer) const {
  return days <= 0 ? 0 : static_cast<double>(ledger.charge_nah(consumer)) / 1000 / days;
}

Life scheduled_life(const Ground& ground, const Equipment& equipment, const Policy& policy) {
  Life life;
  Spending spending(equipment, life);
  Scheduler scheduler(policy);
  movement::Watcher watcher(ground.zones, ground.kinds, ground.model, ground.spec);
  const std::vector<geo::Fix>& all = ground.track->fixes;
  std::uint32_t report_due_s = all.empty() ? 0 : all.front().time_s;
  for (std::size_t i = 0; i < all.size();) {
    const geo::Fix& fix = all[i];
    spending.fix(fix.time_s);
    const geo::ZoneReport report = watcher.push(fix);
    Situation now;
    now.now_s = fix.time_s;
    now.zone_distance_m = report.distance_m;
    now.heading_in_permille = report.permille;
    now.warned = report.state == geo::WarningState::heading_in;
    if (!life.fixes.empty() && fix.time_s - life.fixes.back().time_s <= gap_s) {
      const std::uint64_t way_mm =
          std::uint64_t{geo::distance_m(life.fixes.back().position, fix.position)} * 1000;
      now.speed_mm_s = static_cast<std::uint32_t>(way_mm / (fix.time_s - life.fixes.back().time_s));
    }
    now.charge_today_nah = life.ledger.charge_nah();
    life.fixes.push_back(fix);
    const Plan plan = scheduler.plan(now);
    spending.plan(fix.time_s, plan.fix_in_s);
    life.steps.push_back({report.distance_m, plan.fix_in_s, now.warned});
    // What is said of a zone goes out at once; positions with it, or when they are due.
    if (report.event != geo::WarningEvent::none || fix.time_s >= report_due_s) {
      spending.report();
      report_due_s = fix.time_s + plan.report_in_s;
    } else {
      report_due_s = std::min(report_due_s, fix.time_s + plan.report_in_s);
    }
    std::size_t next = i + 1;
    while (next < all.size() && all[next].time_s - fix.time_s < plan.fix_in_s) ++next;
    for (std::size_t k = i + 1; k <= next && k < all.size(); ++k) {
      const std::uint32_t step_s = all[k].time_s - all[k - 1].time_s;
      if (step_s <= gap_s) spending.time(step_s, plan.listen_permille / 1000.0);
    }
    i = next;
  }
  life.watch = watcher.finish(all.empty() ? 0 : all.back().time_s);
  return life;
}

Life fixed_life(const Ground& ground, const Equipment& equipment, std::uint32_t interval_s,
                double reports_a_day, double listening) {
  Life life;
  Spending spending(equipment, life);
  const movement::Track taken = movement::resampled(*ground.track, interval_s);
  life.fixes = taken.fixes;
  life.watch = movement::watch(taken, ground.zones, ground.kinds, ground.model, ground.spec);
  const std::vector<geo::Fix>& all = ground.track->fixes;
  std::size_t next = 0;
  const auto take_until = [&](std::uint32_t time_s) {
    for (; next < taken.fixes.size() && taken.fixes[next].time_s <= time_s; ++next) {
      spending.fix(taken.fixes[next].time_s);
      spending.plan(taken.fixes[next].time_s, interval_s);
    }
  };
  for (std::size_t i = 1; i < all.size(); ++i) {
    take_until(all[i - 1].time_s);
    const std::uint32_t step_s = all[i].time_s - all[i - 1].time_s;
    if (step_s <= gap_s) spending.time(step_s, listening);
  }
  if (!all.empty()) take_until(all.back().time_s);
  const auto reports = static_cast<std::uint64_t>(std::llround(reports_a_day * life.days));
  while (life.reports < reports) spending.report();
  return life;
}

}  // namespace sengi::power
