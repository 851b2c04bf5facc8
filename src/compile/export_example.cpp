// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include "compile/export_parts.h"

namespace sengi::compile {
namespace {

constexpr const char* network_body = R"(// All memory that the network works in.
NAME::Arena arena;

// One inference; false where there is no more input.
bool step() {
  static bool first = true;
  if (first) NAME::reset(arena);
  first = false;
  for (std::size_t i = 0; i < NAME::input_count; ++i) {
    if (!fill(NAME::input(arena, i), NAME::input_sizes[i])) return false;
  }
  NAME::run(arena);
  for (std::size_t i = 0; i < NAME::output_count; ++i) {
    const std::int8_t* output = NAME::output(arena, i);
    for (std::size_t k = 0; k < NAME::output_sizes[i]; ++k) print("output", output[k]);
  }
  return true;
}
)";

constexpr const char* listener_body = R"(constexpr sengi::listen::ListenerSpec spec = {
    NAME::front_end_spec, NAME::detector_spec, NAME::columns, NAME::stride_hops};
using Listener = sengi::listen::Listener<spec>;

// All memory that the network and the listener work in.
NAME::Arena arena;
sengi::listen::ListenerMemory<spec> memory;
std::int16_t hop[spec.front_end.hop_samples];

// Tells what was heard. Times are in hops of samples.
struct Reporter {
  void began(std::int32_t label, std::uint32_t step) {
    print(NAME::labels[label], static_cast<long>(Listener::hops_at(step)));
  }
  void ended(const sengi::detect::Event&) {}
};

// Hears one hop of samples (16-bit, at front_end_spec.sample_rate_hz); false where there are none.
bool step() {
  static Listener listener(NAME::front_end_tables, NAME::label_is_event, memory);
  static Reporter reporter;
  static bool first = true;
  if (first) NAME::reset(arena);
  first = false;
  if (!fill(hop, sizeof hop)) return false;
  if (listener.push(hop)) {
    std::memcpy(NAME::input(arena), listener.features(), NAME::input_bytes);
    NAME::run(arena);
    listener.decide(NAME::output(arena), reporter);
  }
  return true;
}
)";

constexpr const char* watcher_body = R"(constexpr sengi::listen::WatcherSpec spec = {
    NAME::front_end_spec, NAME::detector_spec, NAME::stride_rows};
using Watcher = sengi::listen::Watcher<spec>;

// All memory that the network and the watcher work in.
NAME::Arena arena;
sengi::listen::WatcherMemory<spec> memory;
std::int16_t row[spec.front_end.axes];

// Tells what was seen. Times are in rows.
struct Reporter {
  void began(std::int32_t label, std::uint32_t step) {
    print(NAME::labels[label], static_cast<long>(Watcher::rows_at(step)));
  }
  void ended(const sengi::detect::Event&) {}
};

// Sees one row of values (16-bit, as NAME/watcher.h says); false where there are none.
bool step() {
  static Watcher watcher(NAME::front_end_tables, NAME::label_is_event, memory);
  static Reporter reporter;
  static bool first = true;
  if (first) NAME::reset(arena);
  first = false;
  if (!fill(row, sizeof row)) return false;
  if (watcher.push(row)) {
    watcher.features(NAME::input(arena));
    NAME::run(arena);
    watcher.decide(NAME::output(arena), reporter);
  }
  return true;
}
)";

constexpr const char* camera_body =
    R"(constexpr sengi::signal::ImageSpec spec = NAME::front_end_spec;

// All memory that the network and the front end work in.
NAME::Arena arena;
std::int32_t memory[sengi::signal::ImageFrontEnd::memory_words(spec)];
std::uint8_t line[spec.frame_width * spec.channels];

// Looks at one frame, line by line; false where there is none.
bool step() {
  static sengi::signal::ImageFrontEnd front_end(NAME::front_end_tables, memory);
  front_end.reset();
  NAME::reset(arena);
  for (std::int32_t y = 0; y < spec.frame_height; ++y) {
    if (!fill(line, sizeof line)) return false;
    front_end.push(line, NAME::input(arena));
  }
  NAME::run(arena);
  for (std::int32_t label = 0; label < NAME::label_count; ++label) {
    print(NAME::labels[label], NAME::output(arena)[label]);
  }
  return true;
}
)";

const char* body_of(const Library& library) {
  if (library.beside == "listener") return listener_body;
  if (library.beside == "watcher") return watcher_body;
  if (library.beside == "camera") return camera_body;
  return network_body;
}

const char* sentence_of(const Library& library) {
  if (library.beside == "listener") return "Listens, and prints what it hears.";
  if (library.beside == "watcher") return "Watches, and prints what it sees.";
  if (library.beside == "camera") return "Looks, and prints how sure it is of each label.";
  return "Runs the network, and prints its outputs.";
}

std::string with_name(std::string text, const std::string& name) {
  constexpr std::string_view mark = "NAME";
  for (std::size_t at = text.find(mark); at != std::string::npos; at = text.find(mark, at)) {
    text.replace(at, mark.size(), name);
    at += name.size();
  }
  return text;
}

}  // namespace

std::string example_program(const Library& library, const Platform& platform) {
  return fmt::format(R"(// {0}
{1}
#include <{2}.h>

#include <cstring>

namespace {{

// What the network is to look at next; false where there is no more.
bool fill(void* to, std::size_t bytes) {{
{3}}}

void print(const char* what, long value) {{
{4}}}

{5}
}}  // namespace

{6})",
                     sentence_of(library), platform.includes, library.name, platform.fill,
                     platform.print, with_name(body_of(library), library.name), platform.entry);
}

std::string fill_with_zeros() {
  return R"(  // Zeros, until you read a sensor of yours here.
  std::memset(to, 0, bytes);
  return true;
)";
}

}  // namespace sengi::compile
