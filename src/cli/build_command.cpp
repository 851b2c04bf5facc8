// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <memory>
#include <optional>

#include "base/files.h"
#include "base/hash.h"
#include "base/text.h"
#include "cli/collar.h"
#include "cli/command.h"
#include "cli/image.h"
#include "cli/subject.h"
#include "cli/table.h"
#include "cli/work_folder.h"
#include "compile/code_files.h"
#include "compile/export.h"
#include "emulate/emulate.h"
#include "evaluate/pipeline.h"
#include "model/tflite.h"

namespace sengi::cli {
namespace fs = std::filesystem;
namespace {

struct Options {
  std::string subject;
  std::string target = "cortex-m4";
  std::string folder;
  std::string library;  // a kind of export; empty: the code alone
  std::string board;    // that it has to fit; empty: none
  compile::Favor favor = compile::Favor::size;
};

struct Generated {
  compile::Plan plan;
  std::vector<compile::CodeFile> files;
  std::string model_sha256;
  std::string firmware;  // the program that is made of it
};

Result<Generated> from_model(const fs::path& path, compile::Favor favor) {
  SENGI_TRY(bytes, read_file(path));
  SENGI_TRY(graph, model::read_tflite(bytes, path.string()));
  graph.name = path.stem().string();
  const std::string hash = sha256(bytes);
  SENGI_TRY(code, compile::generate(graph, path.filename().string(), hash, favor));
  return Generated{code.plan, compile::files_of(code), hash, "model_runner"};
}

Result<Generated> from_project(const fs::path& path, compile::Favor favor) {
  SENGI_TRY(project, project::load_project(path));
  SENGI_TRY(pipeline, evaluate::Pipeline::load(project));
  const project::Trained& trained = pipeline.trained();
  SENGI_TRY(code, compile::generate(pipeline.graph(), trained.name + "/out/model.tflite",
                                    trained.model_sha256, favor));
  SENGI_TRY(listener, compile::generate_listener(trained, code.plan.name));
  return Generated{code.plan, compile::files_of(code, listener), trained.model_sha256,
                   compile::firmware_of(trained.sense())};
}

// Builds the whole program, which is refused where it needs more memory than the board has.
Result<emulate::Program> fit(const Generated& generated, const std::string& board_name,
                             compile::Favor favor) {
  SENGI_TRY(board, emulate::load_board(board_name));
  SENGI_TRY(folder, WorkFolder::cached(generated.model_sha256 + "-" + generated.firmware +
                                       (favor == compile::Favor::speed ? "-speed" : "")));
  SENGI_CHECK(compile::write_files(generated.files, folder.path() / "code"));
  return emulate::build({.board = board,
                         .firmware = generated.firmware,
                         .code = {folder.path() / "code"},
                         .fullest_layer = compile::fullest_layer(generated.plan),
                         .heaviest_layer = compile::heaviest_layer(generated.plan)},
                        folder.path() / board.name);
}

std::string bytes(std::size_t count) { return with_thousands(count) + " B"; }

std::string words_of(const compile::Plan& plan) {
  Table layers({"layer", "kind", "output", ">MACs", ">constants"});
  std::uint64_t macs = 0;
  for (const compile::Layer& layer : plan.layers) {
    macs += layer.macs;
    layers.add({layer.name, layer.kind, model::to_string(layer.output), with_thousands(layer.macs),
                bytes(layer.const_bytes)});
  }
  return fmt::format(
      "{}\n{} MACs; arena {} (planned), constants {} of flash (planned); code is "
      "measured by sengi run\n",
      layers.text(), with_thousands(macs), bytes(plan.arena_bytes), bytes(plan.const_bytes));
}

std::string difference(std::size_t before, std::size_t after) {
  return (after < before ? "−" + bytes(before - after) : "+" + bytes(after - before));
}

// What --favor speed takes.
std::string price_of_speed(const compile::Plan& small, const compile::Plan& fast) {
  return fmt::format(
      "against --favor size: constants {}, arena {}; what it saves is measured by sengi bench "
      "--favor speed\n",
      difference(small.const_bytes, fast.const_bytes),
      difference(small.arena_bytes, fast.arena_bytes));
}

Result<Status> act(const Options& options, const Session& session) {
  SENGI_TRY(subject, subject_of(options.subject));
  if (subject == Subject::project && collar::is_collar(options.subject)) {
    return build_collar({options.subject, options.board, options.library, options.folder}, session);
  }
  const auto generate = [&](compile::Favor favor) {
    return subject == Subject::model ? from_model(options.subject, favor)
                                     : from_project(options.subject, favor);
  };
  SENGI_TRY(generated, generate(options.favor));
  std::optional<emulate::Program> program;
  if (!options.board.empty()) {
    SENGI_TRY(fitting, fit(generated, options.board, options.favor));
    program = std::move(fitting);
  }
  if (!options.library.empty()) {
    SENGI_TRY(files, compile::export_files(options.library, generated.plan, generated.files));
    generated.files = std::move(files);
  }
  SENGI_CHECK(compile::write_files(generated.files, options.folder));
  const bool image = program && emulate::is_bare(program->board) && options.library.empty();
  if (image) SENGI_CHECK(write_image(*program, options.folder, generated.plan.name));
  if (session.json) {
    SENGI_CHECK(say(compile::to_json(generated.plan)));
  } else if (!session.quiet) {
    std::string names = fmt::format(" a library of {}", counted(generated.files.size(), "file"));
    if (options.library.empty()) {
      names.clear();
      for (const compile::CodeFile& file : generated.files) names += " " + file.name;
    }
    SENGI_CHECK(
        say(words_of(generated.plan) + fmt::format("wrote {}:{}\n", options.folder, names)));
    if (image) {
      SENGI_TRY(sections, sections_as_text(*program));
      SENGI_CHECK(say(fmt::format("\n{}wrote {}/{}.elf and .hex\n", sections, options.folder,
                                  generated.plan.name)));
    }
    if (options.favor == compile::Favor::speed) {
      SENGI_TRY(small, generate(compile::Favor::size));
      SENGI_CHECK(say(price_of_speed(small.plan, generated.plan)));
    }
  }
  return Status::done;
}

}  // namespace

void add_build(CLI::App& app, Session& session) {
  auto options = std::make_shared<Options>();
  CLI::App* command = app.add_subcommand("build", "Write a network or a project as readable C++");
  command->add_option("SUBJECT", options->subject, "A MODEL.tflite, or a project's folder")
      ->required();
  command->add_option("--target", options->target, "What it is for")
      ->check(CLI::IsMember({"cortex-m4", "host"}))
      ->capture_default_str();
  command->add_option("--on", options->board,
                      "A board that the whole program has to fit (sengi boards)");
  add_favor(*command, options->favor);
  command
      ->add_option("--export", options->library,
                   "A whole library for another build system, with an example")
      ->check(CLI::IsMember(compile::export_kinds()));
  command->add_option("-o,--output", options->folder, "Folder for the code; made if missing")
      ->required();
  add_json(*command, session);
  add_quiet(*command, session);
  command->footer(
      "Writes model.h, model.cpp and plan.json, and for a project its listener too. The code is\n"
      "plain C++20 that includes only sengi's device headers; it is the same for every target, "
      "byte\n"
      "for byte. With --export the folder is a library that holds all it needs, those headers "
      "too.\n"
      "With --on the program is built for that board and written beside the code (.elf, .hex), "
      "with\n"
      "what each of its sections takes; where it needs more RAM or flash than there is, nothing "
      "is\n"
      "written and the command ends with 1.\n"
      "Of a collar (kind = \"collar\") --on writes the image alone, and --export the library of "
      "its\n"
      "monitors.\n\n"
      "Examples:\n"
      "  sengi build keywords --target cortex-m4 -o generated\n"
      "  sengi build model.tflite --on microbit -o generated\n"
      "  sengi build model.tflite --favor speed -o generated\n"
      "  sengi build keywords --export arduino -o keywords_library\n"
      "  sengi build applications/elephant --on nrf52840 -o image\n"
      "  sengi build applications/elephant --export zephyr -o collar_module");
  command->callback([options, &session] {
    session.action = [options, &session] { return act(*options, session); };
  });
}

}  // namespace sengi::cli
