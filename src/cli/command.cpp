// SPDX-License-Identifier: Apache-2.0
#include "cli/command.h"

#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <map>

#include "base/files.h"

namespace sengi::cli {

void add_json(CLI::App& command, Session& session) {
  command.add_flag(
      "--json", session.json,
      "Print the result as one JSON object, and progress as JSON lines on standard error");
}

void add_quiet(CLI::App& command, Session& session) {
  command.add_flag("-q,--quiet", session.quiet, "No progress and no words beside the result");
}

void let_threads_sleep() { ::setenv("OMP_WAIT_POLICY", "passive", /*overwrite=*/0); }

void add_favor(CLI::App& command, compile::Favor& favor) {
  static const std::map<std::string, compile::Favor> names = {{"size", compile::Favor::size},
                                                              {"speed", compile::Favor::speed}};
  command
      .add_option_function<std::string>(
          "--favor", [&favor](const std::string& name) { favor = names.at(name); },
          "size, or speed: fewer cycles for more flash, the same answers")
      ->check(CLI::IsMember({"size", "speed"}))
      ->default_str("size");
}

void add_project(CLI::App& command, std::string& project) {
  command.add_option("PROJECT", project, "The project's folder, or its sengi.toml")->required();
}

Result<void> say(const std::string& words) {
  const bool whole = std::fwrite(words.data(), 1, words.size(), stdout) == words.size();
  if (!whole || std::fflush(stdout) != 0) {
    return Error{fmt::format("standard output: cannot write: {}", std::strerror(errno))};
  }
  return {};
}

Result<void> write_result(const Session& session, const std::filesystem::path& path,
                          const std::string& text) {
  SENGI_CHECK(write_text(path, text));
  if (session.talks()) SENGI_CHECK(say(fmt::format("wrote {}\n", path.string())));
  return {};
}

}  // namespace sengi::cli
