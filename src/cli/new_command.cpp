// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <memory>

#include "base/files.h"
#include "base/text.h"
#include "cli/command.h"

namespace sengi::cli {
namespace fs = std::filesystem;
namespace {

struct Options {
  std::string kind;
  std::string folder;
};

// {} is the project's name. Keys behind "# " have the value that they have when left out.
constexpr const char* keyword_settings =
    R"(# A listener for sounds: words, calls, machines. Put recordings into a folder for each label:
#
#   recordings/tree_frog/*.wav
#   recordings/_silence_/*.wav   background alone: rain, wind, the road
#   recordings/_unknown_/*.wav   whatever else is heard there and is none of the labels
#
# or take what was marked in Raven or Audacity: sengi data import --help

[project]
name = "{}"   # the namespace of the generated C++

[data]
# path = "recordings"
# manifest = ""              # or a CSV file: path,label[,group][,split][,start_s,end_s]
# group = ''                 # where a file's name has its speaker, animal or site: '^([^_]+)_'
# clip_ms = 1000             # how long a sound is at most
# validation_percent = 10    # of the groups, to choose the best network by
# test_percent = 10          # of the groups, to be judged by and nothing else

[signal]
# sample_rate_hz = 16000     # twice the highest frequency that matters, or more
# window_ms = 30
# hop_ms = 20
# mel_channels = 40
# low_hz = 20
# high_hz = 7600
# feature = "mfcc"           # or "log-mel"
# coefficients = 10          # of an mfcc

[model]
# architecture = "ds-cnn"
# channels = 64              # fewer are smaller and faster
# blocks = 4

[train]
# epochs = 60
# patience = 20              # epochs without getting better before it stops
# learning_rate = 0.003
# threads = 0                # 0: all cores; 1: the same seed gives the same network
# seed = 1

[train.augment]
# shift_ms = 100
# gain_db = 6
# speed_percent = 10
# noise_probability = 0.5    # how often _silence_ is mixed in, at snr_db_min to snr_db_max
# snr_db_min = 5
# snr_db_max = 25

[detect]
# stride_ms = 100            # between two looks
# smoothing_ms = 300         # averaged over
# threshold = 0.8            # an event starts
# release = 0.5              # and ends
# refractory_ms = 500        # silence after it

[device]
# board = "mps2-an386"       # sengi boards lists them
)";

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

Result<Status> act(const std::string& path, const Session& session) {
  const fs::path folder(path);
  SENGI_CHECK(refuse_existing(folder));
  // "." and "frogs/" name a folder too.
  fs::path whole = fs::absolute(folder).lexically_normal();
  if (!whole.has_filename()) whole = whole.parent_path();
  const std::string name = identifier(whole.filename().string());
  SENGI_CHECK(make_folder(folder / "recordings"));
  SENGI_CHECK(write_text(folder / "sengi.toml", fmt::format(fmt::runtime(keyword_settings), name)));
  if (!session.quiet) {
    SENGI_CHECK(
        say(fmt::format("made {0}/sengi.toml and {0}/recordings\n\n"
                        "next:\n"
                        "  put recordings into {0}/recordings/LABEL, background alone into "
                        "{0}/recordings/_silence_\n"
                        "  sengi data check {0}\n"
                        "  sengi train {0}\n",
                        folder.string())));
  }
  return Status::done;
}

}  // namespace

void add_new(CLI::App& app, Session& session) {
  auto options = std::make_shared<Options>();
  CLI::App* command = app.add_subcommand("new", "Start a project: its folder and its sengi.toml");
  command
      ->add_option("KIND", options->kind, "keyword: sounds to listen for (words, calls, machines)")
      ->required()
      ->check(CLI::IsMember({"keyword"}));
  command->add_option("FOLDER", options->folder, "The project's folder; made if missing")
      ->required();
  add_quiet(*command, session);
  command->footer(
      "Writes a sengi.toml in which each setting stands with its default and what it does, and an\n"
      "empty folder for recordings. A project that is there already is left as it is.\n\n"
      "Example:\n"
      "  sengi new keyword frogs");
  command->callback([options, &session] {
    session.action = [options, &session] { return act(options->folder, session); };
  });
}

}  // namespace sengi::cli
