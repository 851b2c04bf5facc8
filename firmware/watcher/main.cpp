// SPDX-License-Identifier: Apache-2.0
// A device that watches rows of numbers, such as those of an accelerometer: front end, network,
// detector.
//
// The input file begins with a 32-bit word, the mode:
//
//   0  clips: clip_samples values each, row by row and back to back. For each the program starts
//      anew and writes the network's scores: one int8 a label.
//   1  a stream of rows. Events are printed when they begin. Records are written: 's' and the
//      scores, one int8 a label, for each run of the network; 'e' and four 32-bit words for each
//      event that ended: label, the rows seen when it began and when it ended, and the highest
//      averaged score.
//
// Values are 16-bit; everything is little-endian. Values at the end that fill no row are not seen.
#include "application.h"
#include "line.h"
#include "port.h"
#include "sengi/listen/watcher.h"

namespace port = sengi::port;

namespace {

constexpr sengi::listen::WatcherSpec spec = {application::front_end_spec,
                                             application::detector_spec, application::stride_rows};
using Watcher = sengi::listen::Watcher<spec>;
using Memory = sengi::listen::WatcherMemory<spec>;

constexpr std::size_t axes = static_cast<std::size_t>(spec.front_end.axes);
constexpr std::size_t features = static_cast<std::size_t>(spec.front_end.height()) *
                                 static_cast<std::size_t>(spec.front_end.channels());
constexpr std::size_t labels = static_cast<std::size_t>(spec.detector.labels);

static_assert(features == application::input_bytes,
              "the network does not read what the front end writes; train or build again");
static_assert(labels == application::output_bytes,
              "the network's scores are not one a label; train or build again");

enum class Mode : std::uint32_t { clips = 0, stream = 1 };

[[gnu::section(".bss.sengi_arena")]] application::Arena arena;
Memory memory;
std::int16_t row[axes];

// Both parts of the front end are counted by their names.
[[gnu::noinline]] bool front_end_push(Watcher& watcher) { return watcher.push(row); }

[[gnu::noinline]] void front_end_features(Watcher& watcher) {
  watcher.features(static_cast<std::int8_t*>(application::input(arena)));
}

const std::int8_t* infer(Watcher& watcher) {
  front_end_features(watcher);
  application::run(arena);
  return application::output(arena);
}

// Does with events what a device would: tells of them.
class Reporter {
 public:
  void began(std::int32_t label, std::uint32_t step) {
    port::print(sengi::Line()
                    .text("row ")
                    .number(Watcher::rows_at(step))
                    .text("  ")
                    .text(application::labels[label])
                    .text("\n")
                    .c_str());
  }

  void ended(const sengi::detect::Event& event) {
    const std::uint32_t words[] = {
        static_cast<std::uint32_t>(event.label), Watcher::rows_at(event.start_step),
        Watcher::rows_at(event.end_step), static_cast<std::uint32_t>(event.peak)};
    port::write_output("e", 1);
    port::write_output(words, sizeof words);
  }
};

int fail(const char* why) {
  port::print(why);
  return 1;
}

int score_clips(Watcher& watcher) {
  while (true) {
    watcher.reset();
    application::reset(arena);
    for (std::int32_t i = 0; i < spec.front_end.rows; ++i) {
      const std::size_t got = port::read_input(row, sizeof row);
      if (got == 0 && i == 0) return 0;
      if (got < sizeof row) return fail("the input file ends within a clip\n");
      front_end_push(watcher);
    }
    port::write_output(infer(watcher), labels);
  }
}

int watch_stream(Watcher& watcher) {
  Reporter reporter;
  while (port::read_input(row, sizeof row) == sizeof row) {
    if (!front_end_push(watcher)) continue;
    const std::int8_t* scores = infer(watcher);
    port::write_output("s", 1);
    port::write_output(scores, labels);
    watcher.decide(scores, reporter);
  }
  watcher.finish(reporter);
  return 0;
}

}  // namespace

int port::run_program() {
  Mode mode;
  if (port::read_input(&mode, sizeof mode) < sizeof mode) {
    return fail("the input file does not begin with a mode\n");
  }
  application::reset(arena);
  Watcher watcher(application::front_end_tables, application::label_is_event, memory);
  switch (mode) {
    case Mode::clips:
      return score_clips(watcher);
    case Mode::stream:
      return watch_stream(watcher);
  }
  return fail("the input file asks for a mode that this program does not have\n");
}
