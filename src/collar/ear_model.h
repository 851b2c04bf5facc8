// SPDX-License-Identifier: Apache-2.0
// A trained project of sounds that a collar listens with.
#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "base/result.h"

namespace sengi::collar {

class EarModel {
 public:
  // `path`: the project's folder. Errors: those of loading it; it is not of sounds; more labels
  // than a call's class tells apart (32).
  static Result<EarModel> load(const std::filesystem::path& path);
  EarModel(EarModel&&) noexcept;
  EarModel& operator=(EarModel&&) noexcept;
  ~EarModel();

  const std::string& name() const;
  const std::vector<std::string>& labels() const;  // a call's class counts these
  std::int32_t sample_rate_hz() const;

  // Writes the generated code, and collar_ear.h, through which firmware/collar/ear.h reaches it.
  Result<void> write_code(const std::filesystem::path& folder) const;

 private:
  struct State;
  explicit EarModel(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

}  // namespace sengi::collar
