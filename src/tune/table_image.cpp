// SPDX-License-Identifier: Apache-2.0
// Images. Sides of other lengths than the project's keep its camera's frame.
#include "tune/table_rows.h"
#include "tune/tables.h"

namespace sengi::tune {

Rows image_table(const project::Project& p) {
  Rows rows = {
      {"signal.width", {"24", "32", "40", "48", "64", "80", "96"}, written(p.image.width)},
      {"signal.pixels", written_all({"colour", "grey"}),
       written(std::string_view(p.image.channels == 1 ? "grey" : "colour"))},
      {architecture_key, written_all(project::architecture_names(p.kind)),
       written(p.model.architecture)},
  };
  add_sizes(rows, p, "mobilenet", {"8", "12", "16", "24", "32"}, {"4", "5", "6", "7", "8"});
  add_sizes(rows, p, "resnet", {"8", "12", "16", "24", "32"}, {"2", "3", "4"});
  add_learning(rows, p, project::architecture_names(p.kind));
  const project::ImageAugmentConfig& augment = p.train.image_augment;
  rows.push_back(
      {"train.augment.rotate_degrees", {"0", "10", "20", "45"}, written(augment.rotate_degrees)});
  rows.push_back(
      {"train.augment.zoom_percent", {"0", "10", "20", "30"}, written(augment.zoom_percent)});
  rows.push_back({"train.augment.erase_probability",
                  {"0", "0.25", "0.5"},
                  written(augment.erase_probability)});
  return rows;
}

}  // namespace sengi::tune
