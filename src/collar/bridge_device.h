// SPDX-License-Identifier: Apache-2.0
// A collar's firmware at the other end of the sensor bridge: in QEMU, or as a process of this
// machine.
#pragma once

#include <vector>

#include "collar/device.h"
#include "emulate/line_program.h"

namespace sengi::collar {

class BridgeDevice : public Device {
 public:
  // See emulate::LineProgram::start().
  static Result<BridgeDevice> start(const emulate::Program& program,
                                    const std::vector<std::string>& functions = {});

  Result<Todo> begin(const Begin& begin) override;
  Result<Todo> step(const Input& input) override;
  Result<Todo> window(std::uint32_t uptime_s, std::uint8_t axes,
                      std::span<const std::int16_t> rows) override;
  Result<Todo> sound(std::uint32_t uptime_s, std::span<const std::int16_t> samples) override;
  Judged judged() const override { return judged_; }
  Result<Report> end() override;

  // After end(): what the run was measured to cost.
  const emulate::LineRun& run() const { return run_; }

 private:
  explicit BridgeDevice(emulate::LineProgram line);

  // Sends a record and returns the payload of the one that answers it.
  Result<std::span<const std::uint8_t>> ask(std::span<const std::uint8_t> record,
                                            RecordKind answer);
  Result<Todo> ask_todo(std::span<const std::uint8_t> record);

  emulate::LineProgram line_;
  std::vector<std::uint8_t> out_;
  std::vector<std::uint8_t> in_;
  std::vector<std::uint8_t> come_;  // not looked at yet
  RecordReader reader_;
  Judged judged_;
  emulate::LineRun run_;
};

}  // namespace sengi::collar
