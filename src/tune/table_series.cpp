// SPDX-License-Identifier: Apache-2.0
// Rows of numbers: motion, tables, and what is normal. How long a window is stays as it is, since
// candidates are judged on the same clips.
#include "signal/feature_names.h"
#include "tune/table_rows.h"
#include "tune/tables.h"

namespace sengi::tune {
namespace {

// What a window in time is described by.
void add_features(Rows& rows, const project::Project& p) {
  const signal::SeriesSpec& spec = p.series.spec;
  const std::string feature = "signal.feature";
  rows.push_back({feature, written_all({"raw", "statistics", "spectral"}),
                  written(signal::name_of(spec.feature))});
  rows.push_back({"signal.segments",
                  {"1", "2", "4", "8"},
                  written(spec.segments),
                  feature,
                  written_all({"statistics", "spectral"})});
  rows.push_back(
      {"signal.bands", {"4", "8", "16"}, written(spec.bands), feature, written_all({"spectral"})});
}

void add_variation(Rows& rows, const project::Project& p) {
  const project::SeriesAugmentConfig& augment = p.train.series_augment;
  rows.push_back(
      {"train.augment.jitter_percent", {"0", "2", "5", "10"}, written(augment.jitter_percent)});
  rows.push_back(
      {"train.augment.gain_percent", {"0", "5", "10", "20"}, written(augment.gain_percent)});
}

}  // namespace

Rows motion_table(const project::Project& p) {
  Rows rows;
  add_features(rows, p);
  rows.push_back({architecture_key, written_all(project::architecture_names(p.kind)),
                  written(p.model.architecture)});
  add_sizes(rows, p, "cnn-1d", {"8", "12", "16", "24", "32", "48"}, {"1", "2", "3", "4"});
  add_sizes(rows, p, "tc-resnet", {"8", "12", "16", "24", "32"}, {"2", "3", "4"});
  rows.push_back({"model.kernel_columns",
                  {"3", "5", "7", "9"},
                  written(p.model.kernel_columns),
                  architecture_key,
                  written_all({"cnn-1d", "tc-resnet"})});
  add_sizes(rows, p, "gru", {"8", "12", "16", "24", "32", "48"}, {"1", "2"});
  add_sizes(rows, p, "dense", {"16", "24", "32", "48", "64", "96"}, {"1", "2", "3"});
  add_trees(rows, p);
  add_learning(rows, p, {"cnn-1d", "tc-resnet", "gru", "dense"});
  add_variation(rows, p);
  return rows;
}

Rows sequence_table(const project::Project& p) {
  Rows rows = {{architecture_key, written_all(project::architecture_names(p.kind)),
                written(p.model.architecture)}};
  add_sizes(rows, p, "dense", {"16", "24", "32", "48", "64", "96"}, {"1", "2", "3"});
  add_sizes(rows, p, "gru", {"8", "12", "16", "24", "32", "48"}, {"1", "2"});
  add_trees(rows, p);
  add_learning(rows, p, {"dense", "gru"});
  add_variation(rows, p);
  return rows;
}

Rows anomaly_table(const project::Project& p) {
  Rows rows;
  add_features(rows, p);
  rows.push_back({architecture_key, written_all(project::architecture_names(p.kind)),
                  written(p.model.architecture)});
  add_sizes(rows, p, "autoencoder", {"8", "16", "32", "48", "64"}, {"1", "2", "3"});
  add_learning(rows, p, {"autoencoder"});
  add_variation(rows, p);
  return rows;
}

}  // namespace sengi::tune
