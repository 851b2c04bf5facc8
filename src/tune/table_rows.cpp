// SPDX-License-Identifier: Apache-2.0
#include "tune/table_rows.h"

#include <fmt/format.h>

#include <utility>

namespace sengi::tune {

std::string written(std::string_view words) { return fmt::format("\"{}\"", words); }

std::string written(std::int32_t value) { return fmt::to_string(value); }

std::string written(double value) { return fmt::format("{:g}", value); }

std::vector<std::string> written_all(const std::vector<std::string>& words) {
  std::vector<std::string> all;
  for (const std::string& word : words) all.push_back(written(word));
  return all;
}

void add_sizes(Rows& rows, const project::Project& project, std::string_view architecture,
               std::vector<std::string> channels, std::vector<std::string> blocks) {
  const std::vector<std::string> when = {written(architecture)};
  const project::ModelConfig& model = project.model;
  rows.push_back(
      {"model.channels", std::move(channels), written(model.channels), architecture_key, when});
  if (blocks.empty()) return;
  rows.push_back(
      {"model.blocks", std::move(blocks), written(model.blocks), architecture_key, when});
}

void add_trees(Rows& rows, const project::Project& project) {
  const std::vector<std::string> when = {written("random-forest"), written("boosted-trees")};
  const project::ModelConfig& model = project.model;
  rows.push_back({"model.trees",
                  {"10", "25", "50", "100", "200"},
                  written(model.trees),
                  architecture_key,
                  when});
  rows.push_back(
      {"model.depth", {"2", "3", "4", "6", "8"}, written(model.depth), architecture_key, when});
}

void add_learning(Rows& rows, const project::Project& project,
                  const std::vector<std::string>& architectures) {
  const std::vector<std::string> when = written_all(architectures);
  const project::TrainConfig& train = project.train;
  rows.push_back({"train.learning_rate",
                  {"0.001", "0.002", "0.003", "0.005"},
                  written(train.learning_rate),
                  architecture_key,
                  when});
  rows.push_back({"train.dropout",
                  {"0", "0.1", "0.2", "0.3"},
                  written(train.dropout),
                  architecture_key,
                  when});
}

}  // namespace sengi::tune
