// SPDX-License-Identifier: Apache-2.0
// What an animal does, by the code that sengi generated of a model of behaviours; where there is
// none, nothing is said. For one file of a program: the network's memory lies
// here.
#pragma once

#include <new>

#include "collar_image.h"
#include "sengi/collar/activity.h"
#include "sengi/collar/input.h"

#ifdef COLLAR_HAS_BEHAVIOURS
#include "application.h"
#include "sengi/listen/watcher.h"
#endif

namespace collar_program {

#ifdef COLLAR_HAS_BEHAVIOURS
constexpr sengi::listen::WatcherSpec watcher_spec = {
    application::front_end_spec, application::detector_spec, application::stride_rows};
constexpr std::size_t window_values = static_cast<std::size_t>(application::clip_samples);
static_assert(application::output_bytes == collar_image::behaviours,
              "the network's scores are not one a behaviour; build again");

[[gnu::section(".bss.sengi_arena")]] static application::Arena arena;
static sengi::listen::WatcherMemory<watcher_spec> watcher_memory;

class Behaviour {
 public:
  Behaviour() { application::reset(arena); }

  // Judges a window by itself. Not taken into a function that calls it, so that its cost can be
  // counted.
  [[gnu::noinline]] void judge(std::span<const std::int16_t> rows, std::uint8_t axes,
                               sengi::collar::Input& input) {
    if (axes != watcher_spec.front_end.axes || rows.size() != window_values) return;
    watcher_.reset();
    for (std::size_t at = 0; at < rows.size(); at += axes) watcher_.push(&rows[at]);
    watcher_.features(static_cast<std::int8_t*>(application::input(arena)));
    application::run(arena);
    input.classified = true;
    input.label = sengi::collar::winner({application::output(arena), collar_image::behaviours});
  }

 private:
  sengi::listen::Watcher<watcher_spec> watcher_{application::front_end_tables,
                                                application::label_is_event, watcher_memory};
};
#else
constexpr std::size_t window_values = 512;

class Behaviour {
 public:
  void judge(std::span<const std::int16_t>, std::uint8_t, sengi::collar::Input&) {}
};
#endif

}  // namespace collar_program
