// SPDX-License-Identifier: Apache-2.0
#include "base/progress.h"

#include <fmt/format.h>
#include <signal.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <cmath>
#include <cstdint>
#include <cstdio>
#include <nlohmann/json.hpp>

namespace sengi {
namespace {

using Clock = std::chrono::steady_clock;

enum class Style : std::uint8_t { people, programs, silent };
std::atomic<Style> style = Style::people;
volatile sig_atomic_t interrupt_came = 0;

void on_interrupt(int) { interrupt_came = 1; }

// "42 s", "3 min 05 s", "1 h 12 min"
std::string duration(double seconds) {
  const long whole = std::max(0L, std::lround(seconds));
  if (whole < 60) return fmt::format("{} s", whole);
  if (whole < 3600) return fmt::format("{} min {:02} s", whole / 60, whole % 60);
  return fmt::format("{} h {:02} min", whole / 3600, whole / 60 % 60);
}

double seconds_between(Clock::time_point from, Clock::time_point to) {
  return std::chrono::duration<double>(to - from).count();
}

// The first steps also warm up: reckoning by them would promise hours.
constexpr double warm = 0.01;

double share_of(std::size_t done, std::size_t total) {
  return total == 0 ? 1.0 : static_cast<double>(done) / static_cast<double>(total);
}

}  // namespace

Progress::Progress(std::string title, std::size_t total)
    : title_(std::move(title)),
      total_(total),
      terminal_(::isatty(STDERR_FILENO) == 1),
      start_(Clock::now()),
      drawn_(start_) {}

Progress::~Progress() { draw(true); }

void Progress::advance(std::size_t steps) {
  const std::lock_guard lock(mutex_);
  const bool first = done_ == 0;
  done_ = std::min(total_, done_ + steps);
  const double since = seconds_between(drawn_, Clock::now());
  if (style == Style::programs ? first || since > 1 : since > (terminal_ ? 0.1 : 10.0)) draw(false);
}

void Progress::note(std::string words) {
  const std::lock_guard lock(mutex_);
  note_ = std::move(words);
}

void Progress::draw(bool last) {
  if (style == Style::silent) return;
  drawn_ = Clock::now();
  const double spent = seconds_between(start_, drawn_);
  if (style == Style::programs) {
    fmt::print(stderr, "{}\n", line_for_programs(spent, last));
  } else if (terminal_) {
    fmt::print(stderr, "\r{}\x1b[K{}", line_for_people(spent, last), last ? "\n" : "");
  } else {
    fmt::print(stderr, "{}\n", line_for_people(spent, last));
  }
  std::fflush(stderr);
}

std::string Progress::line_for_people(double spent, bool last) const {
  const double share = share_of(done_, total_);
  std::string line = fmt::format("{:<26}", title_);
  if (terminal_) {
    constexpr int width = 24;
    const int full = static_cast<int>(share * width);
    for (int i = 0; i < width; ++i) line += i < full ? "█" : "░";
  }
  line += fmt::format(" {:3.0f} %  {}/{}", 100 * share, done_, total_);
  if (last) {
    line += "  in " + duration(spent);
  } else if (share >= warm) {
    line += "  " + duration(spent / share - spent) + " left";
  }
  if (!note_.empty()) line += "  " + note_;
  return line;
}

std::string Progress::line_for_programs(double spent, bool last) const {
  const double share = share_of(done_, total_);
  nlohmann::ordered_json json = {{"event", "progress"},
                                 {"title", title_},
                                 {"done", done_},
                                 {"total", total_},
                                 {"seconds", spent}};
  json["seconds_left"] = share >= warm ? nlohmann::ordered_json(spent / share - spent) : nullptr;
  json["note"] = note_;
  json["ended"] = last;
  return json.dump(-1, ' ', /*ensure_ascii=*/false, nlohmann::json::error_handler_t::replace);
}

void silence_progress() { style = Style::silent; }
void write_progress_as_json() { style = Style::programs; }

void tell_event(const std::string& json) {
  if (style == Style::programs) fmt::print(stderr, "{}\n", json);
}

void watch_for_interrupt() {
  struct sigaction action {};
  action.sa_handler = on_interrupt;
  action.sa_flags = static_cast<int>(SA_RESETHAND);
  ::sigaction(SIGINT, &action, nullptr);
  ::sigaction(SIGTERM, &action, nullptr);
}

bool interrupted() { return interrupt_came != 0; }

}  // namespace sengi
