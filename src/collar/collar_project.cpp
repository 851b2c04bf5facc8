// SPDX-License-Identifier: Apache-2.0
#include "collar/collar_project.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "base/files.h"
#include "base/hash.h"
#include "base/text.h"
#include "link/hex.h"
#include "power/equipment.h"
#include "project/config_reader.h"
#include "sengi/link/keys.h"

namespace sengi::collar {
namespace fs = std::filesystem;
namespace {

constexpr std::size_t key_bytes = 16;

struct Draft {
  CollarProject project;
  std::string kind = "collar";
};

std::vector<project::Key> keys_of(Draft& draft) {
  using project::Choice, project::Flag, project::Number, project::Text, project::Whole;
  CollarProject& p = draft.project;
  return {
      {"project", "name", Text{&p.name}},
      {"project", "kind", Choice{&draft.kind, {"collar"}}},
      {"device", "board", Text{&p.board}},
      {"collar", "zones", Text{&p.zones}},
      {"collar", "behaviours", Text{&p.behaviours}},
      {"collar", "listener", Text{&p.listener}},
      {"collar", "app_key", Text{&p.app_key}},
      {"collar", "region", Choice{&p.region, {"eu868", "us915"}}},
      {"collar", "data_rate", Whole{&p.data_rate, 0, 6}},
      {"collar", "microphone", Flag{&p.microphone}},
      {"collar", "window_every_s", Whole{&p.window_every_s, 60, 3600}},
      {"collar", "still_g", Number{&p.still_g, 0.001, 0.5}},
      {"collar", "currents_of", Text{&p.currents_of}},
      {"collar", "battery_mah", Number{&p.battery_mah, 10, 1e6}},
  };
}

link::Region region_of(const CollarProject& project) {
  return project.region == "us915" ? link::Region::us915 : link::Region::eu868;
}

Result<std::vector<std::uint8_t>> key_of(const CollarProject& project) {
  std::string digits = project.app_key;
  if (digits.empty()) digits = sha256("a key for simulations of " + project.name).substr(0, 32);
  SENGI_TRY(key, link::from_hex(digits));
  return key;
}

}  // namespace

bool is_collar(const fs::path& path) {
  std::error_code ignored;
  const fs::path file = fs::is_directory(path, ignored) ? path / "sengi.toml" : path;
  const auto text = read_text(file);
  return text.ok() && project::peek(text.value(), "project", "kind", "") == "collar";
}

Result<CollarProject> parse_collar(std::string_view text, const fs::path& file) {
  Draft draft;
  SENGI_TRY(places, project::read_config(text, file.string(), keys_of(draft)));
  CollarProject& p = draft.project;
  p.folder = file.has_parent_path() ? file.parent_path() : fs::path(".");
  if (p.name.empty()) {
    std::error_code ignored;
    fs::path whole = fs::weakly_canonical(p.folder, ignored);
    if (!whole.has_filename()) whole = whole.parent_path();
    p.name = whole.filename().string();
  }
  p.name = identifier(p.name);
  const auto place = [&](const char* key) {
    const auto at = places.find(key);
    return at == places.end() ? project::Place{} : at->second;
  };
  const auto rate = static_cast<std::uint8_t>(p.data_rate);
  if (link::uplink_data_rate(region_of(p), rate).payload_max == 0) {
    return project::fault_at(file.string(), place("collar.data_rate"),
                             fmt::format("{} has no uplink rate {}", p.region, p.data_rate));
  }
  const auto key = key_of(p);
  if (!key.ok() || key.value().size() != key_bytes) {
    return project::fault_at(file.string(), place("collar.app_key"),
                             "app_key is 32 hexadecimal digits");
  }
  if (link::weakness_of(key.value()) != link::WeakKey::none) {
    return project::fault_at(file.string(), place("collar.app_key"),
                             "app_key is one that anybody may know, so anybody could command the "
                             "collar; sengi link keys says which, make one with: openssl rand -hex "
                             "16");
  }
  return p;
}

Result<CollarProject> load_collar(const fs::path& path) {
  std::error_code ignored;
  const fs::path file = fs::is_directory(path, ignored) ? path / "sengi.toml" : path;
  SENGI_TRY(text, read_text(file));
  return parse_collar(text, file);
}

Result<Begin> begin_of(const CollarProject& project, double scale) {
  Begin begin;
  begin.microphone = project.microphone;
  begin.region = region_of(project);
  begin.data_rate = static_cast<std::uint8_t>(project.data_rate);
  begin.message_bytes = std::min<std::uint8_t>(
      link::uplink_data_rate(begin.region, begin.data_rate).payload_max, link::message_bytes_max);
  begin.window_every_s = static_cast<std::uint16_t>(project.window_every_s);
  begin.still_below =
      static_cast<std::uint16_t>(std::clamp(std::lround(project.still_g * scale), 1L, 32'767L));
  SENGI_TRY(equipment, power::equipment_of(project.currents_of));
  begin.currents = equipment.currents;
  SENGI_TRY(key, key_of(project));
  std::copy_n(key.begin(), key_bytes, begin.key);
  return begin;
}

double units_in_g(const BehaviourModel* model) {
  if (model == nullptr) return 32767 / 2.0;
  const double range = std::max(std::abs(model->low()), std::abs(model->high()));
  const double unit_in_g = range > 16 ? 9.80665 : 1;
  return 65534 / (model->high() - model->low()) * unit_in_g;
}

}  // namespace sengi::collar
