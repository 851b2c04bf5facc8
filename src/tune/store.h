// SPDX-License-Identifier: Apache-2.0
// A search on disk, below PROJECT/out/tune: search.json says what it is a search of, and
// trials/NNNN.json what is known of each trial. Each file is written beside its place and moved
// there, so whenever the program dies all that it had been told is there.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "base/result.h"
#include "project/project.h"
#include "tune/trial.h"

namespace sengi::tune {

class Store {
 public:
  explicit Store(const project::Project& project) : folder_(project.out() / "tune") {}

  const std::filesystem::path& folder() const { return folder_; }
  std::filesystem::path report() const { return folder_ / "report.html"; }

  // Takes the folder for this process while it lives. Errors: another search has it.
  Result<void> lock();
  // The trials of the search with this key, none where it is new; then the key is written. A trial
  // that is missing hides those behind it.
  // Errors: what is there is another search's; a record that is damaged.
  Result<std::vector<Trial>> open(const std::string& key);
  // The same whatever the key. Errors: there is no search.
  Result<std::vector<Trial>> read() const;
  // Forgets all.
  Result<void> clear();
  // Writes the trials that are other than what was last written.
  Result<void> save(const std::vector<Trial>& trials);

 private:
  std::filesystem::path path_of(std::int32_t trial) const;

  std::filesystem::path folder_;
  std::vector<Trial> written_;
};

// What makes two searches one: the project's sengi.toml and recordings, the seed, board and rungs.
std::string search_key(const project::Project& project, const std::string& recordings,
                       std::uint64_t seed, const std::string& board,
                       const std::vector<std::int32_t>& epochs);

}  // namespace sengi::tune
