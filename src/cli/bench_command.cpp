// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <memory>
#include <nlohmann/json.hpp>

#include "base/progress.h"
#include "base/text.h"
#include "cli/command.h"
#include "cli/measured_model.h"
#include "cli/subject.h"
#include "cli/table.h"
#include "evaluate/bench.h"
#include "project/trained.h"

namespace sengi::cli {
namespace fs = std::filesystem;
namespace {

using Json = nlohmann::ordered_json;

struct Options {
  std::vector<std::string> subjects;
  std::string board = "mps2-an386";
  std::string save;
  std::string against;
  bool layers = false;
  compile::Favor favor = compile::Favor::size;
};

// The .tflite that a subject stands for: itself, or what the project trained.
Result<fs::path> model_of(const std::string& name) {
  SENGI_TRY(subject, subject_of(name));
  if (subject == Subject::model) return fs::path(name);
  SENGI_TRY(project, project::load_project(name));
  SENGI_TRY(trained, project::load_trained(project));  // there, and whole
  return project::model_path(project);
}

// A project's networks are all called model.tflite: the project's name tells them apart.
Result<std::string> name_of(const std::string& name) {
  SENGI_TRY(subject, subject_of(name));
  if (subject == Subject::model) return identifier(fs::path(name).stem().string());
  SENGI_TRY(project, project::load_project(name));
  return project.name;
}

Result<void> check_names(const std::vector<std::string>& names) {
  for (std::size_t i = 0; i < names.size(); ++i) {
    if (std::count(names.begin(), names.end(), names[i]) > 1) {
      return Error{fmt::format("two networks are called {}; rename one", names[i])};
    }
  }
  return {};
}

Result<evaluate::Bench> measure_all(const Options& options, const emulate::Board& board,
                                    compile::Favor favor) {
  std::vector<fs::path> models;
  std::vector<std::string> names;
  for (const std::string& subject : options.subjects) {
    SENGI_TRY(model, model_of(subject));
    SENGI_TRY(name, name_of(subject));
    models.push_back(std::move(model));
    names.push_back(std::move(name));
  }
  SENGI_CHECK(check_names(names));
  evaluate::Bench bench{board.name, {}};
  Progress progress("measuring on " + board.name, models.size());
  for (std::size_t i = 0; i < models.size(); ++i) {
    progress.note(names[i]);
    SENGI_TRY(measured, measure_model(models[i], board, "", favor));
    bench.models.push_back(evaluate::bench_model(measured.plan, measured.record));
    bench.models.back().name = names[i];
    progress.advance();
  }
  return bench;
}

// ---- as words ----

std::string number(const std::optional<std::uint64_t>& value) {
  return value ? with_thousands(*value) : "–";
}

std::string ratio(std::uint64_t macs, const std::optional<std::uint64_t>& cycles) {
  const auto value = evaluate::cycles_per_mac(macs, cycles);
  return value ? fmt::format("{:.2f}", *value) : "–";
}

std::string models_table(const evaluate::Bench& bench) {
  Table table({"network", ">cycles", ">a MAC", ">RAM B", ">arena", ">static", ">stack", ">flash B",
               ">code", ">constants"});
  for (const evaluate::BenchModel& model : bench.models) {
    table.add({model.name, number(model.cycles), ratio(model.macs, model.cycles),
               with_thousands(model.ram_bytes()), with_thousands(model.arena_bytes),
               with_thousands(model.static_bytes), with_thousands(model.stack_bytes),
               with_thousands(model.flash_bytes()), with_thousands(model.code_bytes),
               with_thousands(model.const_bytes)});
  }
  return table.text();
}

std::string layers_table(const evaluate::BenchModel& model) {
  Table table(
      {"layer", "kind", ">MACs", ">cycles", ">a MAC", ">share", ">arena", ">code", ">constants"});
  for (const evaluate::BenchLayer& layer : model.layers) {
    const double share = model.cycles.value_or(0) == 0
                             ? 0
                             : 100 * static_cast<double>(layer.cycles.value_or(0)) /
                                   static_cast<double>(*model.cycles);
    table.add({layer.name, layer.kind, with_thousands(layer.macs), number(layer.cycles),
               ratio(layer.macs, layer.cycles), model.cycles ? fmt::format("{:.1f} %", share) : "–",
               with_thousands(layer.arena_bytes), with_thousands(layer.code_bytes),
               with_thousands(layer.const_bytes)});
  }
  return fmt::format("\n{}\n{}", model.name, table.text());
}

std::string changes_table(const std::vector<evaluate::Change>& changes) {
  Table table({"network", "figure", ">before", ">now", ">change", ""});
  for (const evaluate::Change& change : changes) {
    table.add({change.model, change.figure, with_thousands(change.before),
               with_thousands(change.after), fmt::format("{:+.2f} %", change.percent()),
               change.grew() ? "grew" : ""});
  }
  return "\n" + table.text();
}

// What favouring speed gives and takes.
std::string trade_table(const std::vector<evaluate::Change>& traded) {
  Table table({"network", "figure", ">for size", ">for speed", ">change"});
  for (const evaluate::Change& change : traded) {
    table.add({change.model, change.figure, with_thousands(change.before),
               with_thousands(change.after), fmt::format("{:+.1f} %", change.percent())});
  }
  return "\n" + table.text();
}

// What was compared with what was measured.
struct Compared {
  std::vector<evaluate::Change> traded;   // from favouring size to favouring speed
  std::vector<evaluate::Change> changes;  // since the saved run
};

std::string words_of(const Options& options, const evaluate::Bench& bench,
                     const emulate::Board& board, const Compared& compared) {
  std::string text = models_table(bench);
  for (const evaluate::BenchModel& model : bench.models) {
    if (options.layers) text += layers_table(model);
  }
  text += fmt::format("One inference on {}. RAM and flash are measured; {}.\n", board.title,
                      board.cycle_rule.empty() ? "this board has no rule for cycles"
                                               : "cycles are modelled (sengi run --explain)");
  if (!compared.traded.empty()) text += trade_table(compared.traded);
  if (!compared.changes.empty()) text += changes_table(compared.changes);
  return text;
}

Json json_of(const std::vector<evaluate::Change>& changes) {
  Json list = Json::array();
  for (const evaluate::Change& change : changes) {
    list.push_back({{"model", change.model},
                    {"figure", change.figure},
                    {"before", change.before},
                    {"after", change.after},
                    {"grew", change.grew()}});
  }
  return list;
}

std::string json_of(const evaluate::Bench& bench, const Compared& compared) {
  Json json = Json::parse(evaluate::to_json(bench));
  if (!compared.traded.empty()) json["against_size"] = json_of(compared.traded);
  if (!compared.changes.empty()) json["changes"] = json_of(compared.changes);
  return json.dump(2) + "\n";
}

Result<Status> act(const Options& options, const Session& session) {
  SENGI_TRY(board, emulate::load_board(options.board));
  if (board.qemu_machine.empty()) {
    return Error{board.name +
                 ": nothing is measured there; give --on an emulated board "
                 "(sengi boards)"};
  }
  std::optional<evaluate::Bench> saved;
  if (!options.against.empty()) {  // before the long work
    SENGI_TRY(read, evaluate::read_bench(options.against));
    saved = std::move(read);
  }
  SENGI_TRY(bench, measure_all(options, board, options.favor));
  Compared compared;
  if (options.favor == compile::Favor::speed) {
    SENGI_TRY(small, measure_all(options, board, compile::Favor::size));
    SENGI_TRY(traded, evaluate::compare(small, bench));
    compared.traded = std::move(traded);
  }
  if (saved) {
    SENGI_TRY(changes, evaluate::compare(*saved, bench));
    compared.changes = std::move(changes);
  }
  SENGI_CHECK(
      say(session.json ? json_of(bench, compared) : words_of(options, bench, board, compared)));
  if (!options.save.empty()) {
    SENGI_CHECK(write_result(session, options.save, evaluate::to_json(bench)));
  }
  const bool grew = std::ranges::any_of(compared.changes, &evaluate::Change::grew);
  return grew ? Status::no : Status::done;
}

}  // namespace

void add_bench(CLI::App& app, Session& session) {
  auto options = std::make_shared<Options>();
  CLI::App* command = app.add_subcommand("bench", "What networks cost on a board, to compare");
  command->add_option("SUBJECT", options->subjects, "MODEL.tflite files, or projects' folders")
      ->required();
  command->add_option("--on", options->board, "The board (sengi boards lists them)")
      ->capture_default_str();
  add_favor(*command, options->favor);
  command->add_flag("--layers", options->layers, "The figures of each layer too");
  command->add_option("--save", options->save, "File to keep the figures in");
  command->add_option("--against", options->against, "File that --save wrote, to compare with");
  add_json(*command, session);
  add_quiet(*command, session);
  command->footer(
      "Builds each network and runs it once on a made-up input, a project's network without its\n"
      "front end. With --against, ends with 1 where cycles, RAM or flash of a network grew by "
      "more\n"
      "than 1 %. With --favor speed, says what that gives and takes beside --favor size.\n\n"
      "Examples:\n"
      "  sengi bench model.tflite --layers\n"
      "  sengi bench model.tflite --favor speed\n"
      "  sengi bench keywords *.tflite --save before.json\n"
      "  sengi bench keywords *.tflite --against before.json");
  command->callback([options, &session] {
    session.action = [options, &session] { return act(*options, session); };
  });
}

}  // namespace sengi::cli
