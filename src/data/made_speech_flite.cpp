// SPDX-License-Identifier: Apache-2.0
// flite: small English voices cut from recordings of people.
#include <fmt/format.h>

#include <sstream>

#include "base/files.h"
#include "base/process.h"
#include "data/made_speech_engine.h"

namespace sengi::data {
namespace {

class Flite final : public Synthesizer {
 public:
  Result<std::vector<std::string>> voices() const override {
    const EngineNames names = names_of(Engine::flite);
    SENGI_CHECK(require_program(names.program, names.package));
    SENGI_TRY(listed, run_process({names.program, "-lv"}));
    std::istringstream words(listed.out);  // "Voices available: kal awb ..."
    std::vector<std::string> found;
    for (std::string word; words >> word;) found.push_back(word);
    return found;
  }

  std::size_t batch() const override { return 1; }

  Result<std::vector<Audio>> speak(std::span<const Utterance> utterances) const override {
    SENGI_TRY(folder, TemporaryFolder::make());
    std::vector<Audio> spoken;
    for (const Utterance& utterance : utterances) {
      const auto path = folder.path() / "spoken.wav";
      // The pitch is left as it is: its key differs from voice to voice.
      SENGI_TRY(done, run_process({"flite", "-voice", utterance.voice, "--setf",
                                   fmt::format("duration_stretch={:.3f}", 1 / utterance.speed),
                                   "-o", path.string(), "-t", utterance.text}));
      SENGI_TRY(audio, read_spoken("flite", utterance, path));
      spoken.push_back(std::move(audio));
    }
    return spoken;
  }
};

}  // namespace

const Synthesizer& flite() {
  static const Flite engine;
  return engine;
}

}  // namespace sengi::data
