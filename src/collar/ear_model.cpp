// SPDX-License-Identifier: Apache-2.0
#include "collar/ear_model.h"

#include <fmt/format.h>

#include "compile/code_files.h"
#include "compile/listener_writer.h"
#include "evaluate/pipeline.h"

namespace sengi::collar {
namespace fs = std::filesystem;

struct EarModel::State {
  evaluate::Pipeline pipeline;
};

EarModel::EarModel(std::unique_ptr<State> state) : state_(std::move(state)) {}
EarModel::EarModel(EarModel&&) noexcept = default;
EarModel& EarModel::operator=(EarModel&&) noexcept = default;
EarModel::~EarModel() = default;

Result<EarModel> EarModel::load(const fs::path& path) {
  constexpr std::size_t classes = 32;  // of the event "call", SPEC.md
  SENGI_TRY(project, project::load_project(path));
  SENGI_TRY(pipeline, evaluate::Pipeline::load(project));
  const project::Trained& trained = pipeline.trained();
  if (trained.sense() != project::Sense::audio) {
    return Error{
        fmt::format("{}: a collar listens with a project of sounds; this one is of kind "
                    "\"{}\"",
                    path.string(), trained.kind)};
  }
  if (trained.labels.size() > classes) {
    return Error{fmt::format("{}: {} labels, and a call's message tells {} apart", path.string(),
                             trained.labels.size(), classes)};
  }
  return EarModel(std::make_unique<State>(State{std::move(pipeline)}));
}

const std::string& EarModel::name() const { return state_->pipeline.trained().name; }
const std::vector<std::string>& EarModel::labels() const {
  return state_->pipeline.trained().labels;
}
std::int32_t EarModel::sample_rate_hz() const {
  return state_->pipeline.trained().signal.sample_rate_hz;
}

Result<void> EarModel::write_code(const fs::path& folder) const {
  const project::Trained& trained = state_->pipeline.trained();
  SENGI_TRY(network, compile::generate(state_->pipeline.graph(), trained.name + "/out/model.tflite",
                                       trained.model_sha256));
  SENGI_TRY(listener, compile::generate_listener(trained, network.plan.name));
  std::vector<compile::CodeFile> files = compile::files_of(network, listener);
  // The network of behaviours has one.
  std::erase_if(files, [](const compile::CodeFile& file) { return file.name == "application.h"; });
  files.push_back({"collar_ear.h",
                   fmt::format("// SPDX-License-Identifier: Apache-2.0\n"
                               "// What the collar listens with. Made by sengi; do not edit.\n"
                               "#pragma once\n\n#include \"listener.h\"\n#include \"model.h\"\n\n"
                               "namespace ear = {};\n",
                               network.plan.name)});
  return compile::write_files(files, folder);
}

}  // namespace sengi::collar
