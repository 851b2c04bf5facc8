// SPDX-License-Identifier: Apache-2.0
// Does what a search asks for: builds a candidate for the board and runs it in the emulator, or
// trains it.
#pragma once

#include <filesystem>
#include <string>

#include "base/result.h"
#include "data/dataset.h"
#include "emulate/emulate.h"
#include "model/graph.h"
#include "project/project.h"
#include "project/trained.h"
#include "tune/trial.h"

namespace sengi::tune {

class TrialRunner {
 public:
  // `worker` names the folder that this runner alone builds in. The test side of the recordings is
  // left out here, so nothing that a search does can see it.
  // Errors: those of load_project(), load_dataset() and load_board(); no clip on the validation
  // side; a tool that building for the board needs and this machine lacks.
  static Result<TrialRunner> make(const std::string& project, const std::string& board,
                                  std::size_t worker, int threads);

  // `job` and the answer as text, see trial.h.
  std::string run(const std::string& job) const;

  const project::Project& project() const { return project_; }
  const emulate::Board& board() const { return board_; }

  // Changes with the recordings, their labels and sides.
  const std::string& recordings() const { return recordings_; }

  // The project with changes of its sengi.toml. Errors: those of parse_project().
  Result<project::Project> candidate(const Values& changes) const;
  // The text of its sengi.toml with the changes, where that makes the candidate and nothing else.
  Result<std::string> text_with(const Values& changes) const;
  // A trial's candidate as it was trained in a rung of so many epochs.
  project::Project trained(const project::Project& candidate, std::int32_t trial,
                           std::int32_t rung) const;

 private:
  TrialRunner() = default;

  Answer answer(const Job& job) const;
  Result<Cost> measure(const project::Project& candidate, std::int32_t trial) const;
  Result<Cost> cost_of(const project::Trained& trained, const model::Graph& graph) const;
  Result<Answer> train(const project::Project& candidate, const Job& job) const;
  // Leaves a trained project; the text of the training's record.
  Result<std::string> learn(const project::Project& candidate, std::int32_t trial,
                            std::int32_t rung) const;
  // What learns all at once learns all in the first rung, and is found done in those after it.
  std::int32_t epochs_of(const project::Project& candidate, std::int32_t rung) const;

  project::Project project_;
  std::filesystem::path file_;  // sengi.toml
  std::string text_;            // of it
  std::string recordings_;
  data::Dataset dataset_;  // without the test side
  emulate::Board board_;
  std::filesystem::path build_folder_;
  int threads_ = 1;
};

// Share of clips of one side that a trained project's int8 network gets right.
struct SideAccuracy {
  double balanced = 0;
  double plain = 0;
  std::size_t clips = 0;
};
Result<SideAccuracy> accuracy_on(const project::Project& trained, const data::Dataset& dataset,
                                 data::Split side);

}  // namespace sengi::tune
