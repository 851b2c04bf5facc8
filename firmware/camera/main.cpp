// SPDX-License-Identifier: Apache-2.0
// A device that looks: frames of a camera, line by line, to a network.
//
// The input file begins with a 32-bit word, the mode: 0, frames back to back, each frame_height
// lines of frame_width pixels of one or three bytes. For each frame the network's scores are
// written, one int8 a label, and the best label is printed with its score of 0 to 255.
#include "application.h"
#include "line.h"
#include "port.h"
#include "sengi/signal/image_front_end.h"

namespace port = sengi::port;

namespace {

constexpr sengi::signal::ImageSpec spec = application::front_end_spec;
constexpr std::size_t line_bytes =
    static_cast<std::size_t>(spec.frame_width) * static_cast<std::size_t>(spec.channels);
constexpr std::size_t features = static_cast<std::size_t>(spec.width) *
                                 static_cast<std::size_t>(spec.height) *
                                 static_cast<std::size_t>(spec.channels);
constexpr std::int32_t labels = application::label_count;

static_assert(features == application::input_bytes,
              "the network does not read what the front end writes; train or build again");
static_assert(labels == application::output_bytes,
              "the network's scores are not one a label; train or build again");

[[gnu::section(".bss.sengi_arena")]] application::Arena arena;
std::int32_t memory[sengi::signal::ImageFrontEnd::memory_words(spec)];
std::uint8_t line[line_bytes];

int fail(const char* why) {
  port::print(why);
  return 1;
}

void tell(const std::int8_t* scores) {
  std::int32_t best = 0;
  for (std::int32_t label = 1; label < labels; ++label) {
    if (scores[label] > scores[best]) best = label;
  }
  constexpr int zero_point = -128;
  port::print(sengi::Line()
                  .text(application::labels[best])
                  .text(" ")
                  .number(static_cast<std::uint32_t>(scores[best] - zero_point))
                  .text("\n")
                  .c_str());
}

// What a line costs is counted by the function's name.
[[gnu::noinline]] void front_end_push(sengi::signal::ImageFrontEnd& front_end, std::int8_t* image) {
  front_end.push(line, image);
}

// The network's input is written while the frame is read: there is no room, and no need, for both.
int look(sengi::signal::ImageFrontEnd& front_end) {
  while (true) {
    front_end.reset();
    application::reset(arena);
    auto* image = static_cast<std::int8_t*>(application::input(arena));
    for (std::int32_t y = 0; y < spec.frame_height; ++y) {
      const std::size_t got = port::read_input(line, sizeof line);
      if (got == 0 && y == 0) return 0;
      if (got < sizeof line) return fail("the input file ends within a frame\n");
      front_end_push(front_end, image);
    }
    application::run(arena);
    tell(application::output(arena));
    port::write_output(application::output(arena), static_cast<std::size_t>(labels));
  }
}

}  // namespace

int port::run_program() {
  std::uint32_t mode;
  if (port::read_input(&mode, sizeof mode) < sizeof mode) {
    return fail("the input file does not begin with a mode\n");
  }
  if (mode != 0) return fail("the input file asks for a mode that this program does not have\n");
  sengi::signal::ImageFrontEnd front_end(application::front_end_tables, memory);
  return look(front_end);
}
