// SPDX-License-Identifier: Apache-2.0
// Any bytes as what people say of images, of each kind.
#include <cstdint>
#include <cstdlib>
#include <span>
#include <string>
#include <string_view>

#include "data/image_import_camtrap.h"
#include "data/image_import_coco.h"
#include "data/image_import_idx.h"

namespace {

void expect_sound(const sengi::Result<sengi::data::ImageAnnotations>& annotations) {
  if (!annotations.ok()) return;
  for (const auto& image : annotations.value().images) {
    if (image.file.empty() || image.label.empty()) std::abort();
  }
}

// The tables of a package, with a line of dashes between them.
sengi::data::CamtrapTables tables_in(std::string_view text) {
  sengi::data::CamtrapTables tables;
  for (std::string* table : {&tables.deployments, &tables.media, &tables.observations}) {
    const std::size_t end = text.find("---\n");
    *table = text.substr(0, end);
    text = end == std::string_view::npos ? std::string_view() : text.substr(end + 4);
  }
  return tables;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  expect_sound(sengi::data::parse_coco_camera_traps(text, "a.json"));
  static_cast<void>(sengi::data::camtrap_resources(text, "datapackage.json"));
  expect_sound(sengi::data::parse_camtrap_tables(tables_in(text), {"d.csv", "m.csv", "o.csv"}));
  const auto array = sengi::data::parse_idx(std::as_bytes(std::span(data, size)), "a");
  if (!array.ok()) return 0;
  const auto images = sengi::data::idx_images(array.value(), "a");
  if (!images.ok()) return 0;
  const auto last = sengi::data::idx_image(array.value(), images.value() - 1);
  const auto pixels = static_cast<std::size_t>(last.width) * static_cast<std::size_t>(last.height);
  if (last.rgb.size() != 3 * pixels) std::abort();
  return 0;
}
