// SPDX-License-Identifier: Apache-2.0
// espeak-ng: formant synthesis in a hundred languages, with variants that change the speaker. It
// starts in ten milliseconds, so each utterance is a run of its own.
#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <sstream>

#include "base/files.h"
#include "base/process.h"
#include "data/made_speech_engine.h"

namespace sengi::data {
namespace {

constexpr int own_words_per_minute = 175;
constexpr int own_pitch = 50;  // of 0 to 99

class EspeakNg final : public Synthesizer {
 public:
  Result<std::vector<std::string>> voices() const override {
    const EngineNames names = names_of(Engine::espeak_ng);
    SENGI_CHECK(require_program(names.program, names.package));
    SENGI_TRY(listed, run_process({names.program, "--voices"}));
    std::vector<std::string> found;
    std::istringstream lines(listed.out);
    std::string line;
    std::getline(lines, line);  // the table's head
    while (std::getline(lines, line)) {
      std::istringstream cells(line);
      std::string priority;
      std::string name;
      if (cells >> priority >> name) found.push_back(name);
    }
    return found;
  }

  std::size_t batch() const override { return 1; }

  Result<std::vector<Audio>> speak(std::span<const Utterance> utterances) const override {
    SENGI_TRY(folder, TemporaryFolder::make());
    std::vector<Audio> spoken;
    for (const Utterance& utterance : utterances) {
      const auto path = folder.path() / "spoken.wav";
      SENGI_TRY(done, run_process(command(utterance, path.string())));
      SENGI_TRY(audio, read_spoken("espeak-ng", utterance, path));
      spoken.push_back(std::move(audio));
    }
    return spoken;
  }

 private:
  static std::vector<std::string> command(const Utterance& utterance, const std::string& path) {
    const std::string voice =
        utterance.variant.empty() ? utterance.voice : utterance.voice + "+" + utterance.variant;
    const long pitch = std::clamp(std::lround(own_pitch * utterance.pitch), 0L, 99L);
    return {"espeak-ng",
            "-v",
            voice,
            "-s",
            fmt::format("{}", std::lround(own_words_per_minute * utterance.speed)),
            "-p",
            fmt::format("{}", pitch),
            "-w",
            path,
            "--",
            utterance.text};
  }
};

}  // namespace

const Synthesizer& espeak_ng() {
  static const EspeakNg engine;
  return engine;
}

}  // namespace sengi::data
