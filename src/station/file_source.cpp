// SPDX-License-Identifier: Apache-2.0
#include "station/file_source.h"

#include <fmt/format.h>

#include <algorithm>
#include <fstream>
#include <set>

#include "base/files.h"
#include "station/envelope.h"

namespace sengi::station {
namespace {

namespace fs = std::filesystem;

// One line without its end. A line beyond what any uplink has is read to its end and cut short, so
// that a file of one endless line takes no memory.
bool read_line(std::istream& stream, std::string& line) {
  line.clear();
  std::streambuf& buffer = *stream.rdbuf();
  int c = buffer.sbumpc();
  if (c == std::char_traits<char>::eof()) return false;
  for (; c != std::char_traits<char>::eof() && c != '\n'; c = buffer.sbumpc()) {
    if (line.size() <= envelope_bytes_max) line += static_cast<char>(c);
  }
  if (!line.empty() && line.back() == '\r') line.pop_back();
  return true;
}

class Importer {
 public:
  Importer(const Keep& keep, std::string name) : keep_(keep), name_(std::move(name)) {}

  Result<void> add(std::string body, std::size_t line) {
    auto received = parse_envelope(body);
    if (received.ok()) {
      batch_.emplace_back(std::move(received).value());
    } else {
      body.resize(std::min(body.size(), refused_bytes_max));
      batch_.emplace_back(
          Refused{fmt::format("{}:{}", name_, line), received.error().message, std::move(body)});
    }
    return batch_.size() < commit_arrivals_max ? Result<void>() : flush();
  }

  Result<void> flush() {
    if (batch_.empty()) return {};
    SENGI_TRY(all, keep_(std::exchange(batch_, {})));
    for (const Kept& kept : all) {
      imported_.uplinks += kept.as == Kept::As::uplink ? 1 : 0;
      imported_.duplicates += kept.as == Kept::As::duplicate ? 1 : 0;
      imported_.refused += kept.as == Kept::As::refused ? 1 : 0;
    }
    return {};
  }

  const Imported& imported() const { return imported_; }

 private:
  const Keep& keep_;
  std::string name_;
  std::vector<Arrival> batch_;
  Imported imported_;
};

bool is_blank(const std::string& line) {
  return line.find_first_not_of(" \t") == std::string::npos;
}

// A file that people laid out over lines opens an object and does not close it on the first.
Result<bool> is_one_object(const fs::path& path) {
  std::error_code fault;
  const auto bytes = fs::file_size(path, fault);
  if (fault) return Error{fmt::format("{}: {}", path.string(), fault.message())};
  if (bytes > envelope_bytes_max) return false;
  std::ifstream stream(path, std::ios::binary);
  std::string line;
  while (read_line(stream, line) && is_blank(line)) continue;
  return !parse_envelope(line).ok() && line.starts_with('{') && !line.ends_with('}');
}

std::set<fs::path> waiting_in(const fs::path& folder) {
  std::set<fs::path> files;
  std::error_code fault;
  for (const auto& entry : fs::directory_iterator(folder, fault)) {
    const std::string ending = entry.path().extension().string();
    const bool ours = ending == ".json" || ending == ".jsonl" || ending == ".ndjson";
    const bool hidden = entry.path().filename().string().starts_with('.');
    if (ours && !hidden && entry.is_regular_file(fault)) files.insert(entry.path());
  }
  return files;
}

}  // namespace

Result<Imported> import_file(const fs::path& path, const Keep& keep) {
  SENGI_TRY(whole, is_one_object(path));
  Importer importer(keep, path.filename().string());
  if (whole) {
    SENGI_TRY(text, read_text(path));
    SENGI_CHECK(importer.add(std::move(text), 1));
  } else {
    std::ifstream stream(path, std::ios::binary);
    if (!stream) return Error{path.string() + ": cannot be read"};
    std::string line;
    for (std::size_t number = 1; read_line(stream, line); ++number) {
      if (!is_blank(line)) SENGI_CHECK(importer.add(line, number));
    }
  }
  SENGI_CHECK(importer.flush());
  return importer.imported();
}

void run_folder(const fs::path& folder, const Keep& keep, const Tell& tell,
                const std::atomic<bool>& stop) {
  std::error_code fault;
  fs::create_directories(folder / "kept", fault);
  std::string told;
  const auto tell_once = [&](const std::string& words) {
    if (words != told) tell(told = words);
  };
  while (!stop) {
    for (const fs::path& path : waiting_in(folder)) {
      if (stop) return;
      const auto imported = import_file(path, keep);
      if (!imported.ok()) {
        tell_once(imported.error().message);
        break;
      }
      fs::rename(path, folder / "kept" / path.filename(), fault);
      if (fault) {
        tell_once(fmt::format("{}: cannot be moved to {}: {}", path.string(),
                              (folder / "kept").string(), fault.message()));
        break;
      }
      tell(fmt::format("{}: {} new, {} known, {} refused", path.filename().string(),
                       imported.value().uplinks, imported.value().duplicates,
                       imported.value().refused));
    }
    pause(std::chrono::milliseconds(500), stop);
  }
}

}  // namespace sengi::station
