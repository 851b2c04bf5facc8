// SPDX-License-Identifier: Apache-2.0
// sengi build of a collar: an image for a board, or its monitors as a library.
#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "base/text.h"
#include "cli/collar.h"
#include "cli/image.h"
#include "cli/work_folder.h"
#include "cli/zones.h"
#include "collar/collar_project.h"
#include "collar/export.h"
#include "compile/code_files.h"

namespace sengi::cli {
namespace {

namespace fs = std::filesystem;

Result<Status> build_image(const CollarBuild& build, const collar::CollarProject& project,
                           const collar::Parts& parts, const Session& session) {
  SENGI_TRY(board, emulate::load_board(build.board));
  if (!emulate::is_bare(board)) {
    return Error{
        fmt::format("{}: nothing is written into this one; give a board with flash "
                    "(sengi boards), such as nrf52840",
                    board.name)};
  }
  SENGI_TRY(folder, WorkFolder::at(project.out() / "build" / board.name));
  SENGI_TRY(program, collar::build_image(parts, board, folder.path()));
  SENGI_CHECK(write_image(program, build.folder, project.name));
  if (session.json) {
    SENGI_TRY(json, sections_as_json(program));
    SENGI_CHECK(say(json.dump(2) + "\n"));
  } else if (!session.quiet) {
    SENGI_TRY(text, sections_as_text(program));
    SENGI_CHECK(
        say(text + fmt::format("wrote {0}/{1}.elf and {0}/{1}.hex\n", build.folder, project.name)));
  }
  return Status::done;
}

Result<Status> write_library(const CollarBuild& build, const collar::CollarProject& project,
                             const collar::Parts& parts, const Session& session) {
  SENGI_TRY(files, collar::export_files(build.library, project, parts));
  SENGI_CHECK(compile::write_files(files, build.folder));
  if (session.talks()) {
    SENGI_CHECK(say(
        fmt::format("wrote {}: a library of {}\n", build.folder, counted(files.size(), "file"))));
  }
  return Status::done;
}

}  // namespace

Result<Status> build_collar(const CollarBuild& build, const Session& session) {
  if (build.board.empty() && build.library.empty()) {
    return Error{fmt::format(
        "{} is a collar: give a board to build its image for (--on nrf52840), or a kind of library "
        "to write its monitors as (--export zephyr)",
        build.subject)};
  }
  SENGI_TRY(project, collar::load_collar(build.subject));
  SENGI_TRY(model, load_behaviours(project, session));
  SENGI_TRY(zones, read_zones((project.folder / project.zones).string(), "", false));
  SENGI_TRY(parts, collar::make_parts(std::move(zones), std::move(model)));
  if (!build.library.empty()) return write_library(build, project, parts, session);
  SENGI_TRY(ear, load_ear(project, session));
  parts.ear = std::move(ear);
  return build_image(build, project, parts, session);
}

}  // namespace sengi::cli
