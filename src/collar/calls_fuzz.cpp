// SPDX-License-Identifier: Apache-2.0
// Tables of calls, a collar's sengi.toml, and records of the sensor bridge, from anywhere.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "collar/calls.h"
#include "collar/collar_project.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace sengi::collar;
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  if (const auto calls = parse_calls(text, "calls.csv")) {
    std::uint32_t before = 0;
    for (const Call& call : calls.value()) {
      if (call.time_s < before || call.label > 31) std::abort();
      before = call.time_s;
    }
  }
  if (const auto project = parse_collar(text, "sengi.toml")) {
    if (!begin_of(project.value(), 1000)) std::abort();
  }
  std::uint8_t memory[record_payload_most + record_frame_bytes];
  RecordReader reader(memory);
  for (std::size_t i = 0; i < size; ++i) {
    if (reader.push(data[i]) != RecordReader::Found::record) continue;
    Begin begin;
    Input input;
    Todo todo;
    Judged judged;
    Report report;
    std::int16_t values[300];
    std::uint32_t uptime_s = 0;
    std::uint8_t axes = 0;
    std::size_t count = 0;
    read_begin(reader.payload(), begin);
    read_input(reader.payload(), input);
    if (read_rows(reader.payload(), uptime_s, axes, values, count) && count > 300) std::abort();
    if (read_todo(reader.payload(), todo, judged) && todo.send.bytes > 51) std::abort();
    read_report(reader.payload(), report);
  }
  return 0;
}
