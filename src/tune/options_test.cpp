// SPDX-License-Identifier: Apache-2.0
#include "tune/options.h"

#include <gmock/gmock.h>

#include <CLI/CLI.hpp>

namespace sengi::tune {
namespace {

Options read(std::vector<std::string> words) {
  CLI::App app;
  Options options;
  add_options(app, options);
  app.add_flag("--json", options.json);
  app.add_flag("--quiet", options.quiet);
  std::ranges::reverse(words);  // as CLI11 takes them
  app.parse(words);
  return options;
}

// sengi reads the words, writes them again, and sengi-tune reads those.
TEST(Options, AreTheSameAfterBeingHandedOn) {
  const Options options =
      read({"keywords", "--board",      "nano33ble", "--ram",       "64K",     "--flash",
            "200000",   "--latency-ms", "12.5",      "--energy-uj", "80",      "--trials",
            "40",       "--hours",      "0.1",       "--epochs",    "24",      "--seed",
            "9",        "--threads",    "2",         "--no-worse",  "--force", "--json"});
  EXPECT_EQ(options.ram_bytes, 65536U);
  EXPECT_EQ(options.latency_ms, 12.5);
  const auto words = arguments_of(options);
  EXPECT_EQ(arguments_of(read(words)), words);
  EXPECT_THAT(words, testing::IsSupersetOf({"--no-worse", "--force", "--json", "--hours", "0.1"}));
}

TEST(Options, WhatWasNotGivenIsNotHandedOn) {
  EXPECT_THAT(arguments_of(read({"keywords"})), testing::ElementsAre("keywords", "--seed", "1"));
}

TEST(Options, ApplyAndForceExcludeOneAnother) {
  EXPECT_THROW(read({"keywords", "--apply", "3", "--force"}), CLI::ParseError);
}

}  // namespace
}  // namespace sengi::tune
