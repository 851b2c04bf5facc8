// SPDX-License-Identifier: Apache-2.0
#include "view/sound.h"

#include <algorithm>
#include <limits>

#include "data/audio_reader.h"

namespace sengi::view {
namespace {

void put(std::string& text, std::uint64_t number, int bytes) {
  for (int i = 0; i < bytes; ++i) text += static_cast<char>(number >> (8 * i) & 0xFF);
}

}  // namespace

std::string wav_header(std::int64_t frames, std::int32_t rate) {
  const auto data = static_cast<std::uint64_t>(frames) * 2;
  constexpr std::uint64_t most = std::numeric_limits<std::uint32_t>::max();
  const bool large = data > most - 64;
  std::string text = large ? "RF64" : "RIFF";
  put(text, large ? most : data + 36, 4);
  text += "WAVE";
  if (large) {
    text += "ds64";
    put(text, 28, 4);
    put(text, data + 72, 8);
    put(text, data, 8);
    put(text, static_cast<std::uint64_t>(frames), 8);
    put(text, 0, 4);
  }
  const auto hz = static_cast<std::uint64_t>(rate);
  text += "fmt ";
  put(text, 16, 4);
  put(text, 1, 2);  // PCM
  put(text, 1, 2);  // channel
  put(text, hz, 4);
  put(text, hz * 2, 4);
  put(text, 2, 2);
  put(text, 16, 2);
  text += "data";
  put(text, large ? most : data, 4);
  return text;
}

Result<std::string> Sound::read(std::int64_t first, std::int64_t count) {
  const auto head = static_cast<std::int64_t>(header_.size());
  std::string bytes;
  if (first < head) {
    bytes = header_.substr(static_cast<std::size_t>(first),
                           static_cast<std::size_t>(std::min(count, head - first)));
  }
  const std::int64_t from = std::max(first, head) - head;
  const std::int64_t to = first + count - head;
  if (to <= from) return bytes;
  const std::int64_t frame = from / 2;
  const std::int64_t end = (to + 1) / 2;
  if (!reader_ || next_ != frame) {
    SENGI_TRY(reader, MonoReader::open(recording_->path(), frame));
    reader_.emplace(std::move(reader));
    next_ = frame;
  }
  std::string samples;
  while (next_ < end) {
    SENGI_TRY(block, reader_->read(
                         static_cast<std::size_t>(std::min<std::int64_t>(end - next_, 1 << 16))));
    if (block.empty()) return Error{recording_->name() + ": ends before its header says"};
    for (const float sample : block) {
      const auto number = static_cast<std::uint16_t>(data::to_int16(sample));
      put(samples, number, 2);
    }
    next_ += static_cast<std::int64_t>(block.size());
  }
  bytes += samples.substr(static_cast<std::size_t>(from - 2 * frame),
                          static_cast<std::size_t>(to - from));
  return bytes;
}

}  // namespace sengi::view
