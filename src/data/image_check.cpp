// SPDX-License-Identifier: Apache-2.0
#include "data/image_check.h"

#include <algorithm>
#include <atomic>
#include <cstdlib>
#include <optional>
#include <thread>

#include "base/progress.h"
#include "data/image.h"

namespace sengi::data {
namespace {

struct Looked {
  std::string message;  // why it cannot be read; empty where it can
  std::int32_t width = 0;
  std::int32_t height = 0;
  bool grey = false;
  std::optional<std::uint64_t> hash;
};

// JPEG's rounding colours a grey image by a level or two.
bool is_grey(const Image& image) {
  constexpr int tolerated = 4;
  for (std::size_t i = 0; i < image.rgb.size(); i += 3) {
    const auto [least, most] = std::minmax({image.rgb[i], image.rgb[i + 1], image.rgb[i + 2]});
    if (most - least > tolerated) return false;
  }
  return true;
}

Looked look_at(const std::filesystem::path& path) {
  Looked looked;
  const auto image = read_image(path);
  if (image.ok()) {
    looked.width = image.value().width;
    looked.height = image.value().height;
    looked.grey = is_grey(image.value());
    looked.hash = difference_hash(image.value());
  } else {
    looked.message = image.error().message;
  }
  return looked;
}

}  // namespace

Result<ImageFindings> check_images(std::span<const std::filesystem::path> paths,
                                   const ImageLimits& limits) {
  std::vector<Looked> looked(paths.size());
  Progress progress("looking at images", paths.size());
  std::atomic<std::size_t> next = 0;
  const auto work = [&] {
    for (std::size_t i = next++; i < paths.size() && !interrupted(); i = next++) {
      looked[i] = look_at(paths[i]);
      progress.advance();
    }
  };
  {
    std::vector<std::jthread> workers(std::max(1U, std::thread::hardware_concurrency()));
    for (std::jthread& worker : workers) worker = std::jthread(work);
  }
  if (interrupted()) return Error{"stopped before every image was looked at"};

  ImageFindings findings;
  std::vector<std::size_t> grey;
  std::vector<std::optional<std::uint64_t>> hashes;
  for (std::size_t i = 0; i < looked.size(); ++i) {
    const Looked& image = looked[i];
    hashes.push_back(image.hash);
    if (!image.message.empty()) {
      findings.unreadable.push_back({i, image.message});
      continue;
    }
    ++findings.read;
    const auto [shorter, longer] = std::minmax(image.width, image.height);
    const ImageFindings::Measured measured{i, image.width, image.height};
    if (shorter < limits.least_side) findings.small.push_back(measured);
    if (longer > limits.most_side) findings.large.push_back(measured);
    if (longer > limits.most_aspect * shorter) findings.narrow.push_back(measured);
    if (image.grey) grey.push_back(i);
    if (!image.hash) findings.even.push_back(i);
  }
  if (2 * grey.size() < findings.read) findings.grey = std::move(grey);
  findings.alike = find_alike_hashes(hashes, limits.most_alike_bits);
  return findings;
}

}  // namespace sengi::data
