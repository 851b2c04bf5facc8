// SPDX-License-Identifier: Apache-2.0
#include "data/recorder_metadata.h"

#include <fmt/chrono.h>
#include <fmt/format.h>
#include <sndfile.h>

#include <algorithm>
#include <charconv>
#include <chrono>
#include <memory>
#include <optional>
#include <vector>

#include "data/audio.h"
#include "data/csv.h"

namespace sengi::data {
namespace {

// Of a chunk or comment: far more than any recorder writes.
constexpr std::uint32_t most_bytes = 1 << 20;

// Takes words from the front of a text.
class Scanner {
 public:
  explicit Scanner(std::string_view text) : rest_(text) {}

  // Goes on behind the first `word`; whether there is one.
  bool skip_past(std::string_view word) {
    const std::size_t at = rest_.find(word);
    if (at == std::string_view::npos) return false;
    rest_.remove_prefix(at + word.size());
    return true;
  }
  bool take(char wanted) {
    if (rest_.empty() || rest_.front() != wanted) return false;
    rest_.remove_prefix(1);
    return true;
  }
  std::optional<int> whole() {
    int value = 0;
    const auto [end, error] = std::from_chars(rest_.data(), rest_.data() + rest_.size(), value);
    if (error != std::errc()) return std::nullopt;
    rest_.remove_prefix(static_cast<std::size_t>(end - rest_.data()));
    return value;
  }
  std::string_view until_any(std::string_view ends) {
    const std::size_t end = std::min(rest_.find_first_of(ends), rest_.size());
    const std::string_view word = rest_.substr(0, end);
    rest_.remove_prefix(end);
    return word;
  }

