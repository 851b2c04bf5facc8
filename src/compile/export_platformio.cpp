// SPDX-License-Identifier: Apache-2.0
// After PlatformIO's library.json: fields, layout src/ and examples/, and build flags.
#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "compile/export_parts.h"

namespace sengi::compile {
namespace {

std::string manifest(const Library& library) {
  const nlohmann::ordered_json json = {
      {"name", library.name},
      {"version", SENGI_VERSION},
      {"description", library.sentence + "."},
      {"keywords", {"machine learning", "neural network", "tinyml"}},
      {"license", "Apache-2.0"},
      {"frameworks", "*"},
      {"platforms", "*"},
      {"headers", library.name + ".h"},
      {"build", {{"flags", {"-std=gnu++20"}}}},
      {"examples",
       {{{"name", "run"},
         {"base", "examples/run"},
         {"files", {"platformio.ini", "src/main.cpp"}}}}}};
  return json.dump(2) + "\n";
}

std::string settings(const Library& library) {
  return fmt::format(R"(; pio run -d examples/run
[env:nano33ble]
platform = nordicnrf52
board = nano33ble
framework = arduino
build_unflags = -std=gnu++11 -std=gnu++14 -std=gnu++17
build_flags = -std=gnu++20
lib_deps = {}=symlink://../..
)",
                     library.name);
}

std::string readme(const Library& library) {
  return fmt::format(R"(# {0}

{1}. A PlatformIO library:

    pio run -d examples/run        # an Arduino Nano 33 BLE; other boards: examples/run/platformio.ini

In a project of yours: this folder in `lib/`, and in `platformio.ini`
`build_unflags = -std=gnu++11 -std=gnu++14 -std=gnu++17` and `build_flags = -std=gnu++20`, for the code
is C++20.
)",
                     library.name, library.sentence);
}

}  // namespace

std::vector<CodeFile> platformio_files(const Library& library) {
  const Platform platform = {"#include <Arduino.h>\n", fill_with_zeros(),
                             R"(  Serial.print(what);
  Serial.print(' ');
  Serial.println(value);
)",
                             R"(void setup() { Serial.begin(115200); }

void loop() { step(); }
)"};
  return {{"library.json", manifest(library)},
          {"README.md", readme(library)},
          {"examples/run/platformio.ini", settings(library)},
          {"examples/run/src/main.cpp", example_program(library, platform)}};
}

}  // namespace sengi::compile
