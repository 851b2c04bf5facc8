// SPDX-License-Identifier: Apache-2.0
// A bare program as an image to be written into a chip, and what of it lies where.
#pragma once

#include <filesystem>
#include <nlohmann/json_fwd.hpp>
#include <string>

#include "base/result.h"
#include "cli/command.h"
#include "emulate/emulate.h"

namespace sengi::cli {

// Writes NAME.elf and NAME.hex into the folder, which is made if missing.
// Errors: they cannot be written; the compiler's objcopy is missing.
Result<void> write_image(const emulate::Program& program, const std::filesystem::path& folder,
                         const std::string& name);

// Its sections, what they take of flash and RAM, and what the stack may. Errors: the program cannot
// be read.
Result<std::string> sections_as_text(const emulate::Program& program);
Result<nlohmann::ordered_json> sections_as_json(const emulate::Program& program);

}  // namespace sengi::cli
