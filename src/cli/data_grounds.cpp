// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <filesystem>
#include <memory>

#include "base/hash.h"
#include "base/progress.h"
#include "base/text.h"
#include "cli/data.h"
#include "data/dataset.h"
#include "data/image.h"
#include "data/made_ground.h"

namespace sengi::cli {
namespace {

namespace fs = std::filesystem;

struct Options {
  std::string project;
  std::string folder;
  std::uint64_t seed = 1;
};

// The grounds follow from the seed and the picture's name, so that each is the same again.
std::uint64_t seed_of(const Options& options, const data::Clip& clip) {
  const std::string words = fmt::format("{}/{}", options.seed, clip.path.filename().string());
  return std::stoull(sha256(words).substr(0, 16), nullptr, 16);
}

Result<Status> act(const Options& options, const Session& session) {
  SENGI_TRY(project, project::load_project(options.project));
  if (project.sense() != project::Sense::image) {
    return Error{fmt::format("{}: a project of kind {} has no pictures",
                             (project.folder / "sengi.toml").string(), project.kind)};
  }
  if (fs::exists(options.folder) && !fs::is_empty(options.folder)) {
    return Error{fmt::format("{}: holds something already; name a new folder", options.folder)};
  }
  SENGI_TRY(dataset, data::load_dataset(project));
  std::vector<data::Clip> clips;
  for (const data::Clip& clip : dataset.clips) {
    if (clip.split == data::Split::test) clips.push_back(clip);
  }
  std::size_t placed = 0;
  {
    Progress progress("making grounds", clips.size());
    for (const data::Clip& clip : clips) {
      if (interrupted()) return Error{"stopped", Outcome::no};
      SENGI_TRY(picture, data::read_image(clip.path));
      const data::Image result = data::on_made_ground(picture, seed_of(options, clip));
      placed += result == picture ? 0 : 1;
      const fs::path to = fs::path(options.folder) / dataset.labels[clip.label] /
                          clip.path.filename().replace_extension(".png");
      std::error_code ignored;  // write_png() says the same
      fs::create_directories(to.parent_path(), ignored);
      SENGI_CHECK(data::write_png(to, result));
      progress.advance();
    }
  }
  if (session.json) {
    SENGI_CHECK(say(fmt::format("{{\"pictures\": {}, \"placed\": {}}}\n", clips.size(), placed)));
  } else if (session.talks()) {
    SENGI_CHECK(
        say(fmt::format("{} of {} of the test side on made grounds, in {}\n",
                        with_thousands(placed), counted(clips.size(), "picture"), options.folder)));
  }
  if (placed == 0 && !clips.empty()) {
    return Error{"none of the pictures has its background cut away (black to its edges)",
                 Outcome::no};
  }
  return Status::done;
}

}  // namespace

void add_data_grounds(CLI::App& data, Session& session) {
  auto options = std::make_shared<Options>();
  CLI::App* command = data.add_subcommand(
      "grounds", "The test side's cut-out pictures, on made grounds and in another light");
  add_project(*command, options->project);
  command->add_option("--to", options->folder, "A new folder, to hold a folder a label")
      ->required();
  command->add_option("--seed", options->seed, "Of the grounds")->capture_default_str();
  add_json(*command, session);
  add_quiet(*command, session);
  command->footer(
      "What a network learned from pictures whose background was cut away is worth, where there "
      "is\n"
      "one: evaluate it on these. Grounds are made of noise in the colours of soil, grass, leaves, "
      "sky;\n"
      "photographs from the field are better, and harder. [train.augment] ground_probability has "
      "a\n"
      "network learn on such grounds.\n\n"
      "Examples:\n"
      "  sengi data grounds leaves --to on-grounds\n"
      "  sengi evaluate leaves --data on-grounds");
  command->callback([options, &session] {
    session.action = [options, &session] { return act(*options, session); };
  });
}

}  // namespace sengi::cli
