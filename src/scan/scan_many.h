// SPDX-License-Identifier: Apache-2.0
// Scans many recordings, on all cores and as one of several processes, and goes on after a cut.
#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "base/result.h"
#include "scan/event_tables.h"
#include "scan/scan.h"

namespace sengi::scan {

// A recording to scan, and what tables and journals call it: below the folder that was given.
struct Subject {
  std::filesystem::path path;
  std::string name;
};

// Those given and all in the folders given, each once, sorted by name.
// Errors: nothing of that name; a folder that cannot be read; none found; two of one name.
Result<std::vector<Subject>> subjects_of(const std::vector<std::string>& given);

// Which of several processes this is; each takes its share of the recordings.
struct Part {
  std::size_t number = 0;  // from 0
  std::size_t of = 1;
};
// "2/3" is the second of three.
Result<Part> part_named(const std::string& text);
// As mpirun or Slurm numbered this process; alone where none of them started it.
Part part_of_environment();

// Of processes that mpirun or Slurm started together: says that this one is over, and waits until
// all are where `for_others`. mpirun ends all as soon as one ends with a status that is not 0.
// Errors: the folder cannot be written; Ctrl-C.
Result<void> say_over(const std::filesystem::path& folder, Part part, bool for_others);

struct ManyOptions {
  std::filesystem::path to;  // for a table a recording, and the journal; empty: kept in memory
  Format format = Format::csv;
  std::string key;          // stands for the model and all settings
  std::size_t threads = 0;  // 0: the cores
  Part part;
  Band band{0, 0};
};

struct Scanned {
  Subject subject;
  double length_s = 0;
  std::uint64_t events_count = 0;
  std::vector<events::Event> events;  // where there is no folder for tables
  bool before = false;                // by an earlier scan
  std::string fault;                  // why it could not be scanned; empty: it was
};

// In the order of the subjects, of this part alone. What cannot be read is a fault of that
// recording, and the others are scanned.
// Errors: a table or the journal cannot be written; Ctrl-C.
Result<std::vector<Scanned>> scan_many(const Scanner& scanner, const std::vector<Subject>& subjects,
                                       const ManyOptions& options);

}  // namespace sengi::scan
