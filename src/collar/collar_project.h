// SPDX-License-Identifier: Apache-2.0
// A collar as a folder: a sengi.toml of kind "collar", zones, perhaps a model of behaviours.
#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <string>
#include <string_view>

#include "base/result.h"
#include "collar/image.h"

namespace sengi::collar {

struct CollarProject {
  std::filesystem::path folder;
  std::string name;
  std::string board = "opencollar";

  // [collar]
  std::string zones = "zones.geojson";  // relative to the folder
  std::string behaviours;               // a trained project's folder; empty: none
  std::string listener;                 // likewise, of sounds; empty: none
  std::string app_key;                  // 32 hexadecimal digits; empty: one made of the name, for
                                        // simulations alone
  std::string region = "eu868";
  std::int32_t data_rate = 0;
  bool microphone = true;
  std::int32_t window_every_s = 600;
  double still_g = 0.02;                   // what an animal that does not stir stays below
  std::string currents_of = "opencollar";  // the board whose file has [consumers]
  double battery_mah = 14'000;

  std::filesystem::path out() const { return folder / "out"; }
};

// Whether the file's [project] kind is "collar".
bool is_collar(const std::filesystem::path& path);

// Reads FOLDER/sengi.toml (or the file itself). Every key is checked, as load_project() does; and
// an app_key that is no secret is refused.
Result<CollarProject> load_collar(const std::filesystem::path& path);
Result<CollarProject> parse_collar(std::string_view text, const std::filesystem::path& file);

// How the collar is made: what goes into a `begin` record. `scale`: how many 16-bit units of the
// accelerometer are 1 g.
Result<Begin> begin_of(const CollarProject& project, double scale);

// The accelerometer's 16-bit units in 1 g: by the model's range where there is one, which is in
// m/s2 where it goes beyond 16, else in g; 2 g at full scale without a model.
double units_in_g(const BehaviourModel* model);

}  // namespace sengi::collar
