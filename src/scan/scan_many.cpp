// SPDX-License-Identifier: Apache-2.0
#include "scan/scan_many.h"

#include <fmt/format.h>

#include <algorithm>
#include <atomic>
#include <charconv>
#include <chrono>
#include <cmath>
#include <cstdlib>
#include <exception>
#include <mutex>
#include <optional>
#include <thread>
#include <utility>

#include "base/files.h"
#include "base/progress.h"
#include "base/text.h"
#include "data/audio_reader.h"
#include "data/files_below.h"
#include "data/label_folders.h"
#include "scan/scan_journal.h"

namespace sengi::scan {
namespace fs = std::filesystem;
namespace {

std::optional<std::size_t> whole_number(std::string_view text) {
  std::size_t number = 0;
  const auto [end, fault] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (fault != std::errc{} || end != text.data() + text.size()) return std::nullopt;
  return number;
}

std::optional<std::size_t> environment_number(const char* name) {
  const char* value = std::getenv(name);
  return value == nullptr ? std::nullopt : whole_number(value);
}

std::string journal_name(Part part) {
  return part.of == 1 ? "scan.journal"
                      : fmt::format("scan.{}-of-{}.journal", part.number + 1, part.of);
}

// Seconds in all, where there are so few that opening each takes no time; a step each otherwise.
class Steps {
 public:
  explicit Steps(const std::vector<Scanned>& all) : by_seconds_(all.size() <= few) {
    for (const Scanned& one : all) {
      if (!by_seconds_) break;
      const auto reader = data::AudioReader::open(one.subject.path);
      if (!reader) continue;
      const data::AudioInfo& info = reader.value().info();
      seconds_ += static_cast<double>(info.frames) / info.sample_rate_hz;
    }
    const std::size_t total =
        by_seconds_ ? static_cast<std::size_t>(std::ceil(seconds_)) : all.size();
    progress_.emplace(by_seconds_ ? "scanning, seconds of sound" : "scanning recordings", total);
  }
  void advanced(double seconds) {
    if (!by_seconds_) return;
    const std::lock_guard lock(mutex_);
    owed_ += seconds;
    const double whole = std::floor(owed_);
    if (whole < 1) return;
    owed_ -= whole;
    progress_->advance(static_cast<std::size_t>(whole));
  }
  void finished() {
    if (!by_seconds_) progress_->advance();
  }

 private:
  static constexpr std::size_t few = 1000;
  bool by_seconds_;
  double seconds_ = 0;
  double owed_ = 0;
  std::mutex mutex_;
  std::optional<Progress> progress_;
};

class Work {
 public:
  Work(const Scanner& scanner, const ManyOptions& options, std::optional<ScanJournal> journal,
       std::size_t threads_each)
      : scanner_(&scanner),
        options_(&options),
        journal_(std::move(journal)),
        threads_each_(threads_each) {}

  // Errors: those that end all work.
  Result<void> one(Scanned& scanned, Steps& steps) {
    const fs::path table =
        options_->to / (scanned.subject.name + std::string(ending_of(options_->format)));
    const auto now = state_of(scanned.subject.path);
    if (now && known(scanned, now.value(), table)) {
      steps.advanced(scanned.length_s);
      return {};
    }
    auto heard = scanner_->scan(scanned.subject.path, threads_each_,
                                [&](double seconds) { steps.advanced(seconds); });
    if (!heard) {
      if (interrupted()) return heard.error();
      scanned.fault = heard.error().message;
      return {};
    }
    scanned.length_s = heard.value().length_s;
    scanned.events_count = heard.value().events.size();
    if (!journal_) {
      scanned.events = std::move(heard.value().events);
      return {};
    }
    SENGI_CHECK(write_text(table, to_table(heard.value().events, scanned.subject.name,
                                           options_->band, options_->format)));
    // The state from before: what changed while it was read is scanned anew.
    return journal_->add(scanned.subject.name, {now.value().bytes, now.value().modified_ns,
                                                scanned.length_s, scanned.events_count});
  }

 private:
  bool known(Scanned& scanned, const Done& now, const fs::path& table) const {
    if (!journal_) return false;
    const auto done = journal_->find(scanned.subject.name, now);
    std::error_code ignored;
    if (!done || !fs::exists(table, ignored)) return false;
    scanned.length_s = done->length_s;
    scanned.events_count = done->events;
    scanned.before = true;
    return true;
  }

