// SPDX-License-Identifier: Apache-2.0
#include "collar/image.h"

#include <fmt/format.h>

#include <charconv>

#include "base/files.h"
#include "compile/code_files.h"
#include "compile/listener_writer.h"
#include "data/series_clips.h"
#include "evaluate/pipeline.h"
#include "sengi/version.h"
#include "zones/compact.h"

namespace sengi::collar {
namespace fs = std::filesystem;
namespace {

constexpr unsigned firmware_major = 0, firmware_minor = 1, firmware_patch = 0;

// Beside the model's code; firmware/collar/main.cpp includes it.
std::string image_header(const Parts& parts, const Image& image) {
  const auto area = [](const char* name, const store::Area& a) {
    return fmt::format("    .{} = {{{}, {}}},\n", name, a.first_sector, a.sectors);
  };
  return fmt::format(R"(// SPDX-License-Identifier: Apache-2.0
// Made by sengi of {}; do not edit.
#pragma once

#include "collar_zones.h"
#include "sengi/collar/spec.h"
{}{}
namespace collar_image {{

inline constexpr std::uint16_t firmware_version = {};
inline constexpr std::uint16_t model_version = {};
inline constexpr std::uint8_t behaviours = {};
inline constexpr std::span<const std::uint8_t> zones = collar_zones;
inline constexpr std::uint32_t sectors = {};
inline constexpr sengi::collar::Layout layout = {{
{}{}{}{}}};

}}  // namespace collar_image
)",
                     parts.model ? parts.model->name() + " and zones" : "zones",
                     parts.model ? "\n#define COLLAR_HAS_BEHAVIOURS 1\n" : "",
                     parts.ear ? "\n#define COLLAR_HAS_EAR 1\n" : "", image.firmware_version,
                     image.model_version, image.behaviours,
                     image.layout.messages.first_sector + image.layout.messages.sectors,
                     area("journal", image.layout.journal), area("settings", image.layout.settings),
                     area("zones", image.layout.zones), area("messages", image.layout.messages));
}

}  // namespace

struct BehaviourModel::State {
  State(project::Project of, evaluate::Pipeline from)
      : project(std::move(of)), pipeline(std::move(from)) {}
  project::Project project;
  mutable evaluate::Pipeline pipeline;
};

BehaviourModel::BehaviourModel(std::unique_ptr<State> state) : state_(std::move(state)) {}
BehaviourModel::BehaviourModel(BehaviourModel&&) noexcept = default;
BehaviourModel& BehaviourModel::operator=(BehaviourModel&&) noexcept = default;
BehaviourModel::~BehaviourModel() = default;

Result<BehaviourModel> BehaviourModel::load(const fs::path& path) {
  SENGI_TRY(project, project::load_project(path));
  SENGI_TRY(pipeline, evaluate::Pipeline::load(project));
  const project::Trained& trained = pipeline.trained();
  if (trained.sense() != project::Sense::series || trained.series.spec.axes > 3) {
    return Error{
        fmt::format("{}: a collar's model judges an accelerometer's rows, of one to three "
                    "axes; this project is of kind \"{}\"",
                    path.string(), trained.kind)};
  }
  if (trained.labels.size() > behaviours_max) {
    return Error{fmt::format("{}: {} labels, and a day's budget tells of at most {}", path.string(),
                             trained.labels.size(), behaviours_max)};
  }
  project::Project settled = project::settled_as(std::move(project), trained);
  return BehaviourModel(std::make_unique<State>(std::move(settled), std::move(pipeline)));
}

const std::string& BehaviourModel::name() const { return state_->pipeline.trained().name; }
const std::vector<std::string>& BehaviourModel::labels() const {
  return state_->pipeline.trained().labels;
}
std::uint16_t BehaviourModel::version() const {
  const std::string& sha = state_->pipeline.trained().model_sha256;
  std::uint16_t version = 0;
  std::from_chars(sha.data(), sha.data() + std::min<std::size_t>(sha.size(), 4), version, 16);
  return version;
}
std::uint8_t BehaviourModel::axes() const {
  return static_cast<std::uint8_t>(state_->pipeline.trained().series.spec.axes);
}
std::size_t BehaviourModel::window_values() const {
  return static_cast<std::size_t>(state_->pipeline.trained().clip_samples);
}
double BehaviourModel::rate_hz() const { return state_->pipeline.trained().series.sample_rate_hz; }
double BehaviourModel::low() const { return state_->pipeline.trained().series.low.front(); }
double BehaviourModel::high() const { return state_->pipeline.trained().series.high.front(); }

