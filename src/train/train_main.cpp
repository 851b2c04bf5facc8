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
  app.add_flag("--json", json, "print the record of the training (out/training.json)");
  app.add_flag("--quiet", quiet, "print nothing but errors");
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    return app.exit(error) == 0 ? 0 : static_cast<int>(sengi::Outcome::bad_input);
  }
  if (json || quiet) sengi::silence_progress();
  sengi::watch_for_interrupt();
  Result<void> result;
  if (!grid.empty()) {
    if (const auto found = sengi::train::find_grid(grid); found.ok()) {
      options.grid = found.value();
    } else {
      result = found.error();
    }
  }
  if (result.ok()) result = train(folder, options, json, quiet);
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
