// SPDX-License-Identifier: Apache-2.0
#include "emulate/elf.h"

#include <gmock/gmock.h>

#include <map>
#include <set>
#include <sstream>

#include "emulate/test_board.h"

namespace sengi::emulate {
namespace {

using testing::HasSubstr;

class ElfFile : public test::Workbench {
 protected:
  void SetUp() override {
    const Board board = load_board("mps2-an386").value();
    SENGI_NEED_BOARD(board);
    const auto program = build_network(board);
    ASSERT_TRUE(program.ok()) << program.error().message;
    file_ = program.value().elf;
  }

  std::string printed_by(const std::vector<std::string>& command) {
    std::vector<std::string> whole = command;
    whole.push_back(file_.string());
    return run_process(whole).value().out;
  }

  std::filesystem::path file_;
};

TEST_F(ElfFile, SectionsAreThoseThatBinutilsLists) {
  const Elf elf = read_elf(file_).value();
  std::map<std::string, std::uint32_t> sizes;
  for (const ElfSection& section : elf.sections) sizes[section.name] = section.bytes;
  std::istringstream lines(printed_by({"arm-none-eabi-size", "-A"}));
  int compared = 0;
  for (std::string line; std::getline(lines, line);) {
    std::istringstream words(line);
    std::string name;
    std::uint32_t bytes = 0;
    if (!(words >> name >> bytes) || name[0] != '.') continue;
    EXPECT_EQ(sizes.at(name), bytes) << name;
    ++compared;
  }
  EXPECT_GE(compared, 6);
}

TEST_F(ElfFile, FunctionsAreThoseThatBinutilsLists) {
  const Elf elf = read_elf(file_).value();
  std::set<std::string> ours;
  for (const ElfFunction& function : elf.functions) {
    char address[16];
    std::snprintf(address, sizeof address, "%08x ", function.address);
    ours.insert(address + function.name);
  }
  std::istringstream lines(printed_by({"arm-none-eabi-nm", "-C"}));
  std::set<std::string> theirs;
  for (std::string line; std::getline(lines, line);) {
    const std::size_t kind = line.find_first_of("tTwW", 8);
    if (kind != 9) continue;
    theirs.insert(line.substr(0, 9) + line.substr(11));
  }
  EXPECT_GE(theirs.size(), 10u);
  for (const std::string& function : ours) EXPECT_TRUE(theirs.contains(function)) << function;
  EXPECT_TRUE(std::any_of(ours.begin(), ours.end(), [](const std::string& name) {
    return name.ends_with("tiny::run(tiny::Arena&)");
  }));
}

TEST_F(ElfFile, CutAnywhereItIsAnErrorOrLess) {
  const auto bytes = read_file(file_).value();
  const Elf whole = parse_elf(bytes, "program").value();
  std::size_t errors = 0;
  for (std::size_t length = 0; length < bytes.size(); length += 7) {
    const std::vector<std::byte> part(bytes.begin(),
                                      bytes.begin() + static_cast<std::ptrdiff_t>(length));
    const auto got = parse_elf(part, "program");
    errors += got.ok() ? 0 : 1;
    if (!got.ok()) continue;
    EXPECT_LE(got.value().functions.size(), whole.functions.size());
  }
  EXPECT_GT(errors, 100u);
}

TEST(Elf, AnotherKindOfFileIsNamed) {
  const auto got = parse_elf(test::bytes_of({'M', 'Z', 0, 0, 1, 2, 3, 4}), "program.exe");
  ASSERT_FALSE(got.ok());
  EXPECT_THAT(got.error().message, HasSubstr("program.exe: not a 32-bit little-endian ELF"));
}

}  // namespace
}  // namespace sengi::emulate
