// SPDX-License-Identifier: Apache-2.0
// The exported libraries build from their own folders alone, and a collar made of them says what
// the host's logic says, byte for byte.
#include "collar/export.h"

#include <fmt/format.h>
#include <gmock/gmock.h>

#include <set>
#include <sstream>

#include "base/files.h"
#include "base/process.h"
#include "collar/bridge_device.h"
#include "collar/life.h"
#include "collar/test_scenario.h"

namespace sengi::collar {
namespace {

namespace fs = std::filesystem;
using compile::CodeFile;
using testing::HasSubstr;

// The examples' flash.
constexpr std::size_t example_storage = std::size_t{24} * sector_bytes;

class CollarExport : public testing::Test {
 protected:
  void write(const std::string& kind) {
    project_.name = "herd";
    const auto files = export_files(kind, project_, parts_);
    ASSERT_TRUE(files.ok()) << files.error().message;
    ASSERT_TRUE(compile::write_files(files.value(), library_).ok());
  }

  std::string text(const std::string& name) const {
    const auto read = read_text(library_ / name);
    EXPECT_TRUE(read.ok()) << name;
    return read.ok() ? read.value() : "";
  }

  void expect_done(const std::vector<std::string>& command) const {
    const auto output = run_process(command, std::chrono::minutes(5), library_);
    ASSERT_TRUE(output.ok()) << output.error().message;
    EXPECT_EQ(output.value().exit_status, 0)
        << output.value().out.substr(0, 2000) << output.value().err.substr(0, 4000);
  }

