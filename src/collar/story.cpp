// SPDX-License-Identifier: Apache-2.0
#include "collar/story.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <numeric>

#include "base/text.h"
#include "collar/story_parts.h"

namespace sengi::collar {
namespace {

using link::EventKind;

std::string zone_name(std::uint16_t id, const Parts& parts) {
  for (const zones::ZoneArea& zone : parts.zones.zones) {
    if (zone.id != id) continue;
    return fmt::format("{} ({})", zone.name.empty() ? fmt::format("zone {}", id) : zone.name,
                       zones::words_of_kinds(zone.kinds));
  }
  return fmt::format("zone {}", id);
}

std::string call_name(std::uint8_t label, const Parts& parts) {
  if (parts.ear && label < parts.ear->labels().size()) return parts.ear->labels()[label];
  return fmt::format("of class {}", label);
}

std::string how_long(std::uint32_t minutes) {
  return minutes < 120 ? fmt::format("{} min", minutes)
                       : fmt::format("{} h {:02} min", minutes / 60, minutes % 60);
}

const char* cause_words(link::ResetCause cause) {
  switch (cause) {
    case link::ResetCause::unknown:
      return "for an unknown reason";
    case link::ResetCause::power_on:
      return "with a fresh battery";
    case link::ResetCause::brown_out:
      return "after a brown-out";
    case link::ResetCause::watchdog:
      return "by the watchdog";
    case link::ResetCause::software:
      return "by itself";
    case link::ResetCause::pin:
      return "by its switch";
    case link::ResetCause::lockup:
      return "after a fault";
  }
  return "";
}

}  // namespace

const std::vector<Monitor>& monitors() {
  static const std::vector<Monitor> all = {{"ZoneWatch::push", "risk and conflict"},
                                           {"Behaviour::judge", "activity"},
                                           {"Ear::push_hop", "listening, its front end"},
                                           {"Ear::decide", "listening, its network"},
                                           {"::step(", "all that happens"}};
  return all;
}

std::vector<std::string> monitor_functions() {
  std::vector<std::string> names;
  for (const Monitor& monitor : monitors()) names.emplace_back(monitor.function);
  return names;
}

std::vector<Moment> moments_of(const Life& life) {
  std::map<std::string, Moment> by_bytes;
  for (const Sent& sent : life.sent) {
    const auto uplink = link::decode_uplink(sent.bytes, sent.port);
    const auto* event = uplink.ok() ? std::get_if<link::Event>(&uplink.value()) : nullptr;
    if (event == nullptr) continue;
    Moment& moment = by_bytes[std::string(sent.bytes.begin(), sent.bytes.end())];
    if (event->lead.clock_set) moment.time_s = event->lead.time_s;
    moment.event = *event;
    if (sent.heard && moment.heard_s == 0) moment.heard_s = sent.time_s;
    // Before its first fix a collar can only guess; the network knows when it heard of it.
    if (!event->lead.clock_set) moment.time_s = sent.time_s;
  }
  std::vector<Moment> moments;
  for (auto& [bytes, moment] : by_bytes) moments.push_back(moment);
  std::stable_sort(moments.begin(), moments.end(),
                   [](const Moment& a, const Moment& b) { return a.time_s < b.time_s; });
  return moments;
}

std::string words_of(const Moment& moment, const Parts& parts) {
  const link::Event& event = moment.event;
  switch (event.kind) {
    case EventKind::zone_warning:
      return fmt::format(
          "WARNING  heading into {}, {} % sure{}", zone_name(event.zone, parts),
          event.probability_percent,
          event.minutes_to_entry == 255
              ? std::string()
              : fmt::format(", straight on in {}", how_long(event.minutes_to_entry)));
    case EventKind::zone_entry:
      return "ENTERED  " + zone_name(event.zone, parts);
    case EventKind::zone_exit:
      return "left     " + zone_name(event.zone, parts);
    case EventKind::immobility:
      return "IMMOBILE has not moved for " + how_long(event.still_min);
    case EventKind::movement:
      return "moves    again, after " + how_long(event.still_min);
    case EventKind::call:
      return fmt::format("call     {}, {:.1f} s, {:.0f} % sure", call_name(event.call_class, parts),
                         event.duration_ds / 10.0, event.score / 2.55);
    case EventKind::battery_low:
      return fmt::format("BATTERY  low: {:.2f} V, {} %", event.battery_mv / 1000.0,
                         event.battery_percent);
    case EventKind::reset:
      return fmt::format("start    number {}, {}", event.boots, cause_words(event.cause));
  }
  return "";
}

std::vector<Day> days_of(const Life& life) {
  std::map<std::uint32_t, Day> days;
  for (const Sent& sent : life.sent) {
    const auto uplink = link::decode_uplink(sent.bytes, sent.port);
    const auto* budget = uplink.ok() ? std::get_if<link::Budget>(&uplink.value()) : nullptr;
    if (budget == nullptr || !sent.heard) continue;
    Day& day = days[budget->lead.time_s];
    day.began_s = budget->lead.time_s;
    day.minutes.resize(std::max<std::size_t>(day.minutes.size(), budget->first + budget->count));
    for (std::size_t i = 0; i < budget->count; ++i) {
      day.minutes[budget->first + i] = budget->minutes[i];
    }
  }
  std::vector<Day> list;
  for (auto& [began, day] : days) list.push_back(std::move(day));
  return list;
}

double microamp_hours(const Story& story) {
  const auto& charge = story.life.report.charge_uah;
  return std::accumulate(std::begin(charge), std::end(charge), 0.0);
}

double battery_days(const Story& story) {
  const double days = (story.life.to_s - story.life.from_s) / 86'400.0;
  const double used = microamp_hours(story);
  return used > 0 && days > 0 ? story.battery_mah * 1000 * days / used : 0;
}

std::string timeline(const Story& story) {
  std::string text;
  for (const Moment& moment : moments_of(story.life)) {
    std::string late = ", never heard";
    if (moment.heard_s != 0) {
      const std::uint32_t after_min =
          moment.heard_s > moment.time_s ? (moment.heard_s - moment.time_s) / 60 : 0;
      late = after_min < 10 ? "" : ", heard " + how_long(after_min) + " later";
    }
    text += fmt::format("{}  {}{}\n", movement::time_text(moment.time_s),
                        words_of(moment, *story.parts), late);
  }
  return text;
}

std::string figures(const Story& story) {
  const Life& life = story.life;
  const double days = (life.to_s - life.from_s) / 86'400.0;
  std::map<std::uint8_t, std::size_t> by_port;
  std::size_t heard = 0;
  for (const Sent& sent : life.sent) {
    ++by_port[sent.port];
    heard += sent.heard ? 1 : 0;
  }
  std::string text = fmt::format(
      "{:.1f} days on {} in {:.1f} s, {:.0f} times as fast\n"
      "GPS      {} positions, {} tries\n"
      "radio    {} sent, {} heard: {} of events, {} of positions, {} of days, {} of status; "
      "{:.1f} s in the air a day\n",
      days, story.board, story.took_s, (life.to_s - life.from_s) / std::max(story.took_s, 1e-3),
      with_thousands(life.fixes.size()), with_thousands(life.asked),
      with_thousands(life.sent.size()), with_thousands(heard), by_port[24],
      by_port[23] + by_port[8], by_port[25], by_port[26],
      static_cast<double>(life.airtime_us) / 1e6 / days);
  if (story.parts->model && life.windows > 0) {
    text += fmt::format("windows  {} of the accelerometer", with_thousands(life.windows));
    for (std::size_t i = 0; i < story.parts->model->labels().size(); ++i) {
      text += fmt::format("{} {} {:.0f} %", i == 0 ? ":" : ",", story.parts->model->labels()[i],
                          100.0 * life.labels[i] / life.windows);
    }
    text += "\n";
  }
  text += fmt::format(
      "charge   {:.1f} mAh a day, so {:.0f} days from {} mAh, before what the cell "
      "loses by itself:",
      microamp_hours(story) / 1000 / days, battery_days(story),
      with_thousands(static_cast<std::uint64_t>(story.battery_mah)));
  for (std::size_t i = 0; i < power::consumers; ++i) {
    text += fmt::format("{} {} {:.0f} %", i == 0 ? "" : ",", power::consumer_names[i],
                        100.0 * life.report.charge_uah[i] / std::max(microamp_hours(story), 1.0));
  }
  text += fmt::format("\nflash    {} sectors erased, {} bytes written\n",
                      with_thousands(life.report.erasures), with_thousands(life.report.programmed));
  if (!story.sections) return text;
  const emulate::Sections& s = *story.sections;
  text += fmt::format(
      "program  {} bytes of flash; RAM: {} the collar, {} all that is static, {} the network's "
      "arena, {} the stack's peak\n",
      with_thousands(s.flash_code_bytes + s.flash_const_bytes),
      with_thousands(life.report.collar_bytes), with_thousands(s.static_bytes),
      with_thousands(s.arena_bytes), with_thousands(story.run.stack_bytes));
  text += fmt::format("sleep    the processor slept {} times and was woken by {} interrupts\n",
                      with_thousands(life.report.sleeps), with_thousands(life.report.wakes));
  for (const emulate::FunctionCost& cost : story.run.functions) {
    const auto monitor = std::find_if(monitors().begin(), monitors().end(),
                                      [&](const Monitor& m) { return cost.name == m.function; });
    if (monitor == monitors().end() || cost.calls == 0) continue;
    text += fmt::format("cycles   {}: {} calls of {} instructions and {} cycles\n", monitor->title,
                        with_thousands(cost.calls), with_thousands(cost.instructions / cost.calls),
                        with_thousands(cost.cycles / cost.calls));
  }
  return text;
}

}  // namespace sengi::collar
