// SPDX-License-Identifier: Apache-2.0
#include "data/image_import_coco.h"

#include <fmt/format.h>

#include <array>
#include <cmath>
#include <nlohmann/json.hpp>
#include <set>
#include <unordered_map>

#include "data/image_annotation_parts.h"

namespace sengi::data {
namespace {

using Json = nlohmann::json;

// A cell of a table: text as it is, numbers as JSON has them, null as nothing.
std::string cell_of(const Json& value) {
  if (value.is_null()) return {};
  if (value.is_string()) return value.get<std::string>();
  return value.dump(-1, ' ', false, Json::error_handler_t::replace);
}

// Identifiers are numbers in older files and text in newer ones.
std::string text_at(const Json& object, const char* key) {
  const auto at = object.find(key);
  return at == object.end() ? std::string() : cell_of(*at);
}

Seen::Others others_of(const Json& object, const std::set<std::string>& known) {
  Seen::Others others;
  for (const auto& [key, value] : object.items()) {
    if (!known.contains(key)) others[key] = cell_of(value);
  }
  return others;
}

class Reader {
 public:
  Reader(const Json& root, std::string_view file) : root_(root), file_(file) {}

  Result<ImageAnnotations> read() {
    SENGI_CHECK(read_categories());
    SENGI_CHECK(read_images());
    SENGI_CHECK(read_annotations());
    return gathered();
  }

 private:
  struct Shot {
    const Json* image;
    Seen seen;
  };

  // The array of this name, of objects all.
  Result<const Json*> list(const char* name) const {
    const auto at = root_.find(name);
    if (at == root_.end() || !at->is_array()) {
      return Error{
          fmt::format("{}: no list of {}; COCO Camera Traps has images, annotations and "
                      "categories",
                      file_, name)};
    }
    for (std::size_t i = 0; i < at->size(); ++i) {
      if (!(*at)[i].is_object()) return fault(name, i, "not an object");
    }
    return &*at;
  }

  Error fault(std::string_view list, std::size_t place, std::string_view what) const {
    return Error{fmt::format("{}: {}[{}]: {}", file_, list, place, what)};
  }

  Result<void> read_categories() {
    SENGI_TRY(categories, list("categories"));
    for (std::size_t i = 0; i < categories->size(); ++i) {
      const std::string id = text_at((*categories)[i], "id");
      std::string name = text_at((*categories)[i], "name");
      if (id.empty() || name.empty()) return fault("categories", i, "it needs an id and a name");
      names_[id] = std::move(name);
    }
    return {};
  }

  Result<void> read_images() {
    SENGI_TRY(images, list("images"));
    shots_.reserve(images->size());
    for (std::size_t i = 0; i < images->size(); ++i) {
      const Json& image = (*images)[i];
      std::string id = text_at(image, "id");
      if (id.empty() || text_at(image, "file_name").empty()) {
        return fault("images", i, "it needs an id and a file_name");
      }
      if (!places_.emplace(std::move(id), i).second) {
        return fault("images", i, fmt::format("another has its id, {}", text_at(image, "id")));
      }
      shots_.push_back({&image, {}});
    }
    return {};
  }

  Result<void> read_annotations() {
    SENGI_TRY(annotations, list("annotations"));
    for (std::size_t i = 0; i < annotations->size(); ++i) {
      const Json& annotation = (*annotations)[i];
      const std::string of_image = text_at(annotation, "image_id");
      const auto place = places_.find(of_image);
      if (place == places_.end()) {
        return fault("annotations", i, fmt::format("there is no image with the id '{}'", of_image));
      }
      const std::string of_category = text_at(annotation, "category_id");
      const auto name = names_.find(of_category);
      if (name == names_.end()) {
        return fault("annotations", i,
                     fmt::format("there is no category with the id '{}'", of_category));
      }
      Seen::Others others = others_of(annotation, {"id", "image_id", "category_id", "bbox"});
      Shot& shot = shots_[place->second];
      add_box(annotation, *shot.image, others);
      shot.seen.add(name->second, others);
    }
    return {};
  }

  // COCO's boxes are in pixels; one that cannot be said in shares is passed over.
  void add_box(const Json& annotation, const Json& image, Seen::Others& others) {
    const auto box = annotation.find("bbox");
    if (box == annotation.end() || !box->is_array() || box->empty()) return;
    const auto number = [](const Json& value) {
      return value.is_number() ? value.get<double>() : 0;
    };
    const double width = number(image.value("width", Json()));
    const double height = number(image.value("height", Json()));
    const bool usable = box->size() == 4 && width > 0 && height > 0;
    if (!usable) {
      ++boxes_lost_;
      return;
    }
    for (std::size_t i = 0; i < 4; ++i) {
      const double share = number((*box)[i]) / (i % 2 == 0 ? width : height);
      others[std::string(box_names[i])] = fmt::format("{:.6g}", share);
    }
  }

  ImageAnnotations gathered() const {
    ImageAnnotations annotations;
    std::size_t mixed = 0;
    std::size_t unseen = 0;
    std::size_t corrupt = 0;
    for (const Shot& shot : shots_) {
      const Json& image = *shot.image;
      const auto flag = image.find("corrupt");
      const bool is_corrupt = flag != image.end() && flag->is_boolean() && flag->get<bool>();
      corrupt += is_corrupt ? 1 : 0;
      mixed += !is_corrupt && shot.seen.labels() > 1 ? 1 : 0;
      unseen += !is_corrupt && shot.seen.labels() == 0 ? 1 : 0;
      if (is_corrupt || shot.seen.labels() != 1) continue;
      ImageAnnotation annotation;
      annotation.file = text_at(image, "file_name");
      annotation.label = shot.seen.label();
      annotation.group = text_at(image, "location");
      if (annotation.group.empty()) annotation.group = text_at(image, "seq_id");
      annotation.others = others_of(image, {"id", "file_name", "corrupt"});
      annotation.others["image_id"] = text_at(image, "id");
      for (const auto& [name, cell] : shot.seen.others()) annotation.others.emplace(name, cell);
      annotations.images.push_back(std::move(annotation));
    }
    note_left_out(mixed, "they show things of more than one category", annotations.notes);
    note_left_out(unseen, "they have no annotation", annotations.notes);
    note_left_out(corrupt, "the file says that they are corrupt", annotations.notes);
    if (boxes_lost_ > 0) {
      annotations.notes.push_back(fmt::format(
          "{} left out: no four numbers, or an image without width and height",
          boxes_lost_ == 1 ? std::string("1 box") : fmt::format("{} boxes", boxes_lost_)));
    }
    return annotations;
  }

  const Json& root_;
  std::string_view file_;
  std::unordered_map<std::string, std::string> names_;   // of categories, by id
  std::unordered_map<std::string, std::size_t> places_;  // of images, by id
  std::vector<Shot> shots_;
  std::size_t boxes_lost_ = 0;
};

}  // namespace

Result<ImageAnnotations> parse_coco_camera_traps(std::string_view text, std::string_view file) {
  SENGI_TRY(root, parse_json(text, file));
  if (!root.is_object()) return Error{fmt::format("{}: not an object of JSON", file)};
  if (root.contains("detection_categories")) {
    return Error{
        fmt::format("{}: MegaDetector's answers, which say where animals are but not "
                    "which; COCO Camera Traps, Camtrap DP or IDX is needed",
                    file)};
  }
  return Reader(root, file).read();
}

}  // namespace sengi::data