  // Four days with windows, calls, a reset and a silent network.
  static Scenario scenario() {
    Scenario scenario = test_scenario(4);
    const std::uint32_t start = scenario.track.fixes.front().time_s;
    scenario.network.silent = {{start + 86'400, start + 2 * 86'400}};
    scenario.resets = {{start + 100'000, link::ResetCause::watchdog, 5}};
    scenario.calls = {{start + 7200, 2, 240, 31}};
    return scenario;
  }

  void expect_lives_as_here(const emulate::Program& program) const {
    auto device = BridgeDevice::start(program);
    ASSERT_TRUE(device.ok()) << device.error().message;
    const auto there = live(device.value(), scenario());
    ASSERT_TRUE(there.ok()) << there.error().message;
    HostDevice host(image_of(parts_, example_storage));
    const auto here = live(host, scenario());
    ASSERT_TRUE(here.ok());
    EXPECT_EQ(there.value().sent, here.value().sent);
    EXPECT_GT(here.value().sent.size(), 30U);
    EXPECT_EQ(there.value().report.erasures, here.value().report.erasures);
    EXPECT_EQ(there.value().report.programmed, here.value().report.programmed);
    for (std::size_t i = 0; i < power::consumers; ++i) {
      EXPECT_EQ(there.value().report.charge_uah[i], here.value().report.charge_uah[i]) << i;
    }
  }

  CollarProject project_;
  Parts parts_ = make_parts(test_zones(), nullptr).value();
  TemporaryFolder temporary_ = TemporaryFolder::make().value();
  fs::path library_ = temporary_.path() / "library";
};

// What an Arduino core gives a sketch, over a port of ours: setup(), loop(), Serial.
constexpr const char* arduino_header = R"(#pragma once
#include <cstdint>
struct SerialLine {
  void begin(unsigned long);
  int available();
  int read();
  void write(std::uint8_t byte);
};
extern SerialLine Serial;
void setup();
void loop();
)";

// loop() may not end the program, so the end of a bridge's report does: nothing more comes.
constexpr const char* arduino_core = R"(
#include "Arduino.h"
#include "lines.h"
#include "port.h"
#include "sengi/collar/record.h"

SerialLine Serial;

namespace {

sengi::collar::RecordReader& heard() {
  static std::uint8_t memory[2048];
  static sengi::collar::RecordReader one(memory);
  return one;
}
bool over = false;
int waiting = -1;

}  // namespace

void SerialLine::begin(unsigned long) { sengi::lines::open(); }
int SerialLine::available() {
  if (waiting < 0) waiting = sengi::lines::take();
  return waiting >= 0 ? 1 : 0;
}
int SerialLine::read() {
  const int byte = waiting;
  waiting = -1;
  if (heard().push(static_cast<std::uint8_t>(byte)) == sengi::collar::RecordReader::Found::record) {
    over = heard().kind() == sengi::collar::RecordKind::end;
  }
  return byte;
}
void SerialLine::write(std::uint8_t byte) { sengi::lines::put(byte); }

int sengi::port::run_program() {
  setup();
  while (!over) {
    loop();
    if (!over && waiting < 0) sengi::lines::sleep();
  }
  return 0;
}
)";

TEST_F(CollarExport, TheArduinoLibraryFollowsTheSpecificationAndCompilesFromItsFolderAlone) {
  if (!find_program("arm-none-eabi-g++")) GTEST_SKIP() << "apt install gcc-arm-none-eabi";
  write("arduino");
  std::set<std::string> fields;
  std::istringstream lines(text("library.properties"));
  for (std::string line; std::getline(lines, line);) fields.insert(line.substr(0, line.find('=')));
  EXPECT_THAT(fields, testing::IsSupersetOf({"name", "version", "author", "maintainer", "sentence",
                                             "paragraph", "category", "url", "architectures"}));
  EXPECT_THAT(text("library.properties"), HasSubstr("\nincludes=herd_collar.h\n"));
  ASSERT_TRUE(compile::write_files({{"Arduino.h", arduino_header}}, library_ / "stubs").ok());
  // As a core for the nRF52840 compiles, and with warnings as errors.
  for (const char* source : {"src/herd_collar/collar_image.cpp", "examples/line/line.ino"}) {
    expect_done({"arm-none-eabi-g++", "-mcpu=cortex-m4", "-mthumb", "-std=gnu++20",
                 "-fno-exceptions", "-fno-rtti", "-Wall", "-Wextra", "-Wconversion", "-Werror",
                 "-O2", "-Isrc", "-Istubs", "-x", "c++", "-c", source, "-o", "object.o"});
  }
}

TEST_F(CollarExport, TheArduinoSketchSaysTheSameAsTheHost) {
  const emulate::Board board = emulate::load_board("mps2-an386").value();
  if (const auto missing = emulate::missing_tool(board)) {
    GTEST_SKIP() << missing->program << " is missing: apt install " << missing->packages;
  }
  write("arduino");
  // The sketch as it was written, in the place of a firmware; its library's folder.
  const fs::path sketch = temporary_.path() / "sketch";
  const fs::path core = temporary_.path() / "core";
  const std::string forward = fmt::format("#include \"{}/src/herd_collar.h\"\n", library_.string());
  ASSERT_TRUE(compile::write_files({{"main.cpp", text("examples/line/line.ino")}}, sketch).ok());
  ASSERT_TRUE(
      compile::write_files(
          {{"Arduino.h", arduino_header}, {"herd_collar.h", forward}, {"core.cpp", arduino_core}},
          core)
          .ok());
  const auto program = emulate::build({.board = board,
                                       .firmware = sketch.string(),
                                       .code = {library_ / "src" / "herd_collar", core},
                                       .lines = true},
                                      temporary_.path() / "build");
  ASSERT_TRUE(program.ok()) << program.error().message;
  expect_lives_as_here(program.value());
}

// Stand-ins of Zephyr's CMake functions: what its build would do with a module and an application.
constexpr const char* zephyr_config = R"(
file(STRINGS ${CMAKE_CURRENT_SOURCE_DIR}/prj.conf settings)
foreach(setting ${settings})
  string(REGEX MATCH "^(CONFIG_[A-Z0-9_]+)=(.*)$" is_setting "${setting}")
  if(NOT is_setting)
    message(FATAL_ERROR "prj.conf: ${setting}")
  endif()
  set(${CMAKE_MATCH_1} ${CMAKE_MATCH_2})
endforeach()
enable_language(CXX)
set(CMAKE_CXX_STANDARD 20)
add_executable(app)
target_include_directories(app PRIVATE ${CMAKE_CURRENT_LIST_DIR}/include)
target_sources(app PRIVATE ${CMAKE_CURRENT_LIST_DIR}/kernel.cpp)
function(zephyr_include_directories)
  foreach(folder ${ARGN})
    get_filename_component(absolute ${folder} ABSOLUTE)
    target_include_directories(app PRIVATE ${absolute})
    set_property(GLOBAL APPEND PROPERTY module_includes ${absolute})
  endforeach()
endfunction()
macro(zephyr_library)
  add_library(module STATIC)
  get_property(includes GLOBAL PROPERTY module_includes)
  target_include_directories(module PRIVATE ${includes})
  target_link_libraries(app PRIVATE module)
endmacro()
function(zephyr_library_sources)
  target_sources(module PRIVATE ${ARGN})
endfunction()
foreach(module ${ZEPHYR_EXTRA_MODULES})
  file(STRINGS ${module}/zephyr/module.yml lines REGEX "^  cmake: ")
  string(REGEX REPLACE "^  cmake: " "" folder "${lines}")
  add_subdirectory(${module}/${folder} ${CMAKE_BINARY_DIR}/module)
endforeach()
)";

constexpr const char* zephyr_kernel_header = R"(#pragma once
#include <cstddef>
struct k_msgq { int unused; };
#define K_MSGQ_DEFINE(name, size, count, align) k_msgq name = {}
#define K_FOREVER 1
#define K_NO_WAIT 0
int k_msgq_get(k_msgq* queue, void* to, int patience);
int k_msgq_put(k_msgq* queue, const void* from, int patience);
)";
constexpr const char* zephyr_uart_header = R"(#pragma once
#include <zephyr/device.h>
using uart_callback = void (*)(const struct device*, void*);
void uart_poll_out(const struct device* device, unsigned char byte);
int uart_irq_callback_user_data_set(const struct device*, uart_callback, void*);
void uart_irq_rx_enable(const struct device*);
int uart_irq_update(const struct device*);
int uart_irq_rx_ready(const struct device*);
int uart_fifo_read(const struct device*, unsigned char* to, int count);
)";
constexpr const char* zephyr_device_header = R"(#pragma once
struct device { int unused; };
extern const device console_device;
#define DT_CHOSEN(name) 0
#define DEVICE_DT_GET(node) (&console_device)
)";
// The interrupt comes when somebody waits for it.
constexpr const char* zephyr_kernel = R"(
#include <zephyr/drivers/uart.h>
#include <zephyr/kernel.h>

