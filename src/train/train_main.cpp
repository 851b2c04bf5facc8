// SPDX-License-Identifier: Apache-2.0
// sengi-train: what `sengi train` runs. A program of its own, so that nothing else loads libtorch.
#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <cstdio>
#include <exception>
#include <nlohmann/json.hpp>
#include <string>

#include "base/progress.h"
#include "base/result.h"
#include "project/project.h"
#include "project/trained.h"
#include "train/folds.h"
#include "train/learning_curve.h"
#include "train/train_project.h"

namespace {

using sengi::Result;

std::string percent(const nlohmann::json& accuracy) {
  if (accuracy.at("count") == 0) return "      –";
  return fmt::format("{:5.1f} %", 100 * accuracy.at("accuracy").get<double>());
}

// "0.35 to 2.2" of an interval of kilograms or kilowatt-hours, in thousandths.
std::string thousandths(const nlohmann::json& json, const std::string& key) {
  const double low = 1000 * json.at(key + "_low").get<double>();
  const double high = 1000 * json.at(key + "_high").get<double>();
  return low == high ? fmt::format("{:.2g}", low) : fmt::format("{:.2g} to {:.2g}", low, high);
}

void print_cost(const nlohmann::json& json) {
  fmt::print(
      "{} Wh {}, {} g of CO2 by the grid of {} ({:.0f} g a kWh)\n", thousandths(json, "energy_kwh"),
      json.at("energy_measured") == true ? "measured" : "modelled", thousandths(json, "co2_kg"),
      json.at("grid").at("name").get<std::string>(), json.at("grid").at("g_per_kwh").get<double>());
}

void print_figures(const sengi::project::Project& project, const std::string& record) {
  const auto json = nlohmann::json::parse(record);
  const auto& clips = json.at("clips");
  const auto& groups = json.at("groups");
  fmt::print("              validation       test\n");
  for (const char* graph : {"float", "int8"}) {
    const auto& accuracy = json.at(graph);
    fmt::print("  {:<12} {}    {}\n", graph, percent(accuracy.at("validation")),
               percent(accuracy.at("test")));
  }
  fmt::print("  {:<12} {:>7}    {:>7}\n", "clips", clips.at("validation").get<std::size_t>(),
             clips.at("test").get<std::size_t>());
  fmt::print("  {:<12} {:>7}    {:>7}\n", "groups", groups.at("validation").get<std::size_t>(),
             groups.at("test").get<std::size_t>());
  fmt::print("{} parameters, {} multiply-accumulates, {:.0f} s, {:.0f} s of processors\n",
             json.at("parameters").get<std::uint64_t>(), json.at("macs").get<std::uint64_t>(),
             json.at("wall_s").get<double>(), json.at("processor_s").get<double>());
  print_cost(json);
  fmt::print("wrote model.tflite, float.tflite, pipeline.json and training.json to {}\n",
             project.out().string());
}

// Where a share lies, in percent: "12.3 % (10.1 to 14.9)".
std::string foretold(const nlohmann::json& json) {
  return fmt::format("{:.1f} % ({:.1f} to {:.1f})", 100 * json.at("error").get<double>(),
                     100 * json.at("error_95").at(0).get<double>(),
                     100 * json.at("error_95").at(1).get<double>());
}

void print_curve(const nlohmann::json& json) {
  fmt::print("    clips   groups   epochs   wrong\n");
  for (const auto& point : json.at("points")) {
    fmt::print("  {:>7}  {:>7}  {:>7}  {:5.1f} %\n", point.at("clips").get<std::size_t>(),
               point.at("groups").get<std::size_t>(), point.at("epochs").get<int>(),
               100 - 100 * point.at("accuracy").get<double>());
  }
  const auto& fit = json.at("fit");
  if (fit.is_null()) return;
  const bool sure = fit.at("exponent_95").at(0) > 0;
  fmt::print(
      "{}: with twice the clips, {} wrong is expected; with four times, {}\n",
      sure ? "more recordings would help" : "how much more recordings would help is not sure",
      foretold(fit.at("predictions").at(1)), foretold(fit.at("predictions").at(2)));
}

void print_folds(const nlohmann::json& json) {
  fmt::print("  fold   clips   groups   right\n");
  for (const auto& fold : json.at("folds")) {
    fmt::print("  {:>4}  {:>6}  {:>7}  {:5.1f} %\n", fold.at("fold").get<int>(),
               fold.at("count").get<std::size_t>(), fold.at("groups").at("test").get<std::size_t>(),
               100 * fold.at("accuracy").get<double>());
  }
  const auto& spread = json.at("accuracy");
  fmt::print(
      "mean {:.1f} %, standard deviation {:.1f}, {:.1f} to {:.1f} %; {:.1f} % of all clips "
      "right, each by a network that did not learn from its group\n",
      100 * spread.at("mean").get<double>(), 100 * spread.at("standard_deviation").get<double>(),
      100 * spread.at("lowest").get<double>(), 100 * spread.at("highest").get<double>(),
      100 * json.at("all").at("accuracy").get<double>());
}

// A study instead of a training: a learning curve, or with `folds` a cross-validation.
Result<void> study(const std::string& folder, const sengi::train::TrainOptions& train,
                   std::size_t folds, bool json, bool quiet) {
  SENGI_TRY(project, sengi::project::load_project(folder));
  sengi::train::StudyOptions options{.force = train.force, .stop = train.stop, .tell = {}};
  if (!json && !quiet) {
    options.tell = [](const std::string& words) {
      fmt::print("{}\n", words);
      std::fflush(stdout);
    };
  }
  SENGI_TRY(result, folds > 0 ? sengi::train::cross_validate(project, folds, options)
                              : sengi::train::learning_curve(project, options));
  if (json) {
    fmt::print("{}", result);
  } else if (!quiet) {
    (folds > 0 ? print_folds : print_curve)(nlohmann::json::parse(result));
    fmt::print("wrote {}\n",
               (project.out() / (folds > 0 ? "folds.json" : "learning_curve.json")).string());
  }
  return {};
}

Result<void> train(const std::string& folder, const sengi::train::TrainOptions& options, bool json,
                   bool quiet) {
  SENGI_TRY(project, sengi::project::load_project(folder));
  SENGI_TRY(outcome, sengi::train::train_project(project, options));
  if (json) {
    fmt::print("{}", outcome.record);
    return {};
  }
  if (quiet) return {};
  if (outcome.up_to_date) {
    fmt::print("nothing changed since {} was trained (--force trains it again)\n",
               sengi::project::model_path(project).string());
    if (options.grid) print_cost(nlohmann::json::parse(outcome.record));
    return {};
  }
  if (!outcome.complete) {
    fmt::print("stopped early; this is the best so far, and --resume goes on from here\n");
  }
  print_figures(project, outcome.record);
  return {};
}

int run(int argc, char** argv) {
  CLI::App app("Trains a project's network and quantises it to int8", "sengi train");
  std::string folder;
  sengi::train::TrainOptions options;
  bool json = false;
  bool quiet = false;
  app.add_option("project", folder, "folder with a sengi.toml")->required();
  app.add_flag("--resume", options.resume, "go on with the training that was stopped");
  app.add_flag("--force", options.force, "train even if nothing changed");
  std::string grid;
  app.add_option("--grid", grid, "country whose electricity CO2 is reckoned by, such as KE");
  bool curve = false;
  std::size_t folds = 0;
  auto* curve_flag = app.add_flag("--learning-curve", curve, "train on growing parts instead");
  app.add_option("--folds", folds, "cross-validate by groups instead")
      ->check(CLI::Range(2, 50))
      ->excludes(curve_flag);
  app.add_flag("--json", json, "print the record of the training (out/training.json)");
  app.add_flag("--quiet", quiet, "print nothing but errors");
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    return app.exit(error) == 0 ? 0 : static_cast<int>(sengi::Outcome::bad_input);
  }
  if (quiet) {
    sengi::silence_progress();
  } else if (json) {
    sengi::write_progress_as_json();
  }
  sengi::watch_for_interrupt();
  Result<void> result;
  if (!grid.empty()) {
    if (const auto found = sengi::train::find_grid(grid); found.ok()) {
      options.grid = found.value();
    } else {
      result = found.error();
    }
  }
  if (result.ok()) {
    result = curve || folds > 0 ? study(folder, options, folds, json, quiet)
                                : train(folder, options, json, quiet);
  }
  if (result.ok()) return 0;
  fmt::print(stderr, "sengi train: {}\n", result.error().message);
  return static_cast<int>(result.error().outcome);
}

}  // namespace

int main(int argc, char** argv) {
  try {
    return run(argc, argv);
  } catch (const std::exception& error) {
    fmt::print(stderr, "sengi train: {}\n", error.what());
    return static_cast<int>(sengi::Outcome::bad_input);
  }
}
