// SPDX-License-Identifier: Apache-2.0
// sengi station export.
#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <cstdio>
#include <filesystem>
#include <map>
#include <memory>

#include "base/progress.h"
#include "base/text.h"
#include "cli/station.h"
#include "station/clock.h"
#include "station/export.h"
#include "station/store.h"

namespace sengi::cli {
namespace {

using station::ExportForm;
using station::ExportOf;

const std::map<std::string, ExportOf> kinds = {{"positions", ExportOf::positions},
                                               {"readings", ExportOf::readings},
                                               {"uplinks", ExportOf::uplinks},
                                               {"alerts", ExportOf::alerts}};
const std::map<std::string, ExportForm> forms = {
    {"csv", ExportForm::csv}, {"geojson", ExportForm::geojson}, {"movebank", ExportForm::movebank}};

struct Asked {
  std::string of;
  std::string form = "csv";
  std::string device;
  std::string from;
  std::string to_time;
  std::string to;
};

template <typename T>
std::vector<std::string> names(const std::map<std::string, T>& all) {
  std::vector<std::string> list;
  for (const auto& [name, value] : all) list.push_back(name);
  return list;
}

Result<station::ExportAsked> rows_of(const Asked& asked) {
  station::ExportAsked rows;
  rows.of = kinds.at(asked.of);
  rows.form = forms.at(asked.form);
  if (!asked.device.empty()) rows.device = asked.device;
  for (const auto& [text, to] :
       {std::pair(&asked.from, &rows.from_ms), std::pair(&asked.to_time, &rows.to_ms)}) {
    if (text->empty()) continue;
    const auto time_ms = station::from_rfc3339(*text);
    if (!time_ms.ok()) {
      return Error{fmt::format("{}: write times as 2026-01-31T12:00:00Z", *text)};
    }
    *to = time_ms.value();
  }
  return rows;
}

Result<Status> run(const std::string& folder, const Asked& asked, const Session& session) {
  namespace fs = std::filesystem;
  SENGI_TRY(rows, rows_of(asked));
  const fs::path path = fs::path(folder) / station::database_name;
  std::error_code ignored;
  if (!fs::exists(path, ignored)) {
    return Error{fmt::format("{}: no station was ever here", folder)};
  }
  SENGI_TRY(database, station::Database::open_to_read(path));
  if (asked.to.empty()) {
    SENGI_TRY(count, station::export_rows(database, rows, [](std::string_view piece) {
                return say(std::string(piece));
              }));
    (void)count;
    return Status::done;
  }
  // Beside the target, then in its place: what stood there stays until the new one is whole.
  const std::string part = asked.to + ".part";
  std::FILE* file = std::fopen(part.c_str(), "wb");
  if (file == nullptr) return Error{fmt::format("{}: cannot be written", part)};
  const auto written =
      station::export_rows(database, rows, [&](std::string_view piece) -> Result<void> {
        if (interrupted()) return Error{"interrupted; nothing was written"};
        if (std::fwrite(piece.data(), 1, piece.size(), file) == piece.size()) return {};
        return Error{fmt::format("{}: cannot be written; is the disk full?", part)};
      });
  const bool closed = std::fclose(file) == 0;
  if (!written.ok() || !closed) {
    fs::remove(part, ignored);
    return written.ok() ? Error{fmt::format("{}: cannot be written", part)} : written.error();
  }
  std::error_code error;
  fs::rename(part, asked.to, error);
  if (error) return Error{fmt::format("{}: {}", asked.to, error.message())};
  if (session.talks()) {
    SENGI_CHECK(say(fmt::format("wrote {}: {}\n", asked.to, counted(written.value(), "row"))));
  }
  return Status::done;
}

}  // namespace

void add_station_export(CLI::App& group, const std::string& folder, Session& session) {
  auto asked = std::make_shared<Asked>();
  CLI::App* command = group.add_subcommand("export", "What was kept, as other programs read it");
  command->add_option("WHAT", asked->of, "positions, readings, uplinks or alerts")
      ->required()
      ->check(CLI::IsMember(names(kinds)));
  command->add_option("--as", asked->form, "csv; of positions geojson or movebank too")
      ->check(CLI::IsMember(names(forms)))
      ->capture_default_str();
  command->add_option("--device", asked->device, "Of one alone");
  command->add_option("--from", asked->from, "From then on: 2026-01-31T12:00:00Z");
  command->add_option("--until", asked->to_time, "Until then");
  command->add_option("--to", asked->to, "A file; else standard output");
  add_quiet(*command, session);
  command->footer(
      "Beside a station that runs, too. Movebank's columns are those of its attribute dictionary, "
      "for\n"
      "its own upload page and for what else reads Movebank files (`sengi energy study` does).\n\n"
      "Examples:\n"
      "  sengi station --folder camp export positions --as movebank --to tracks.csv\n"
      "  sengi station --folder camp export positions --as geojson --device a84041fffe12ab34 \\\n"
      "    --from 2026-03-01T00:00:00Z > march.geojson\n"
      "  sengi station --folder farm export readings --to soil.csv");
  command->callback([asked, &folder, &session] {
    session.action = [asked, &folder, &session] { return run(folder, *asked, session); };
  });
}

}  // namespace sengi::cli
