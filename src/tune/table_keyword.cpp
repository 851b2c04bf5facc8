// SPDX-License-Identifier: Apache-2.0
// Sounds. Hops divide a detector's 100 ms.
#include <fmt/format.h>

#include "signal/feature_names.h"
#include "tune/table_rows.h"
#include "tune/tables.h"

namespace sengi::tune {

Rows keyword_table(const project::Project& p) {
  const auto ms = [&](std::int32_t samples) {
    return fmt::format("{:g}", 1000.0 * samples / p.signal.sample_rate_hz);
  };
  Rows rows = {
      {"signal.feature", written_all({"mfcc", "log-mel", "pcan"}),
       written(signal::name_of(p.signal.feature))},
      {"signal.window_ms", {"20", "25", "30", "32", "40", "64"}, ms(p.signal.window_samples)},
      {"signal.hop_ms", {"10", "12.5", "20", "25", "50"}, ms(p.signal.hop_samples)},
      {"signal.mel_channels", {"16", "20", "24", "32", "40"}, written(p.signal.mel_channels)},
      {"signal.coefficients",
       {"8", "10", "13", "16", "20"},
       written(p.signal.coefficients),
       "signal.feature",
       {written("mfcc")}},
      {architecture_key,
       written_all({"ds-cnn", "tc-resnet", "cnn-1d", "random-forest", "boosted-trees"}),
       written(p.model.architecture)},
  };
  add_sizes(rows, p, "ds-cnn", {"16", "24", "32", "48", "64", "80", "96"},
            {"2", "3", "4", "5", "6"});
  add_sizes(rows, p, "tc-resnet", {"8", "12", "16", "20", "24", "32"}, {"2", "3", "4"});
  add_sizes(rows, p, "cnn-1d", {"16", "24", "32", "48", "64", "96"}, {"2", "3", "4", "5"});
  rows.push_back({"model.kernel_columns",
                  {"3", "5", "7", "9", "11"},
                  written(p.model.kernel_columns),
                  architecture_key,
                  written_all({"tc-resnet", "cnn-1d"})});
  add_trees(rows, p);
  add_learning(rows, p, {"ds-cnn", "tc-resnet", "cnn-1d"});
  const project::AugmentConfig& augment = p.train.augment;
  rows.push_back(
      {"train.augment.speed_percent", {"0", "5", "10", "15"}, written(augment.speed_percent)});
  rows.push_back({"train.augment.noise_probability",
                  {"0.25", "0.5", "0.75"},
                  written(augment.noise_probability)});
  rows.push_back(
      {"train.augment.frequency_masks", {"0", "1", "2"}, written(augment.frequency_masks)});
  return rows;
}

}  // namespace sengi::tune