#include <cstdio>

const device console_device = {};
static uart_callback callback = nullptr;
static int arrived = -1;
static int queued = -1;

void uart_poll_out(const device*, unsigned char byte) { std::putchar(byte); }
int uart_irq_callback_user_data_set(const device*, uart_callback set, void*) {
  callback = set;
  return 0;
}
void uart_irq_rx_enable(const device*) {}
int uart_irq_update(const device*) { return 1; }
int uart_irq_rx_ready(const device*) { return arrived >= 0 ? 1 : 0; }
int uart_fifo_read(const device*, unsigned char* to, int) {
  *to = static_cast<unsigned char>(arrived);
  arrived = -1;
  return 1;
}
int k_msgq_put(k_msgq*, const void* from, int) {
  queued = *static_cast<const unsigned char*>(from);
  return 0;
}
int k_msgq_get(k_msgq*, void* to, int) {
  std::fflush(stdout);
  arrived = std::getchar();
  if (arrived < 0) return -1;
  callback(&console_device, nullptr);
  if (queued < 0) return -1;
  *static_cast<unsigned char*>(to) = static_cast<unsigned char>(queued);
  queued = -1;
  return 0;
}
)";

TEST_F(CollarExport, TheZephyrSampleSaysTheSameAsTheHost) {
  if (!find_program("cmake")) GTEST_SKIP() << "apt install cmake";
  write("zephyr");
  EXPECT_EQ(text("zephyr/module.yml"),
            "name: herd_collar\nbuild:\n  cmake: zephyr\n  kconfig: zephyr/Kconfig\n");
  EXPECT_THAT(text("zephyr/Kconfig"), testing::StartsWith("config SENGI_HERD_COLLAR\n\tbool"));
  EXPECT_THAT(text("zephyr/CMakeLists.txt"), HasSubstr("if(CONFIG_SENGI_HERD_COLLAR)"));
  const fs::path zephyr = temporary_.path() / "zephyr";
  ASSERT_TRUE(compile::write_files(
                  {{"ZephyrConfig.cmake", zephyr_config}, {"kernel.cpp", zephyr_kernel}}, zephyr)
                  .ok());
  const fs::path headers = zephyr / "include" / "zephyr";
  ASSERT_TRUE(compile::write_files(
                  {{"kernel.h", zephyr_kernel_header}, {"device.h", zephyr_device_header}}, headers)
                  .ok());
  ASSERT_TRUE(compile::write_files({{"uart.h", zephyr_uart_header}}, headers / "drivers").ok());
  expect_done({"/usr/bin/env", "ZEPHYR_BASE=" + zephyr.string(), "cmake", "-S", "samples/line",
               "-B", "build", "-DCMAKE_BUILD_TYPE=Release"});
  expect_done({"cmake", "--build", "build"});
  const emulate::Board host = emulate::load_board("host").value();
  expect_lives_as_here({library_ / "build" / "app", host, {}, std::nullopt});
}

TEST_F(CollarExport, OtherKindsAndNamesAreRefused) {
  const auto kind = export_files("platformio", project_, parts_);
  ASSERT_FALSE(kind.ok());
  EXPECT_THAT(kind.error().message, HasSubstr("arduino or zephyr"));
  project_.name = "my herd";
  const auto name = export_files("zephyr", project_, parts_);
  ASSERT_FALSE(name.ok());
  EXPECT_THAT(name.error().message, HasSubstr("'my herd'"));
}

}  // namespace
}  // namespace sengi::collar
