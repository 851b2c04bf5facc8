// SPDX-License-Identifier: Apache-2.0
// A device that listens for words: front end, network, detector.
//
// The input file begins with a 32-bit word, the mode:
//
//   0  clips: clip_samples samples each, back to back. For each the program starts anew and writes
//      the network's scores over its last columns: one int8 a label.
//   1  a stream of samples. Events are printed when they begin. Records are written: 's' and the
//      scores, one int8 a label, for each run of the network; 'e' and four 32-bit words for each
//      event that ended: label, the hops heard when it began and when it ended, and the highest
//      averaged score.
//
// Samples are 16-bit; everything is little-endian. Samples at the end that fill no hop are not
// heard.
#include <cstring>

#include "application.h"
#include "line.h"
#include "port.h"
#include "sengi/listen/listener.h"

namespace port = sengi::port;

namespace {

constexpr sengi::listen::ListenerSpec spec = {application::front_end_spec,
                                              application::detector_spec, application::columns,
                                              application::stride_hops};
using Listener = sengi::listen::Listener<spec>;
using Memory = sengi::listen::ListenerMemory<spec>;

constexpr std::size_t hop_samples = static_cast<std::size_t>(spec.front_end.hop_samples);
constexpr std::size_t labels = static_cast<std::size_t>(spec.detector.labels);
constexpr std::size_t clip_hops = static_cast<std::size_t>(application::clip_samples) / hop_samples;
constexpr std::size_t clip_rest = static_cast<std::size_t>(application::clip_samples) % hop_samples;

static_assert(Memory::features == application::input_bytes,
              "the network does not read what the front end writes; train or build again");
static_assert(labels == application::output_bytes,
              "the network's scores are not one a label; train or build again");

enum class Mode : std::uint32_t { clips = 0, stream = 1 };

[[gnu::section(".bss.sengi_arena")]] application::Arena arena;
Memory memory;
std::int16_t hop[hop_samples];

// Bytes read.
std::size_t read_samples(std::size_t count) {
  return port::read_input(hop, count * sizeof(std::int16_t));
}

// Whether the network is due. What it costs is counted by its name.
[[gnu::noinline]] bool front_end_push(Listener& listener) { return listener.push(hop); }

const std::int8_t* infer(const std::int8_t* features) {
  std::memcpy(application::input(arena), features, application::input_bytes);
  application::run(arena);
  return application::output(arena);
}

// Does with events what a device would: tells of them.
class Reporter {
 public:
  void began(std::int32_t label, std::uint32_t step) {
    const std::uint64_t samples = std::uint64_t{Listener::hops_at(step)} * hop_samples;
    const auto rate = static_cast<std::uint32_t>(spec.front_end.sample_rate_hz);
    const auto hundredths = static_cast<std::uint32_t>(samples * 100 / rate);
    port::print(sengi::Line()
                    .number(hundredths / 100)
                    .text(".")
                    .number(hundredths % 100, 2)
                    .text(" s  ")
                    .text(application::labels[label])
                    .text("\n")
                    .c_str());
  }

  void ended(const sengi::detect::Event& event) {
    const std::uint32_t words[] = {
        static_cast<std::uint32_t>(event.label), Listener::hops_at(event.start_step),
        Listener::hops_at(event.end_step), static_cast<std::uint32_t>(event.peak)};
    port::write_output("e", 1);
    port::write_output(words, sizeof words);
  }
};

int fail(const char* why) {
  port::print(why);
  return 1;
}

int score_clips(Listener& listener) {
  while (true) {
    listener.reset();
    application::reset(arena);
    for (std::size_t i = 0; i < clip_hops; ++i) {
      const std::size_t got = read_samples(hop_samples);
      if (got == 0 && i == 0) return 0;
      if (got < sizeof hop) return fail("the input file ends within a clip\n");
      front_end_push(listener);
    }
    if (read_samples(clip_rest) < clip_rest * sizeof hop[0]) {
      return fail("the input file ends within a clip\n");
    }
    port::write_output(infer(listener.features()), labels);
  }
}

int hear_stream(Listener& listener) {
  Reporter reporter;
  while (read_samples(hop_samples) == sizeof hop) {
    if (!front_end_push(listener)) continue;
    const std::int8_t* scores = infer(listener.features());
    port::write_output("s", 1);
    port::write_output(scores, labels);
    listener.decide(scores, reporter);
  }
  listener.finish(reporter);
  return 0;
}

}  // namespace

int port::run_program() {
  Mode mode;
  if (port::read_input(&mode, sizeof mode) < sizeof mode) {
    return fail("the input file does not begin with a mode\n");
  }
  application::reset(arena);
  Listener listener(application::front_end_tables, application::label_is_event, memory);
  switch (mode) {
    case Mode::clips:
      return score_clips(listener);
    case Mode::stream:
      return hear_stream(listener);
  }
  return fail("the input file asks for a mode that this program does not have\n");
}
