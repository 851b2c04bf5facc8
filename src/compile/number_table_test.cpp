// SPDX-License-Identifier: Apache-2.0
#include "compile/number_table.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "base/files.h"
#include "base/process.h"
#include "compile/graph_builder.h"

namespace sengi::compile {
namespace {

NumberTable table_of(std::vector<std::int32_t> values) {
  return {"constexpr int numbers[]", "[n]", std::move(values), 4};
}

TEST(NumberTable, ShortOnesTakeOneLine) {
  EXPECT_EQ(to_text(table_of({1, -2, 3}), 2), "  constexpr int numbers[] = {1, -2, 3};\n");
}

TEST(NumberTable, LongerOnesStandInColumns) {
  std::vector<std::int32_t> values(40, 7);
  values[0] = -1000;
  EXPECT_EQ(to_text(table_of(values), 0),
            "constexpr int numbers[] = {  // [n]\n"
            "    -1000, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7,\n"
            "    7,     7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7};\n");
}

TEST(NumberTable, CountsItsBytes) { EXPECT_EQ(table_of({1, 2, 3}).bytes(), 12U); }

// Against the program itself: any change to a table is a difference.
TEST(NumberTable, IsLaidOutAsClangFormatDoes) {
  if (!find_program("clang-format-14")) GTEST_SKIP() << "apt install clang-format-14";
  Random random(1);
  std::string text;
  for (int i = 0; i < 300; ++i) {
    std::vector<std::int32_t> values(static_cast<std::size_t>(random.integer(1, 120)));
    const std::int32_t most = 1 << random.integer(1, 30);
    for (std::int32_t& value : values) value = random.integer(-most, most);
    if (random.chance(20)) std::fill(values.begin(), values.end(), most);
    NumberTable table = table_of(values);
    table.declaration = "constexpr int numbers" + std::to_string(i) + "[]";
    text += to_text(table, 0);
  }
  const Result<TemporaryFolder> folder = TemporaryFolder::make();
  ASSERT_TRUE(folder.ok());
  std::filesystem::copy(SENGI_SOURCE_DIR "/.clang-format", folder.value().path());
  ASSERT_TRUE(write_text(folder.value().path() / "tables.cpp", text).ok());
  const auto output = run_process({"clang-format-14", "--dry-run", "-Werror", "tables.cpp"},
                                  std::chrono::minutes(1), folder.value().path());
  ASSERT_TRUE(output.ok()) << output.error().message;
  EXPECT_EQ(output.value().exit_status, 0) << output.value().err.substr(0, 4000);
}

}  // namespace
}  // namespace sengi::compile
