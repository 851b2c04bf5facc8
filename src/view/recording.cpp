// SPDX-License-Identifier: Apache-2.0
#include "view/recording.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "base/hash.h"

namespace sengi::view {
namespace fs = std::filesystem;

Result<Recording> Recording::open(const fs::path& path) {
  SENGI_TRY(info, data::audio_info(path));
  std::error_code ignored;
  fs::path whole = fs::absolute(path, ignored);
  return Recording(whole.empty() ? path : whole, std::move(info));
}

Result<std::vector<float>> Recording::read(std::int64_t first, std::int64_t count) const {
  std::vector<float> samples(static_cast<std::size_t>(count));
  const std::int64_t begin = std::clamp<std::int64_t>(first, 0, frames());
  const std::int64_t end = std::clamp<std::int64_t>(first + count, begin, frames());
  if (begin == end) return samples;
  SENGI_TRY(reader, MonoReader::open(path_, begin));
  auto into = samples.begin() + (begin - first);
  for (std::int64_t left = end - begin; left > 0;) {
    SENGI_TRY(block, reader.read(static_cast<std::size_t>(std::min<std::int64_t>(left, 1 << 16))));
    if (block.empty()) break;
    into = std::ranges::copy(block, into).out;
    left -= static_cast<std::int64_t>(block.size());
  }
  return samples;
}

Result<std::string> Recording::key() const {
  std::error_code code;
  const auto size = fs::file_size(path_, code);
  const auto time = code ? fs::file_time_type() : fs::last_write_time(path_, code);
  if (code) return Error{fmt::format("{}: {}", path_.string(), code.message())};
  return sha256(fmt::format("{}\n{}\n{}", path_.string(), size, time.time_since_epoch().count()));
}

Result<MonoReader> MonoReader::open(const fs::path& path, std::int64_t first) {
  SENGI_TRY(reader, data::AudioReader::open(path));
  if (first > 0) SENGI_CHECK(reader.seek(first));
  return MonoReader(std::move(reader));
}

Result<std::vector<float>> MonoReader::read(std::size_t count) {
  const std::int32_t channels = reader_.info().channels;
  interleaved_.resize(count * static_cast<std::size_t>(channels));
  SENGI_TRY(got, reader_.read(interleaved_));
  std::vector<float> mono(got);
  data::mix_down(interleaved_, channels, mono);
  return mono;
}

}  // namespace sengi::view
