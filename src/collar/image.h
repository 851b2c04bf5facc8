// SPDX-License-Identifier: Apache-2.0
// What is built into a collar: zones and, where there are such, the model of behaviours and the
// listener; as firmware for a board, and the same for the collar's logic on this machine, which has
// no ear.
#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "base/result.h"
#include "collar/ear_model.h"
#include "collar/host_device.h"
#include "compile/code_files.h"
#include "emulate/emulate.h"
#include "zones/zone_map.h"

namespace sengi::collar {

// A trained project of rows of numbers that judges windows of an accelerometer.
class BehaviourModel {
 public:
  // `path`: the project's folder. Errors: those of loading it; it is not of rows of numbers, or of
  // more than three axes; more labels than a day's budget has.
  static Result<BehaviourModel> load(const std::filesystem::path& path);
  BehaviourModel(BehaviourModel&&) noexcept;
  BehaviourModel& operator=(BehaviourModel&&) noexcept;
  ~BehaviourModel();

  const std::string& name() const;
  const std::vector<std::string>& labels() const;
  std::uint16_t version() const;  // of its bytes: what a status tells
  std::uint8_t axes() const;
  std::size_t window_values() const;
  double rate_hz() const;
  // What the lowest and the highest 16-bit number of the first axis stand for.
  double low() const;
  double high() const;

  // Rows [rows][axes] of a whole recording at the model's rate, row by row.
  Result<std::vector<std::int16_t>> read_rows(const std::filesystem::path& recording) const;

  // The label with the highest score, by the reference interpreter.
  std::uint8_t classify(std::span<const std::int16_t> window) const;

  // The generated code.
  Result<std::vector<compile::CodeFile>> code() const;

 private:
  struct State;
  explicit BehaviourModel(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

struct Parts {
  zones::ZoneMap zones;
  std::vector<std::uint8_t> zone_bytes;         // the same, as a device reads them
  std::shared_ptr<const BehaviourModel> model;  // none: behaviours are not told apart
  std::shared_ptr<const EarModel> ear = {};     // none: sound is not listened to
};
Result<Parts> make_parts(zones::ZoneMap zones, std::shared_ptr<const BehaviourModel> model,
                         std::shared_ptr<const EarModel> ear = {});

// For this machine, or with as much flash as a board has. The image's zones lie in `parts`, which
// outlives it.
inline constexpr std::size_t usual_storage_bytes = std::size_t{sectors} * sector_bytes;
Image image_of(const Parts& parts, std::size_t storage_bytes = usual_storage_bytes);
HostDevice::Classify classify_by(const Parts& parts);

// Zones and the image's constants as C++: collar_zones.h, collar_image.h, collar_image.cpp.
Result<std::vector<compile::CodeFile>> image_files(const Parts& parts, std::size_t storage_bytes);

// Generates what the firmware needs below `folder` and builds it there for a board.
// Errors: those of emulate::build(); too little flash beside the program.
Result<emulate::Program> build_image(const Parts& parts, const emulate::Board& board,
                                     const std::filesystem::path& folder);

}  // namespace sengi::collar
