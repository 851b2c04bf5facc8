// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <nlohmann/json.hpp>

#include "base/files.h"
#include "base/process.h"
#include "base/text.h"
#include "cli/command.h"
#include "cli/table.h"

namespace sengi::cli {
namespace {

using Json = nlohmann::ordered_json;

struct Finding {
  std::string what;
  std::string needed_for;
  std::string found;  // where; empty: missing
  std::string remedy;
  bool essential;  // to build and run; the rest makes speech
};

Finding program(const std::string& name, const std::string& package, const std::string& needed_for,
                bool essential = true) {
  const auto found = find_program(name);
  return {name, needed_for, found ? found->string() : "", "apt install " + package, essential};
}

Finding part(const std::string& name, const std::string& needed_for, const std::string& remedy) {
  const auto found = shipped(name);
  return {name, needed_for, found ? found.value().string() : "", remedy, true};
}

// Whether the cross-compiler has its C++ library, which Debian packages apart.
Finding cross_library() {
  Finding finding{"C++ library for Cortex-M", "building for boards", "",
                  "apt install libstdc++-arm-none-eabi-newlib libnewlib-arm-none-eabi", true};
  if (!find_program("arm-none-eabi-g++")) return finding;
  const auto answer = run_process({"arm-none-eabi-g++", "-print-file-name=libstdc++.a"});
  if (!answer) return finding;
  std::string path = answer.value().out;
  path.erase(path.find_last_not_of("\n ") + 1);
  if (path.starts_with('/')) finding.found = path;  // the bare name comes back where there is none
  return finding;
}

std::vector<Finding> examine() {
  const std::string again = "build or install sengi again";
  return {
      program("c++", "g++", "running programs on this machine"),
      program("arm-none-eabi-g++", "gcc-arm-none-eabi", "building for boards"),
      cross_library(),
      program("qemu-system-arm", "qemu-system-arm", "emulating boards"),
      part("lib/sengi_cycles.so", "counting cycles", again),
      part("libexec/sengi-train", "training",
           "apt install libtorch-dev, then build with -DSENGI_TRAIN=ON"),
      part("device/include", "building programs", again),
      part("firmware", "building programs", again),
      part("boards", "building programs", again),
      program("espeak-ng", "espeak-ng", "making speech", false),
      program("flite", "flite", "making speech", false),
      program("text2wave", "festival", "making speech", false),
  };
}

Json json_of(const Finding& finding) {
  return {{"what", finding.what},
          {"needed_for", finding.needed_for},
          {"found", finding.found.empty() ? Json(nullptr) : Json(finding.found)},
          {"essential", finding.essential},
          {"remedy", finding.remedy}};
}

std::string words_of(const std::vector<Finding>& findings, std::size_t missing) {
  Table table({"", "what", "needed for", "found, or how to get it"});
  for (const Finding& finding : findings) {
    const bool there = !finding.found.empty();
    table.add({there ? "✓" : "✗", finding.what, finding.needed_for,
               there ? finding.found : finding.remedy});
  }
  return table.text() + (missing == 0 ? "Nothing that sengi needs is missing.\n"
                                      : fmt::format("{} missing.\n", counted(missing, "thing")));
}

Result<Status> act(const Session& session) {
  const std::vector<Finding> findings = examine();
  std::size_t missing = 0;
  Json list = Json::array();
  for (const Finding& finding : findings) {
    missing += finding.essential && finding.found.empty() ? 1 : 0;
    list.push_back(json_of(finding));
  }
  SENGI_CHECK(say(session.json ? list.dump(2) + "\n" : words_of(findings, missing)));
  return missing == 0 ? Status::done : Status::no;
}

}  // namespace

void add_doctor(CLI::App& app, Session& session) {
  CLI::App* command =
      app.add_subcommand("doctor", "What is missing on this machine, and how to get it");
  add_json(*command, session);
  command->footer(
      "Ends with 1 where something that sengi needs is missing.\n\n"
      "Example:\n  sengi doctor");
  command->callback([&session] { session.action = [&session] { return act(session); }; });
}

}  // namespace sengi::cli
