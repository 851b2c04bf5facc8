// SPDX-License-Identifier: Apache-2.0
// The image for an nRF52840, which nothing here can run: what the chip needs is where it has to be,
// as GNU's tools see it.
#include <gmock/gmock.h>

#include <cstring>
#include <map>
#include <sstream>

#include "base/files.h"
#include "base/process.h"
#include "collar/bridge_device.h"
#include "collar/image.h"
#include "collar/test_scenario.h"

namespace sengi::collar {
namespace {

namespace fs = std::filesystem;
using testing::HasSubstr;
using testing::Not;

class Nrf52840 : public testing::Test {
 protected:
  void SetUp() override {
    board_ = emulate::load_board("nrf52840").value();
    if (const auto missing = emulate::missing_tool(board_)) {
      GTEST_SKIP() << missing->program << " is missing: apt install " << missing->packages;
    }
    auto program = build_image(make_parts(test_zones(), nullptr).value(), board_, folder_);
    ASSERT_TRUE(program.ok()) << program.error().message;
    program_ = std::move(program).value();
  }

  std::string told_by(std::vector<std::string> command) const {
    const auto output = run_process(command, std::chrono::minutes(1), folder_);
    EXPECT_TRUE(output.ok());
    if (!output.ok()) return "";
    EXPECT_EQ(output.value().exit_status, 0) << output.value().err;
    return output.value().out;
  }

  // Words of memory that begin at an address, of the image as objcopy makes it from address 0.
  std::vector<std::uint32_t> vectors() const {
    told_by({"arm-none-eabi-objcopy", "-O", "binary", "-j", ".vectors", program_.elf.string(),
             "vectors.bin"});
    const auto bytes = read_file(folder_ / "vectors.bin");
    EXPECT_TRUE(bytes.ok());
    if (!bytes.ok()) return {};
    std::vector<std::uint32_t> words(bytes.value().size() / 4);
    std::memcpy(words.data(), bytes.value().data(), words.size() * 4);
    return words;
  }

  std::uint32_t address_of(const std::string& symbol) const {
    std::istringstream lines(told_by({"arm-none-eabi-nm", program_.elf.string()}));
    std::string address, kind, name;
    while (lines >> address >> kind >> name) {
      if (name == symbol) return static_cast<std::uint32_t>(std::stoul(address, nullptr, 16));
    }
    ADD_FAILURE() << symbol << " is not in the image";
    return 0;
  }

  struct Row {
    std::size_t bytes, address;
  };
  std::map<std::string, Row> sections_by_size() const {
    std::map<std::string, Row> rows;
    std::istringstream lines(told_by({"arm-none-eabi-size", "-A", program_.elf.string()}));
    for (std::string line; std::getline(lines, line);) {
      std::istringstream words(line);
      std::string name;
      Row row{};
      if (words >> name >> row.bytes >> row.address) rows[name] = row;
    }
    return rows;
  }

  TemporaryFolder temporary_ = TemporaryFolder::make().value();
  fs::path folder_ = temporary_.path();
  emulate::Board board_;
  emulate::Program program_;
};

// Of the nRF52840 Product Specification v1.1: RAM ends at 0x20040000; UART 0 is interrupt 2 and
// RTC 1 interrupt 17, behind the 16 words of the Cortex-M4's own.
TEST_F(Nrf52840, VectorsAreWhereTheChipLooks) {
  const std::vector<std::uint32_t> words = vectors();
  ASSERT_GE(words.size(), 16U + 18U);
  EXPECT_EQ(words[0], 0x20040000U);
  EXPECT_EQ(words[1], address_of("sengi_reset") | 1U);
  EXPECT_EQ(words[16 + 2], address_of("sengi_uart_interrupt") | 1U);
  EXPECT_EQ(words[16 + 17], address_of("sengi_tick_interrupt") | 1U);
  for (std::size_t i = 1; i < words.size(); ++i) {
    EXPECT_EQ(words[i] & 1U, 1U) << "exception " << i << " is not Thumb code";
    EXPECT_LT(words[i], 0xA0000U) << i;
  }
  EXPECT_EQ(sections_by_size().at(".vectors").address, 0U);
}

TEST_F(Nrf52840, SectionsLieInItsMemoryAndNotInTheStorage) {
  std::size_t flash = 0;
  std::size_t ram = 0;
  for (const auto& [name, row] : sections_by_size()) {
    if (row.bytes == 0 || name == ".stack") continue;
    if (row.address >= 0x20000000 && row.address < 0x30000000) {
      EXPECT_LE(row.address + row.bytes, 0x20040000U) << name;
      ram += row.bytes;
    }
    const bool constant =
        name == ".vectors" || name == ".text" || name == ".rodata" || name == ".ARM.exidx";
    if (constant) {
      EXPECT_LE(row.address + row.bytes, 0xA0000U) << name;
    }
    if (constant || name == ".data") flash += row.bytes;
  }
  std::size_t told_flash = 0;
  std::size_t told_ram = 0;
  const auto placed = emulate::placed_sections(program_);
  ASSERT_TRUE(placed.ok());
  for (const emulate::Placed& section : placed.value()) {
    if (section.in_flash) told_flash += section.bytes;
    if (section.in_ram) told_ram += section.bytes;
  }
  EXPECT_EQ(told_flash, flash);
  EXPECT_EQ(told_ram, ram);
  EXPECT_GT(flash, 20'000U);
}

// A breakpoint without a probe would be a fault.
TEST_F(Nrf52840, AsksNoProbeForAnything) {
  const std::string code = told_by({"arm-none-eabi-objdump", "-d", program_.elf.string()});
  EXPECT_THAT(code, HasSubstr("wfi"));
  EXPECT_THAT(code, Not(HasSubstr("bkpt")));
}

TEST_F(Nrf52840, TheHexFileHoldsTheSameBytes) {
  ASSERT_TRUE(emulate::write_hex(program_, folder_ / "image.hex").ok());
  told_by({"arm-none-eabi-objcopy", "-I", "ihex", "-O", "binary", "image.hex", "from_hex.bin"});
  told_by({"arm-none-eabi-objcopy", "-O", "binary", program_.elf.string(), "from_elf.bin"});
  EXPECT_EQ(read_file(folder_ / "from_hex.bin").value(),
            read_file(folder_ / "from_elf.bin").value());
}

TEST_F(Nrf52840, RunningItHereIsRefusedInWords) {
  const auto device = BridgeDevice::start(program_);
  ASSERT_FALSE(device.ok());
  EXPECT_THAT(device.error().message, HasSubstr("QEMU has no machine"));
}

}  // namespace
}  // namespace sengi::collar
