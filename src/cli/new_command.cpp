// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <memory>

#include "base/files.h"
#include "base/text.h"
#include "cli/command.h"
#include "cli/new_settings.h"
#include "project/project.h"

namespace sengi::cli {
namespace fs = std::filesystem;
namespace {

struct Options {
  std::string kind;
  std::string folder;
};

Result<void> refuse_existing(const fs::path& folder) {
  std::error_code ignored;
  const fs::path settings = folder / "sengi.toml";
  if (fs::exists(settings, ignored)) {
    return Error{
        fmt::format("{}: there is a project already; nothing was changed", settings.string())};
  }
  if (fs::exists(folder, ignored) && !fs::is_directory(folder, ignored)) {
    return Error{fmt::format("{}: a file is in the way; name a folder", folder.string())};
  }
  return {};
}

Result<Status> act(const Options& options, const Session& session) {
  const fs::path folder(options.folder);
  const KindSettings& kind = settings_for(options.kind);
  SENGI_CHECK(refuse_existing(folder));
  // "." and "frogs/" name a folder too.
  fs::path whole = fs::absolute(folder).lexically_normal();
  if (!whole.has_filename()) whole = whole.parent_path();
  const std::string name = identifier(whole.filename().string());
  SENGI_CHECK(make_folder(folder / "recordings"));
  SENGI_CHECK(write_text(folder / "sengi.toml", fmt::format(fmt::runtime(kind.text), name)));
  if (!session.quiet) {
    SENGI_CHECK(say(
        fmt::format("made {0}/sengi.toml and {0}/recordings\n\n"
                    "next:\n"
                    "  {1}\n"
                    "  sengi data check {0}\n"
                    "  sengi train {0}\n",
                    folder.string(), fmt::format(fmt::runtime(kind.first_step), folder.string()))));
  }
  return Status::done;
}

}  // namespace

void add_new(CLI::App& app, Session& session) {
  auto options = std::make_shared<Options>();
  CLI::App* command = app.add_subcommand("new", "Start a project: its folder and its sengi.toml");
  command->add_option("KIND", options->kind, kinds_in_words())
      ->required()
      ->check(CLI::IsMember(project::kind_names()));
  command->add_option("FOLDER", options->folder, "The project's folder; made if missing")
      ->required();
  add_quiet(*command, session);
  command->footer(
      "Writes a sengi.toml in which each setting stands with its default and what it does, and an\n"
      "empty folder for recordings. A project that is there already is left as it is.\n\n"
      "Examples:\n"
      "  sengi new keyword frogs\n"
      "  sengi new motion storks\n"
      "  sengi new image leaves");
  command->callback([options, &session] {
    session.action = [options, &session] { return act(*options, session); };
  });
}

}  // namespace sengi::cli