 private:
  std::string_view rest_;
};

// The number at the front of "4.2V", as text.
std::string leading_number(std::string_view text) {
  const std::size_t end = std::min(text.find_first_not_of("+-.0123456789"), text.size());
  std::string_view number = text.substr(0, end);
  while (number.ends_with('.')) number.remove_suffix(1);
  return number_in(number) ? std::string(number) : std::string();
}

// "(UTC)", "(UTC+1)", "(UTC-3:30)" in minutes.
std::optional<int> offset_minutes(Scanner& scanner) {
  if (!scanner.skip_past("(UTC")) return std::nullopt;
  if (scanner.take(')')) return 0;
  const bool west = scanner.take('-');
  if (!west && !scanner.take('+')) return std::nullopt;
  const auto hours = scanner.whole();
  if (!hours || *hours < 0 || *hours > 14) return std::nullopt;
  std::optional<int> minutes = 0;
  if (scanner.take(':')) minutes = scanner.whole();
  if (!minutes || *minutes < 0 || *minutes > 59) return std::nullopt;
  return (west ? -1 : 1) * (*hours * 60 + *minutes);
}

// "19:17:30 10/12/2018 (UTC+1)" in UTC.
std::string audiomoth_time(Scanner scanner) {
  int field[6];
  constexpr char behind[] = {':', ':', ' ', '/', '/', ' '};
  for (std::size_t i = 0; i < 6; ++i) {
    const auto value = scanner.whole();
    if (!value || !scanner.take(behind[i])) return {};
    field[i] = *value;
  }
  const auto offset = offset_minutes(scanner);
  using namespace std::chrono;
  const year_month_day date{year(field[5]), month(static_cast<unsigned>(field[4])),
                            day(static_cast<unsigned>(field[3]))};
  const bool in_a_day = field[0] >= 0 && field[0] < 24 && field[1] >= 0 && field[1] < 60 &&
                        field[2] >= 0 && field[2] < 61;
  if (!offset || !date.ok() || !in_a_day || field[5] < 1970 || field[5] > 9999) return {};
  const auto time =
      sys_days(date) + hours(field[0]) + minutes(field[1] - *offset) + seconds(field[2]);
  return fmt::format("{:%Y-%m-%dT%H:%M:%SZ}", fmt::gmtime(system_clock::to_time_t(time)));
}

// A word after a phrase, up to a blank or bracket.
std::string word_after(std::string_view text, std::string_view phrase) {
  Scanner scanner(text);
  if (!scanner.skip_past(phrase)) return {};
  return std::string(scanner.until_any(" ,)"));
}

struct CloseFile {
  void operator()(SNDFILE* file) const { sf_close(file); }
};

// The bytes of the first chunk of a name; empty where there is none.
std::string chunk_of(SNDFILE* file, std::string_view name) {
  SF_CHUNK_INFO info{};
  std::copy(name.begin(), name.end(), info.id);
  info.id_size = static_cast<unsigned>(name.size());
  SF_CHUNK_ITERATOR* const at = sf_get_chunk_iterator(file, &info);
  if (at == nullptr || sf_get_chunk_size(at, &info) != SF_ERR_NO_ERROR) return {};
  if (info.datalen == 0 || info.datalen > most_bytes) return {};
  std::string bytes(info.datalen, '\0');
  info.data = bytes.data();
  if (sf_get_chunk_data(at, &info) != SF_ERR_NO_ERROR) return {};
  return bytes;
}

}  // namespace

RecorderMetadata parse_guano(std::string_view text) {
  RecorderMetadata found;
  std::string make;
  std::string model;
  std::string serial;
  while (!text.empty()) {
    const std::size_t end = std::min(text.find('\n'), text.size());
    const std::string_view line = text.substr(0, end);
    text.remove_prefix(std::min(end + 1, text.size()));
    const std::size_t colon = line.find(':');
    if (colon == std::string_view::npos) continue;
    const std::string_view key = trimmed(line.substr(0, colon));
    std::string_view value = trimmed(line.substr(colon + 1));
    value =
        value.substr(0, std::min(value.find_first_of(std::string_view("\r\0", 2)), value.size()));
    if (key == "Timestamp") found.recorded_at = value;
    if (key == "Make") make = value;
    if (key == "Model") model = value;
    if (key == "Serial") serial = value;
    if (key == "OAD|Deployment ID") found.deployment = value;
    if (key == "Temperature Int" && found.temperature_c.empty()) {
      found.temperature_c = leading_number(value);
    }
    if (key == "Temperature Ext") found.temperature_c = leading_number(value);
    if (key == "Loc Position") {
      const std::size_t blank = std::min(value.find(' '), value.size());
      found.latitude = leading_number(value.substr(0, blank));
      found.longitude = leading_number(trimmed(value.substr(blank)));
      if (found.latitude.empty() || found.longitude.empty()) {
        found.latitude.clear();
        found.longitude.clear();
      }
    }
  }
  for (const std::string& part : {model.empty() ? make : model, serial}) {
    if (part.empty()) continue;
    if (!found.recorder.empty()) found.recorder += ' ';
    found.recorder += part;
  }
  return found;
}

RecorderMetadata parse_audiomoth_comment(std::string_view comment) {
  RecorderMetadata found;
  Scanner scanner(comment);
  if (!scanner.skip_past("Recorded at ")) return found;
  const std::string id = word_after(comment, "by AudioMoth ");
  if (id.empty()) return found;
  found.recorded_at = audiomoth_time(scanner);
  found.recorder = "AudioMoth " + id;
  found.deployment = word_after(comment, "during deployment ");
  found.temperature_c = leading_number(word_after(comment, "temperature was "));
  found.battery_v = leading_number(word_after(comment, "battery was "));
  if (found.battery_v.empty()) {
    found.battery_v = leading_number(word_after(comment, "battery state was "));
  }
  return found;
}

Result<RecorderMetadata> recorder_metadata(const std::filesystem::path& path) {
  SENGI_CHECK(audio_info(path));
  SF_INFO header{};
  const std::unique_ptr<SNDFILE, CloseFile> file(sf_open(path.c_str(), SFM_READ, &header));
  if (!file) return Error{fmt::format("{}: {}", path.string(), sf_strerror(nullptr))};
  RecorderMetadata found = parse_guano(chunk_of(file.get(), "guan"));
  if (!found.empty()) return found;
  const char* const comment = sf_get_string(file.get(), SF_STR_COMMENT);
  return comment == nullptr ? found : parse_audiomoth_comment(comment);
}

}  // namespace sengi::data
