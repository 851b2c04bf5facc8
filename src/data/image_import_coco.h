// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string_view>

#include "base/result.h"
#include "data/image_annotation.h"

namespace sengi::data {

// COCO Camera Traps (LILA BC): a JSON object of images, annotations and categories. The label is
// the category's name, the group an image's location, else its sequence (seq_id). An image of more
// than one category, of none, or marked as corrupt is left out, with a note.
// Errors: not JSON (with the byte); not of this kind; an image, annotation or category that lacks
// what it needs, or names one that is not there, by its place in the file.
Result<ImageAnnotations> parse_coco_camera_traps(std::string_view text, std::string_view file);

}  // namespace sengi::data
