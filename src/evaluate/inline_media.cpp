// SPDX-License-Identifier: Apache-2.0
#include "evaluate/inline_media.h"

#include <cstdint>
#include <string_view>

namespace sengi::evaluate {
namespace {

void put(std::string& file, std::uint32_t value, int bytes) {
  for (int i = 0; i < bytes; ++i) file += static_cast<char>(value >> (8 * i) & 0xFF);
}

// RIFF WAVE, PCM (Microsoft and IBM 1991).
std::string wav_file(const data::Audio& audio) {
  const auto data_bytes = static_cast<std::uint32_t>(2 * audio.samples.size());
  const auto rate_hz = static_cast<std::uint32_t>(audio.sample_rate_hz);
  std::string file = "RIFF";
  put(file, 36 + data_bytes, 4);
  file += "WAVEfmt ";
  put(file, 16, 4);
  put(file, 1, 2);  // PCM
  put(file, 1, 2);  // channels
  put(file, rate_hz, 4);
  put(file, 2 * rate_hz, 4);  // bytes a second
  put(file, 2, 2);            // bytes a frame
  put(file, 16, 2);           // bits a sample
  file += "data";
  put(file, data_bytes, 4);
  for (const std::int16_t sample : audio.samples) put(file, static_cast<std::uint16_t>(sample), 2);
  return file;
}

// RFC 4648, section 4.
std::string base64(std::string_view bytes) {
  constexpr std::string_view digits =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  std::string text;
  for (std::size_t i = 0; i < bytes.size(); i += 3) {
    std::uint32_t three = 0;
    for (std::size_t k = 0; k < 3; ++k) {
      const auto byte = i + k < bytes.size() ? static_cast<unsigned char>(bytes[i + k]) : 0U;
      three = three << 8 | byte;
    }
    for (std::size_t k = 0; k < 4; ++k) {
      text += i + k > bytes.size() ? '=' : digits[three >> (18 - 6 * k) & 63];
    }
  }
  return text;
}

}  // namespace

std::string sound_address(const data::Audio& audio) {
  return "data:audio/wav;base64," + base64(wav_file(audio));
}

std::string picture_address(const data::Image& image) {
  const auto png = data::encode_png(image);
  if (!png) return {};
  const auto* first = reinterpret_cast<const char*>(png.value().data());
  return "data:image/png;base64," + base64({first, png.value().size()});
}

}  // namespace sengi::evaluate
