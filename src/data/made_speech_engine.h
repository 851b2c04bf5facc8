// SPDX-License-Identifier: Apache-2.0
// A speech synthesiser of the distribution, run as a program.
#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <vector>

#include "base/result.h"
#include "data/audio.h"
#include "data/made_speech_recipe.h"

namespace sengi::data {

// One thing to say. All that are said together share voice, variant and encoding.
struct Utterance {
  std::string voice;
  std::string variant;   // espeak-ng's speaker; empty: the voice's own
  std::string encoding;  // that the voice takes text in
  std::string text;      // UTF-8
  double speed = 1;      // of the voice's own
  double pitch = 1;
};

class Synthesizer {
 public:
  virtual ~Synthesizer() = default;

  // The names of the voices on this machine.
  // Errors: the program is missing (names its package) or does not answer.
  virtual Result<std::vector<std::string>> voices() const = 0;

  // How many utterances one call of speak() should have; more than 1 where the program is slow to
  // start.
  virtual std::size_t batch() const = 0;

  // One recording for each, at the voice's own rate. Thread rule: any thread.
  // Errors: the program fails, or leaves one out (names voice and text).
  virtual Result<std::vector<Audio>> speak(std::span<const Utterance> utterances) const = 0;
};

const Synthesizer& synthesizer(Engine engine);

// What each back end implements.
const Synthesizer& espeak_ng();
const Synthesizer& flite();
const Synthesizer& festival();

// The recording that a program should have written at `path` for an utterance.
Result<Audio> read_spoken(const std::string& program, const Utterance& utterance,
                          const std::filesystem::path& path);

}  // namespace sengi::data
