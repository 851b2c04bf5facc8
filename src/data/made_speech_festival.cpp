// SPDX-License-Identifier: Apache-2.0
// festival: diphone and statistical voices made from recordings of people, in several languages.
// Starting it and loading a voice takes half a second, so it is given many utterances at once, as
// a program in its own language (Scheme).
#include <fmt/format.h>
#include <iconv.h>

#include <cstdint>
#include <memory>
#include <sstream>

#include "base/files.h"
#include "base/process.h"
#include "data/made_speech_engine.h"

namespace sengi::data {
namespace fs = std::filesystem;
namespace {

// UTF-8 text in the encoding that a voice was made for.
Result<std::string> encode(const std::string& text, const std::string& encoding) {
  if (encoding == "UTF-8") return text;
  const iconv_t opened = ::iconv_open((encoding + "//TRANSLIT").c_str(), "UTF-8");
  if (reinterpret_cast<std::intptr_t>(opened) == -1) {
    return Error{fmt::format("no such text encoding: \"{}\"", encoding)};
  }
  const std::unique_ptr<void, int (*)(iconv_t)> converter(opened, ::iconv_close);
  std::string input = text;
  std::string output(4 * text.size() + 16, '\0');
  char* in = input.data();
  char* out = output.data();
  std::size_t in_left = input.size();
  std::size_t out_left = output.size();
  if (::iconv(converter.get(), &in, &in_left, &out, &out_left) == static_cast<std::size_t>(-1)) {
    return Error{fmt::format("\"{}\" cannot be written in {}", text, encoding)};
  }
  output.resize(output.size() - out_left);
  return output;
}

std::string in_quotes(const std::string& text) {
  std::string safe = "\"";
  for (const char c : text) {
    if (c == '"' || c == '\\') safe += '\\';
    safe += c;
  }
  return safe + '"';
}

class Festival final : public Synthesizer {
 public:
  Result<std::vector<std::string>> voices() const override {
    const EngineNames names = names_of(Engine::festival);
    SENGI_CHECK(require_program(names.program, names.package));
    SENGI_TRY(listed, run_process({names.program, "-b", "(print (voice.list))"}));
    std::string text = listed.out;  // "(kal_diphone ked_diphone)"
    for (char& c : text) {
      if (c == '(' || c == ')') c = ' ';
    }
    std::istringstream words(text);
    std::vector<std::string> found;
    for (std::string word; words >> word;) found.push_back(word);
    return found;
  }

  std::size_t batch() const override { return 40; }

  Result<std::vector<Audio>> speak(std::span<const Utterance> utterances) const override {
    SENGI_TRY(folder, TemporaryFolder::make());
    SENGI_TRY(program, scheme(utterances, folder.path()));
    const fs::path file = folder.path() / "say.scm";
    SENGI_CHECK(write_text(file, program));
    SENGI_TRY(done, run_process({"festival", "-b", file.string()}));
    std::vector<Audio> spoken;
    for (std::size_t i = 0; i < utterances.size(); ++i) {
      SENGI_TRY(audio, read_spoken("festival", utterances[i], sound(folder.path(), i)));
      spoken.push_back(std::move(audio));
    }
    return spoken;
  }

 private:
  static fs::path sound(const fs::path& folder, std::size_t i) {
    return folder / fmt::format("{}.wav", i);
  }

  static Result<std::string> scheme(std::span<const Utterance> utterances, const fs::path& folder) {
    std::string program = fmt::format("(voice_{})\n", utterances.front().voice);
    for (std::size_t i = 0; i < utterances.size(); ++i) {
      const Utterance& utterance = utterances[i];
      SENGI_TRY(text, encode(utterance.text, utterance.encoding));
      program += fmt::format("(Parameter.set 'Duration_Stretch {:.3f})\n", 1 / utterance.speed);
      program += fmt::format("(utt.save.wave (utt.synth (Utterance Text {})) {} 'riff)\n",
                             in_quotes(text), in_quotes(sound(folder, i).string()));
    }
    return program;
  }
};

}  // namespace

const Synthesizer& festival() {
  static const Festival engine;
  return engine;
}

}  // namespace sengi::data
