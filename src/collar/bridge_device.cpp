// SPDX-License-Identifier: Apache-2.0
#include "collar/bridge_device.h"

namespace sengi::collar {

BridgeDevice::BridgeDevice(emulate::LineProgram line)
    : line_(std::move(line)),
      out_(record_payload_most + record_frame_bytes),
      in_(record_payload_most + record_frame_bytes),
      reader_(in_) {}

Result<BridgeDevice> BridgeDevice::start(const emulate::Program& program,
                                         const std::vector<std::string>& functions) {
  SENGI_TRY(line, emulate::LineProgram::start(program, functions));
  return BridgeDevice(std::move(line));
}

Result<std::span<const std::uint8_t>> BridgeDevice::ask(std::span<const std::uint8_t> record,
                                                        RecordKind answer) {
  if (record.empty()) return Error{"a record is too long for the sensor bridge"};
  SENGI_CHECK(line_.send(record));
  while (true) {
    for (std::size_t i = 0; i < come_.size(); ++i) {
      switch (reader_.push(come_[i])) {
        case RecordReader::Found::nothing:
          continue;
        case RecordReader::Found::damaged:
          return Error{"the collar sent a record whose checksum is wrong"};
        case RecordReader::Found::record:
          break;
      }
      come_.erase(come_.begin(), come_.begin() + static_cast<std::ptrdiff_t>(i) + 1);
      if (reader_.kind() == answer) return reader_.payload();
      return Error{reader_.kind() == RecordKind::fault
                       ? "the collar could not read a record of the sensor bridge; build it again"
                       : "the collar answered with a record that nobody asked for"};
    }
    SENGI_TRY(more, line_.receive());
    come_ = std::move(more);
  }
}

Result<Todo> BridgeDevice::ask_todo(std::span<const std::uint8_t> record) {
  SENGI_TRY(payload, ask(record, RecordKind::todo));
  Todo todo;
  if (!read_todo(payload, todo, judged_)) {
    return Error{"the collar sent a todo that cannot be read"};
  }
  return todo;
}

Result<Todo> BridgeDevice::begin(const Begin& begin) { return ask_todo(write_begin(begin, out_)); }

Result<Todo> BridgeDevice::step(const Input& input) { return ask_todo(write_input(input, out_)); }

Result<Todo> BridgeDevice::window(std::uint32_t uptime_s, std::uint8_t axes,
                                  std::span<const std::int16_t> rows) {
  return ask_todo(write_rows(uptime_s, axes, rows, out_));
}

Result<Todo> BridgeDevice::sound(std::uint32_t uptime_s, std::span<const std::int16_t> samples) {
  return ask_todo(write_sound(uptime_s, samples, out_));
}

Result<Report> BridgeDevice::end() {
  RecordWriter writer(out_, RecordKind::end);
  SENGI_TRY(payload, ask(writer.finish(), RecordKind::report));
  Report report;
  if (!read_report(payload, report)) return Error{"the collar sent a report that cannot be read"};
  SENGI_TRY(run, line_.finish());
  run_ = std::move(run);
  return report;
}

}  // namespace sengi::collar
