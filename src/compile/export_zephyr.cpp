// SPDX-License-Identifier: Apache-2.0
// After Zephyr's "Modules (External projects)": zephyr/module.yml names the folder of
// CMakeLists.txt and the Kconfig file; a sample adds the module itself.
#include <fmt/format.h>

#include <algorithm>
#include <cctype>

#include "compile/export.h"
#include "compile/export_parts.h"

namespace sengi::compile {
namespace {

// SENGI_NAME
std::string option(std::string name) {
  name = "SENGI_" + name;
  std::transform(name.begin(), name.end(), name.begin(),
                 [](unsigned char c) { return static_cast<char>(std::toupper(c)); });
  return name;
}

std::string lists(const std::string& name, const std::vector<std::string>& sources) {
  std::string files;
  for (const std::string& source : sources) files += " ../" + source;
  return fmt::format(R"(if(CONFIG_{})
  zephyr_include_directories(../src)
  zephyr_library()
  zephyr_library_sources({})
endif()
)",
                     option(name), files.substr(1));
}

std::string kconfig(const std::string& name, const std::string& sentence) {
  return fmt::format(R"(config {}
	bool "{}"
	depends on CPP && STD_CPP20
	select REQUIRES_FULL_LIBCPP
	help
	  {}.
)",
                     option(name), name, sentence);
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
  std::vector<CodeFile> files =
      zephyr_module_files(library.name, library.sentence, library.sources, "run");
  files.push_back({"README.md", readme(library)});
  files.push_back({"samples/run/src/main.cpp", example_program(library, platform)});
  return files;
}

std::vector<CodeFile> zephyr_module_files(const std::string& name, const std::string& sentence,
                                          const std::vector<std::string>& sources,
                                          const std::string& sample) {
  const std::string sample_lists = fmt::format(R"(cmake_minimum_required(VERSION 3.20.0)
list(APPEND ZEPHYR_EXTRA_MODULES ${{CMAKE_CURRENT_SOURCE_DIR}}/../..)
find_package(Zephyr REQUIRED HINTS $ENV{{ZEPHYR_BASE}})
project({}_{})
target_sources(app PRIVATE src/main.cpp)
)",
                                               name, sample);
  const std::string folder = "samples/" + sample + "/";
  return {{"zephyr/module.yml", fmt::format("name: {}\nbuild:\n  cmake: zephyr\n  kconfig: "
                                            "zephyr/Kconfig\n",
                                            name)},
          {"zephyr/CMakeLists.txt", lists(name, sources)},
          {"zephyr/Kconfig", kconfig(name, sentence)},
          {folder + "CMakeLists.txt", sample_lists},
          {folder + "prj.conf",
           fmt::format("CONFIG_CPP=y\nCONFIG_STD_CPP20=y\nCONFIG_{}=y\n", option(name))}};
}

}  // namespace sengi::compile
