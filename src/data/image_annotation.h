// SPDX-License-Identifier: Apache-2.0
// What people say of images, in the files that the field's programs write.
#pragma once

#include <map>
#include <string>
#include <vector>

namespace sengi::data {

// One image and what it shows.
struct ImageAnnotation {
  std::string file;  // as the source names it
  std::string label;
  std::string group;  // where it was taken; empty where the source does not say
  std::map<std::string, std::string> others;  // what else the source says, by its own names
};

// Boxes around what was seen stand in `others` as Camtrap DP has them: bboxX, bboxY (of the upper
// left corner), bboxWidth and bboxHeight, in shares of the image's width and height. Of several
// boxes each of the four has as many numbers, with " | " between them.
struct ImageAnnotations {
  std::vector<ImageAnnotation> images;  // in the source's order, each once
  std::vector<std::string> notes;       // what was left out, and why
};

}  // namespace sengi::data
