// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <memory>

#include "base/files.h"
#include "base/text.h"
#include "cli/collar.h"
#include "collar/made_track.h"

namespace sengi::cli {
namespace {

struct MadeInput {
  std::string output;
  std::uint32_t seed = 1;
  std::uint32_t days = 30;
  double latitude = 15.68;
  double longitude = -2.2;
};

Result<Status> make(const MadeInput& input, const Session& session) {
  const geo::Position home{static_cast<std::int32_t>(input.latitude * 1e7),
                           static_cast<std::int32_t>(input.longitude * 1e7)};
  const movement::Track track =
      collar::make_track({.seed = input.seed, .days = input.days, .home = home});
  SENGI_CHECK(write_text(input.output, collar::to_csv(track)));
  if (session.talks()) {
    SENGI_CHECK(
        say(fmt::format("wrote {}: {} of {}, made: no animal went this way\n", input.output,
                        counted(track.fixes.size(), "position"), counted(input.days, "day"))));
  }
  return Status::done;
}

}  // namespace

void add_collar(CLI::App& app, Session& session) {
  CLI::App* group = app.add_subcommand("collar", "Tracks for trying out a collar");
  group->require_subcommand(1);
  auto input = std::make_shared<MadeInput>();
  CLI::App* command = group->add_subcommand("make-track", "Make a plausible elephant's track");
  command->add_option("-o,--output", input->output, "A CSV file")->required();
  command->add_option("--days", input->days, "How long")->check(CLI::Range(1, 3650));
  command->add_option("--seed", input->seed, "Another seed is another elephant");
  command->add_option("--latitude", input->latitude, "Of its home, in degrees")
      ->check(CLI::Range(-80.0, 80.0));
  command->add_option("--longitude", input->longitude, "Of its home")
      ->check(CLI::Range(-180.0, 180.0));
  add_quiet(*command, session);
  command->footer(
      "A correlated random walk that rests, feeds and walks by the time of day. Its animal is\n"
      "called made-SEED, so that nobody takes it for one that lives.\n\n"
      "Example:\n"
      "  sengi collar make-track -o made.csv --days 60 --seed 4");
  command->callback(
      [input, &session] { session.action = [input, &session] { return make(*input, session); }; });
}

}  // namespace sengi::cli
