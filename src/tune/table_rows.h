// SPDX-License-Identifier: Apache-2.0
// Rows that several tables have.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "project/project.h"
#include "tune/space.h"

namespace sengi::tune {

using Rows = std::vector<Dimension>;

inline constexpr const char* architecture_key = "model.architecture";

// As TOML writes them.
std::string written(std::string_view words);
std::string written(std::int32_t value);
std::string written(double value);
std::vector<std::string> written_all(const std::vector<std::string>& words);

// Channels and blocks of one architecture.
void add_sizes(Rows& rows, const project::Project& project, std::string_view architecture,
               std::vector<std::string> channels, std::vector<std::string> blocks);
// Trees and their depth, of both architectures that have them.
void add_trees(Rows& rows, const project::Project& project);
// What decides how a network learns, for the architectures that learn step by step.
void add_learning(Rows& rows, const project::Project& project,
                  const std::vector<std::string>& architectures);

}  // namespace sengi::tune