Result<std::vector<std::int16_t>> BehaviourModel::read_rows(const fs::path& recording) const {
  return data::read_series_stream(recording, state_->project);
}

std::uint8_t BehaviourModel::classify(std::span<const std::int16_t> window) const {
  return winner(state_->pipeline.score(window));
}

Result<std::vector<compile::CodeFile>> BehaviourModel::code() const {
  const project::Trained& trained = state_->pipeline.trained();
  SENGI_TRY(network, compile::generate(state_->pipeline.graph(), trained.name + "/out/model.tflite",
                                       trained.model_sha256));
  SENGI_TRY(listener, compile::generate_listener(trained, network.plan.name));
  return compile::files_of(network, listener);
}

Result<Parts> make_parts(zones::ZoneMap zones, std::shared_ptr<const BehaviourModel> model,
                         std::shared_ptr<const EarModel> ear) {
  SENGI_TRY(bytes, zones::to_compact(zones));
  return Parts{std::move(zones), std::move(bytes), std::move(model), std::move(ear)};
}

Image image_of(const Parts& parts, std::size_t storage_bytes) {
  Image image;
  image.firmware_version = link::firmware_version(firmware_major, firmware_minor, firmware_patch);
  image.zones = parts.zone_bytes;
  image.layout = layout_of(storage_bytes);
  if (parts.model) {
    image.model_version = parts.model->version();
    image.behaviours = static_cast<std::uint8_t>(parts.model->labels().size());
  }
  return image;
}

HostDevice::Classify classify_by(const Parts& parts) {
  if (!parts.model) return {};
  return [model = parts.model](std::span<const std::int16_t> rows) -> std::optional<std::uint8_t> {
    if (rows.size() != model->window_values()) return std::nullopt;
    return model->classify(rows);
  };
}

Result<std::vector<compile::CodeFile>> image_files(const Parts& parts, std::size_t storage_bytes) {
  SENGI_TRY(zones_header, zones::compact_as_cpp(parts.zones, "collar_zones"));
  return std::vector<compile::CodeFile>{
      {"collar_zones.h", zones_header},
      {"collar_image.h", image_header(parts, image_of(parts, storage_bytes))},
      {"collar_image.cpp", "#include \"collar_image.h\"\n"}};
}

Result<emulate::Program> build_image(const Parts& parts, const emulate::Board& board,
                                     const fs::path& folder) {
  // A board without storage is one without lines, or a process here, which has what it likes.
  constexpr std::size_t least_bytes = std::size_t{24} * sector_bytes;
  const std::size_t storage = board.storage_bytes == 0 ? usual_storage_bytes : board.storage_bytes;
  if (storage < least_bytes) {
    return Error{
        fmt::format("{}: its [storage] of {} bytes is too little for a collar, which "
                    "needs {}",
                    board.name, storage, least_bytes)};
  }
  std::vector<fs::path> code = {folder / "image"};
  SENGI_TRY(image, image_files(parts, storage));
  SENGI_CHECK(compile::write_files(image, folder / "image"));
  if (parts.model) {
    // First: application.h is written for the network's folder.
    code.push_back(folder / "model");
    SENGI_TRY(model, parts.model->code());
    SENGI_CHECK(compile::write_files(model, folder / "model"));
  }
  if (parts.ear) {
    code.push_back(folder / "ear");
    SENGI_CHECK(parts.ear->write_code(folder / "ear"));
  }
  return emulate::build({.board = board, .firmware = "collar", .code = code, .lines = true},
                        folder / "build");
}

}  // namespace sengi::collar
