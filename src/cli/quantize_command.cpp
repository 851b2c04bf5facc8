// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <memory>
#include <nlohmann/json.hpp>

#include "base/files.h"
#include "base/text.h"
#include "cli/command.h"
#include "cli/table.h"
#include "model/tflite.h"
#include "quantize/post_training.h"

namespace sengi::cli {
namespace fs = std::filesystem;
namespace {

using Json = nlohmann::ordered_json;

struct Options {
  std::string model;
  std::string calibration;
  std::string output;
  std::string answer = "auto";
};

// Files of inputs in a folder, in the order of their names.
Result<std::vector<fs::path>> input_files(const fs::path& path) {
  if (!fs::is_directory(path)) return std::vector<fs::path>{path};
  std::vector<fs::path> files;
  for (const auto& entry : fs::directory_iterator(path)) {
    const std::string ending = entry.path().extension().string();
    if (ending == ".bin" || ending == ".raw" || ending == ".in") files.push_back(entry.path());
  }
  std::ranges::sort(files);
  if (!files.empty()) return files;
  return Error{path.string() + ": holds no .bin, .raw or .in file of float32 inputs"};
}

Result<quantize::Inputs> read_inputs(const model::Graph& graph, const fs::path& path) {
  SENGI_TRY(files, input_files(path));
  quantize::Inputs inputs;
  for (const fs::path& file : files) {
    SENGI_TRY(bytes, read_file(file));
    SENGI_TRY(some, quantize::split_inputs(graph, bytes, file.string()));
    inputs.insert(inputs.end(), some.begin(), some.end());
  }
  return inputs;
}

std::string decibels(double value) { return fmt::format("{:.1f} dB", value); }

std::string percent(const std::optional<double>& share) {
  return share ? fmt::format("{:.2f} %", 100 * *share) : "";
}

std::string words_of(const quantize::PostTraining& result) {
  Table layers({"layer", ">signal to noise"});
  for (const quantize::LayerNoise& layer : result.chosen().noise.layers) {
    layers.add({layer.layer, decibels(layer.sqnr_db)});
  }
  Table rungs({"rung", ">output", result.classes ? ">same answer" : ">", ""});
  for (std::size_t i = 0; i < result.attempts.size(); ++i) {
    const quantize::Attempt& attempt = result.attempts[i];
    rungs.add({attempt.rung, decibels(attempt.noise.output_db), percent(attempt.noise.same_answer),
               i == result.best ? "<- taken" : ""});
  }
  const std::string compared =
      result.held_out_inputs > 0
          ? fmt::format("compared over {} held out", counted(result.held_out_inputs, "input"))
          : "compared over the same: too few to hold some out";
  return fmt::format("{}\n{}\ncalibrated on {}, {}\n", layers.text(), rungs.text(),
                     counted(result.calibration_inputs, "input"), compared);
}

std::string to_json(const quantize::PostTraining& result) {
  Json attempts = Json::array();
  for (const quantize::Attempt& attempt : result.attempts) {
    const auto& same = attempt.noise.same_answer;
    attempts.push_back({{"rung", attempt.rung},
                        {"output_sqnr_db", attempt.noise.output_db},
                        {"same_answer", same ? Json(*same) : Json(nullptr)}});
  }
  Json layers = Json::array();
  for (const quantize::LayerNoise& layer : result.chosen().noise.layers) {
    layers.push_back({{"layer", layer.layer}, {"sqnr_db", layer.sqnr_db}});
  }
  const Json json = {{"agrees", result.chosen().noise.agrees()},
                     {"rung", result.chosen().rung},
                     {"output_sqnr_db", result.chosen().noise.output_db},
                     {"same_answer", attempts[result.best]["same_answer"]},
                     {"calibration_inputs", result.calibration_inputs},
                     {"held_out_inputs", result.held_out_inputs},
                     {"attempts", attempts},
                     {"layers", layers}};
  return json.dump(2, ' ', false, Json::error_handler_t::replace) + "\n";
}

quantize::Answer answer_of(const std::string& word) {
  if (word == "class") return quantize::Answer::classes;
  return word == "values" ? quantize::Answer::values : quantize::Answer::by_graph;
}

Result<Status> act(const Options& options, const Session& session) {
  SENGI_TRY(bytes, read_file(options.model));
  SENGI_TRY(graph, model::read_tflite(bytes, options.model));
  if (!model::first_float_operator(graph)) {
    return Error{options.model + ": is int8 already; nothing to quantise"};
  }
  SENGI_TRY(inputs, read_inputs(graph, options.calibration));
  auto result = quantize::quantize_after_training(graph, inputs, answer_of(options.answer));
  if (!result) {
    return Error{options.model + ": " + result.error().message, result.error().outcome};
  }
  if (session.json) {
    SENGI_CHECK(say(to_json(result.value())));
  } else if (session.talks()) {
    SENGI_CHECK(say(words_of(result.value())));
  }
  if (auto verdict = result.value().verdict(); !verdict) {
    return Error{options.model + ": " + verdict.error().message, verdict.error().outcome};
  }
  const auto file = model::write_tflite(result.value().graph);
  SENGI_CHECK(write_file(options.output, file));
  if (session.talks()) {
    SENGI_CHECK(say(fmt::format("wrote {}: {} bytes, int8 in and out\n", options.output,
                                with_thousands(file.size()))));
  }
  return Status::done;
}

}  // namespace

void add_quantize(CLI::App& app, Session& session) {
  auto options = std::make_shared<Options>();
  CLI::App* command = app.add_subcommand("quantize", "Make a float network int8");
  command->add_option("MODEL", options->model, "A float32 MODEL.tflite")->required();
  command
      ->add_option("--calibrate", options->calibration,
                   "Inputs as it will meet them: a file of float32 inputs back to back, or a "
                   "folder of such files (.bin, .raw, .in)")
      ->required();
  command->add_option("-o,--output", options->output, "The int8 .tflite to write")->required();
  command
      ->add_option("--answer", options->answer,
                   "What the output is: the score of each class, or values; auto: classes where "
                   "SOFTMAX or ARG_MAX makes it")
      ->check(CLI::IsMember({"auto", "class", "values"}))
      ->capture_default_str();
  add_json(*command, session);
  add_quiet(*command, session);
  command->footer(
      "Follows TensorFlow Lite's int8 specification. Every other input is held out (of 8 or "
      "more),\n"
      "and int8 has to agree with float there: the same class for 99.5 % of them, or an output "
      "with\n"
      "20 dB of signal to noise. Until it does, a ladder is climbed: ranges without outliers,\n"
      "ranges of least square error, layers equalised, biases corrected. Where no rung suffices\n"
      "nothing is written and the command ends with 1.\n\n"
      "Examples:\n"
      "  sengi quantize model.tflite --calibrate inputs.bin -o model_int8.tflite\n"
      "  sengi quantize model.tflite --calibrate inputs/ -o model_int8.tflite --json");
  command->callback([options, &session] {
    session.action = [options, &session] { return act(*options, session); };
  });
}

}  // namespace sengi::cli
