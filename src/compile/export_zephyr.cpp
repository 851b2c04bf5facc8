// SPDX-License-Identifier: Apache-2.0
// After Zephyr's "Modules (External projects)": zephyr/module.yml names the folder of
// CMakeLists.txt and the Kconfig file; a sample adds the module itself.
#include <fmt/format.h>

#include <algorithm>
#include <cctype>

#include "compile/export_parts.h"

namespace sengi::compile {
namespace {

// SENGI_NAME
std::string option(const Library& library) {
  std::string name = "SENGI_" + library.name;
  std::transform(name.begin(), name.end(), name.begin(),
                 [](unsigned char c) { return static_cast<char>(std::toupper(c)); });
  return name;
}

std::string lists(const Library& library) {
  std::string sources;
  for (const std::string& source : library.sources) sources += " ../" + source;
  return fmt::format(R"(if(CONFIG_{})
  zephyr_include_directories(../src)
  zephyr_library()
  zephyr_library_sources({})
endif()
)",
                     option(library), sources.substr(1));
}

std::string kconfig(const Library& library) {
  return fmt::format(R"(config {}
	bool "{}"
	depends on CPP && STD_CPP20
	select REQUIRES_FULL_LIBCPP
	help
	  {}.
)",
                     option(library), library.name, library.sentence);
}

std::string readme(const Library& library) {
  return fmt::format(R"(# {0}

{1}. A Zephyr module:

    west build -b nrf52840dk/nrf52840 samples/run

In an application of yours: add this folder to `ZEPHYR_EXTRA_MODULES` before `find_package(Zephyr)`
and the lines of `samples/run/prj.conf` to `prj.conf`.
)",
                     library.name, library.sentence);
}

}  // namespace

std::vector<CodeFile> zephyr_files(const Library& library) {
  const Platform platform = {"#include <zephyr/kernel.h>\n#include <zephyr/sys/printk.h>\n",
                             fill_with_zeros(), "  printk(\"%s %ld\\n\", what, value);\n",
                             R"(int main() {
  while (step()) k_msleep(1000);
}
)"};
  const std::string sample_lists = fmt::format(R"(cmake_minimum_required(VERSION 3.20.0)
list(APPEND ZEPHYR_EXTRA_MODULES ${{CMAKE_CURRENT_SOURCE_DIR}}/../..)
find_package(Zephyr REQUIRED HINTS $ENV{{ZEPHYR_BASE}})
project({}_run)
target_sources(app PRIVATE src/main.cpp)
)",
                                               library.name);
  return {{"zephyr/module.yml", fmt::format("name: {}\nbuild:\n  cmake: zephyr\n  kconfig: "
                                            "zephyr/Kconfig\n",
                                            library.name)},
          {"zephyr/CMakeLists.txt", lists(library)},
          {"zephyr/Kconfig", kconfig(library)},
          {"README.md", readme(library)},
          {"samples/run/CMakeLists.txt", sample_lists},
          {"samples/run/prj.conf",
           fmt::format("CONFIG_CPP=y\nCONFIG_STD_CPP20=y\nCONFIG_{}=y\n", option(library))},
          {"samples/run/src/main.cpp", example_program(library, platform)}};
}

}  // namespace sengi::compile
