// SPDX-License-Identifier: Apache-2.0
#include "data/made_speech_engine.h"

#include <fmt/format.h>

namespace sengi::data {

const Synthesizer& synthesizer(Engine engine) {
  switch (engine) {
    case Engine::flite:
      return flite();
    case Engine::festival:
      return festival();
    case Engine::espeak_ng:
      break;
  }
  return espeak_ng();
}

Result<Audio> read_spoken(const std::string& program, const Utterance& utterance,
                          const std::filesystem::path& path) {
  auto audio = read_audio(path, 0);
  if (audio) return audio;
  return Error{fmt::format("{} with the voice {} says nothing for \"{}\"", program, utterance.voice,
                           utterance.text)};
}

}  // namespace sengi::data