  const Scanner* scanner_;
  const ManyOptions* options_;
  std::optional<ScanJournal> journal_;
  std::size_t threads_each_;
};

}  // namespace

Result<std::vector<Subject>> subjects_of(const std::vector<std::string>& given) {
  std::vector<Subject> subjects;
  for (const std::string& word : given) {
    const fs::path path(word);
    std::error_code ignored;
    if (!fs::is_directory(path, ignored)) {
      if (!fs::exists(path, ignored)) return Error{word + ": no such file or folder"};
      subjects.push_back({path, path.filename().string()});
      continue;
    }
    SENGI_TRY(files, data::files_below(
                         path, [](const fs::path& file) { return data::is_recording(file); }));
    for (const fs::path& file : files) {
      subjects.push_back({file, file.lexically_relative(path).generic_string()});
    }
  }
  if (subjects.empty()) {
    return Error{fmt::format("{}: no recording in it", given.empty() ? "" : given.front())};
  }
  std::ranges::sort(subjects, {}, [](const Subject& s) { return std::pair(s.name, s.path); });
  const auto same = std::ranges::adjacent_find(subjects, {}, &Subject::name);
  if (same != subjects.end()) {
    return Error{
        fmt::format("{} and {}: both would be '{}' in the results; scan them one after "
                    "the other",
                    same->path.string(), std::next(same)->path.string(), same->name)};
  }
  return subjects;
}

Result<Part> part_named(const std::string& text) {
  const std::size_t slash = text.find('/');
  if (slash != std::string::npos) {
    const auto number = whole_number(std::string_view(text).substr(0, slash));
    const auto of = whole_number(std::string_view(text).substr(slash + 1));
    if (number && of && *number >= 1 && *number <= *of) return Part{*number - 1, *of};
  }
  return Error{fmt::format("--part {}: write it as 2/3, the second of three", text)};
}

Part part_of_environment() {
  static constexpr std::pair<const char*, const char*> names[] = {
      {"OMPI_COMM_WORLD_RANK", "OMPI_COMM_WORLD_SIZE"},
      {"PMI_RANK", "PMI_SIZE"},
      {"SLURM_PROCID", "SLURM_NTASKS"}};
  for (const auto& [rank, size] : names) {
    const auto number = environment_number(rank);
    const auto of = environment_number(size);
    if (number && of && *number < *of) return {*number, *of};
  }
  return {};
}

Result<void> say_over(const fs::path& folder, Part part, bool for_others) {
  // What tells this start from those before it.
  std::string job;
  for (const char* name : {"PMIX_NAMESPACE", "SLURM_JOB_ID", "SLURM_STEP_ID"}) {
    const char* value = std::getenv(name);
    if (value != nullptr) job += std::string(value) + " ";
  }
  if (part.of == 1 || job.empty()) return {};
  const auto mark = [&](std::size_t number) {
    return folder / fmt::format("scan.{}-of-{}.over", number + 1, part.of);
  };
  SENGI_CHECK(write_text(mark(part.number), job));
  for (std::size_t other = 0; for_others && other < part.of;) {
    if (interrupted()) return Error{"interrupted; what is found stands"};
    const auto said = read_text(mark(other));
    if (said && said.value() == job) {
      ++other;
    } else {
      std::this_thread::sleep_for(std::chrono::milliseconds(50));
    }
  }
  return {};
}

Result<std::vector<Scanned>> scan_many(const Scanner& scanner, const std::vector<Subject>& subjects,
                                       const ManyOptions& options) {
  std::vector<Scanned> all;
  for (std::size_t i = options.part.number; i < subjects.size(); i += options.part.of) {
    all.push_back({subjects[i], 0, 0, {}, false, {}});
  }
  std::optional<ScanJournal> journal;
  if (!options.to.empty()) {
    SENGI_TRY(opened, ScanJournal::open(options.to, journal_name(options.part), options.key));
    journal.emplace(std::move(opened));
  }
  const std::size_t cores =
      options.threads > 0 ? options.threads : std::max(1U, std::thread::hardware_concurrency());
  const std::size_t workers = std::clamp<std::size_t>(all.size(), 1, cores);
  Work work(scanner, options, std::move(journal), cores / workers);
  Steps steps(all);
  std::atomic<std::size_t> next = 0;
  std::mutex mutex;
  std::optional<Error> failure;
  const auto labour = [&] {
    for (std::size_t i = next++; i < all.size() && !interrupted(); i = next++) {
      Result<void> done;
      try {
        done = work.one(all[i], steps);
      } catch (const std::exception& fault) {
        done = Error{fmt::format("{}: out of memory or a fault inside sengi: {}",
                                 all[i].subject.path.string(), fault.what())};
      }
      steps.finished();
      if (done) continue;
      const std::lock_guard lock(mutex);
      if (!failure) failure = done.error();
      next = all.size();
    }
  };
  {
    std::vector<std::jthread> others;
    for (std::size_t i = 1; i < workers; ++i) others.emplace_back(labour);
    labour();
  }
  if (failure) return *failure;
  if (interrupted()) return Error{"interrupted; what is found stands, and the next run goes on"};
  return all;
}

}  // namespace sengi::scan
