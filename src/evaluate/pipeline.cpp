// SPDX-License-Identifier: Apache-2.0
#include "evaluate/pipeline.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstring>

#include "evaluate/parallel.h"
#include "model/interpreter.h"
#include "model/tflite.h"
#include "signal/extractor.h"

namespace sengi::evaluate {

struct Pipeline::State {
  std::shared_ptr<const project::Trained> trained;
  signal::Extractor extractor;
  model::Interpreter interpreter;
};

namespace {

Result<void> check_fit(const project::Trained& trained, const model::Graph& graph,
                       std::size_t features) {
  if (graph.inputs.size() != 1 || graph.outputs.size() != 1) {
    return Error{
        fmt::format("{}: the network has {} inputs and {} outputs; a project's "
                    "network needs one of each",
                    graph.name, graph.inputs.size(), graph.outputs.size())};
  }
  const model::Tensor& input = graph.tensors[static_cast<std::size_t>(graph.inputs[0])];
  const model::Tensor& output = graph.tensors[static_cast<std::size_t>(graph.outputs[0])];
  if (input.type != model::Type::int8 || input.elements() != features) {
    return Error{
        fmt::format("{}: input '{}' is {} {}, but the front end gives {} int8 features; "
                    "train the project again",
                    graph.name, input.name, model::to_string(input.shape),
                    model::name_of(input.type), features)};
  }
  if (output.type != model::Type::int8 || output.elements() != trained.labels.size() ||
      !output.quantization.per_tensor()) {
    return Error{
        fmt::format("{}: output '{}' is {} {}, but there are {} labels; train the project "
                    "again",
                    graph.name, output.name, model::to_string(output.shape),
                    model::name_of(output.type), trained.labels.size())};
  }
  return {};
}

}  // namespace

Pipeline::Pipeline(std::unique_ptr<State> state) : state_(std::move(state)) {}
Pipeline::Pipeline(Pipeline&&) noexcept = default;
Pipeline& Pipeline::operator=(Pipeline&&) noexcept = default;
Pipeline::~Pipeline() = default;

Result<Pipeline> Pipeline::load(const project::Project& project) {
  SENGI_TRY(trained, project::load_trained(project));
  SENGI_TRY(graph, model::read_tflite(project::model_path(project)));
  graph.name =
      trained.name;  // by which the generated code is known, rather than by the file's name
  return make(std::move(trained), std::move(graph));
}

Result<Pipeline> Pipeline::make(project::Trained trained, model::Graph graph) {
  SENGI_TRY(extractor, signal::Extractor::make(trained.features(), {trained.feature_offset,
                                                                    trained.feature_multiplier}));
  SENGI_CHECK(check_fit(trained, graph, extractor.shape(trained.clip_samples).values()));
  SENGI_TRY(interpreter, model::Interpreter::make(std::move(graph)));
  return Pipeline(
      std::make_unique<State>(State{std::make_shared<const project::Trained>(std::move(trained)),
                                    std::move(extractor), std::move(interpreter)}));
}

Pipeline Pipeline::copy() const {
  // The graph has passed make() once, so it does again.
  return Pipeline(std::make_unique<State>(
      State{state_->trained, state_->extractor, model::Interpreter::make(graph()).value()}));
}

const project::Trained& Pipeline::trained() const { return *state_->trained; }
const model::Graph& Pipeline::graph() const { return state_->interpreter.graph(); }

std::vector<std::int8_t> Pipeline::features(std::span<const std::int16_t> clip) const {
  return state_->extractor.features(clip);
}

Scores Pipeline::score(std::span<const std::int16_t> clip) {
  return score_features(features(clip));
}

Scores Pipeline::score_features(std::span<const std::int8_t> features) {
  const std::vector<std::byte> output = state_->interpreter.run(std::as_bytes(features));
  Scores scores(output.size());
  std::memcpy(scores.data(), output.data(), output.size());
  return scores;
}

double Pipeline::probability(std::int8_t score) const {
  const model::Quantization& by =
      graph().tensors[static_cast<std::size_t>(graph().outputs[0])].quantization;
  const double real = static_cast<double>(by.scale[0]) * (score - by.zero_point[0]);
  return std::clamp(real, 0.0, 1.0);
}

std::size_t best(std::span<const std::int8_t> scores) {
  return static_cast<std::size_t>(std::max_element(scores.begin(), scores.end()) - scores.begin());
}

Result<std::vector<Scores>> score_all(const Pipeline& pipeline, std::size_t count,
                                      const ReadClip& read, const std::string& title) {
  std::vector<Pipeline> each;
  for (std::size_t i = 0; i < workers(count); ++i) each.push_back(pipeline.copy());
  std::vector<Scores> scores(count);
  SENGI_CHECK(for_each_in_parallel(count, title, [&](std::size_t worker, std::size_t i) {
    auto clip = read(i);
    if (!clip) return Result<void>(clip.error());
    scores[i] = each[worker].score(clip.value());
    return Result<void>();
  }));
  return scores;
}

}  // namespace sengi::evaluate
