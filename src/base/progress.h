// SPDX-License-Identifier: Apache-2.0
// A line on standard error that says how far a long work is and how long it will still take.
//
//   Progress progress("synthesising speech", clips.size());
//   for (...) { ...; progress.advance(); }
//
// On a terminal the line is redrawn in place; elsewhere (a log) a new line is printed at most every
// ten seconds. For another program (--json) each is a JSON object on a line of its own, at most one
// a second beside the first and the last:
//
//   {"event":"progress","title":"training","done":120,"total":4800,"seconds":3.1,
//    "seconds_left":121.2,"note":"validation 87.2 %","ended":false}
// Thread rule: advance() may be called from any thread.
#pragma once

#include <chrono>
#include <cstddef>
#include <mutex>
#include <string>

namespace sengi {

class Progress {
 public:
  Progress(std::string title, std::size_t total);
  ~Progress();  // finishes the line
  Progress(const Progress&) = delete;
  Progress& operator=(const Progress&) = delete;

  void advance(std::size_t steps = 1);
  // Words after the bar, such as "validation 87.2 %".
  void note(std::string words);

 private:
  void draw(bool last);
  std::string line_for_people(double spent, bool last) const;
  std::string line_for_programs(double spent, bool last) const;

  std::string title_;
  std::string note_;
  std::size_t total_;
  std::size_t done_ = 0;
  bool terminal_;
  std::chrono::steady_clock::time_point start_;
  std::chrono::steady_clock::time_point drawn_;
  std::mutex mutex_;
};

// Silences every Progress of this process (for --quiet), or has it written for programs (--json).
void silence_progress();
void write_progress_as_json();
// Writes one more event, a JSON object on one line, where progress is written for programs.
void tell_event(const std::string& json);

// True once Ctrl-C (SIGINT) or SIGTERM came, after watch_for_interrupt(): long work looks at it
// between steps, keeps what it has, and ends. A second signal ends the program at once.
void watch_for_interrupt();
bool interrupted();

}  // namespace sengi
