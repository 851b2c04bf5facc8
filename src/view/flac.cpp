// SPDX-License-Identifier: Apache-2.0
#include "view/flac.h"

#include <fmt/format.h>
#include <sndfile.h>

#include <algorithm>
#include <cstdio>
#include <memory>
#include <vector>

#include "data/audio_reader.h"

namespace sengi::view {
namespace {

// A file in memory.
struct Memory {
  std::string bytes;
  sf_count_t at = 0;
};

sf_count_t size_of(void* user) {
  return static_cast<sf_count_t>(static_cast<Memory*>(user)->bytes.size());
}
sf_count_t seek_to(sf_count_t offset, int whence, void* user) {
  auto& memory = *static_cast<Memory*>(user);
  const sf_count_t from = whence == SEEK_SET ? 0 : whence == SEEK_CUR ? memory.at : size_of(user);
  return memory.at = from + offset;
}
sf_count_t read_from(void* into, sf_count_t count, void* user) {
  auto& memory = *static_cast<Memory*>(user);
  count = std::clamp<sf_count_t>(size_of(user) - memory.at, 0, count);
  memory.bytes.copy(static_cast<char*>(into), static_cast<std::size_t>(count),
                    static_cast<std::size_t>(memory.at));
  memory.at += count;
  return count;
}
sf_count_t write_to(const void* from, sf_count_t count, void* user) {
  auto& memory = *static_cast<Memory*>(user);
  const auto end = static_cast<std::size_t>(memory.at + count);
  if (memory.bytes.size() < end) memory.bytes.resize(end);
  std::copy_n(static_cast<const char*>(from), count, memory.bytes.begin() + memory.at);
  memory.at += count;
  return count;
}
sf_count_t tell(void* user) { return static_cast<Memory*>(user)->at; }

}  // namespace

Result<std::string> to_flac(const Recording& recording, std::size_t bytes_max) {
  Memory memory;
  SF_VIRTUAL_IO io{size_of, seek_to, read_from, write_to, tell};
  SF_INFO info{};
  info.samplerate = recording.rate();
  info.channels = 1;
  info.format = SF_FORMAT_FLAC | SF_FORMAT_PCM_16;
  std::unique_ptr<SNDFILE, decltype(&sf_close)> file(
      sf_open_virtual(&io, SFM_WRITE, &info, &memory), sf_close);
  if (!file)
    return Error{fmt::format("{} cannot become FLAC: {}", recording.name(), sf_strerror(nullptr))};
  SENGI_TRY(reader, MonoReader::open(recording.path()));
  while (true) {
    SENGI_TRY(block, reader.read(65536));
    if (block.empty()) break;
    std::vector<std::int16_t> samples(block.size());
    std::ranges::transform(block, samples.begin(), data::to_int16);
    const auto count = static_cast<sf_count_t>(samples.size());
    if (sf_write_short(file.get(), samples.data(), count) != count) {
      return Error{
          fmt::format("{} cannot become FLAC: {}", recording.name(), sf_strerror(file.get()))};
    }
    if (memory.bytes.size() > bytes_max) {
      return Error{
          fmt::format("the sound of {} is longer than {} MB; share it without sound, or "
                      "share a shorter recording",
                      recording.name(), bytes_max >> 20)};
    }
  }
  file.reset();
  return std::move(memory.bytes);
}

}  // namespace sengi::view
