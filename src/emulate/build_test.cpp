// SPDX-License-Identifier: Apache-2.0
#include <gmock/gmock.h>

#include <cstdlib>
#include <fstream>

#include "emulate/test_board.h"

namespace sengi::emulate {
namespace {

namespace fs = std::filesystem;
using test::bytes_of;
using testing::AllOf;
using testing::HasSubstr;
using testing::Not;

const std::vector<std::byte> two_inputs =
    bytes_of({0, 1, 2, 3, 4, 5, 6, 7, -1, -2, -3, -4, 40, 41, 42, 43});
const std::vector<std::byte> two_outputs =
    bytes_of({1, 4, 7, 10, 13, 16, 19, 22, -2, -5, -8, -11, 121, 124, 127, 130});

// ---- every board ----

class OnBoard : public test::Workbench, public testing::WithParamInterface<std::string> {
 protected:
  void SetUp() override {
    board_ = load_board(GetParam()).value();
    SENGI_NEED_BOARD(board_);
  }
  bool emulated() const { return !board_.qemu_machine.empty(); }

  Board board_;
};

TEST_P(OnBoard, RunsTheNetworkOverEveryInput) {
  const auto program = build_network(board_);
  ASSERT_TRUE(program.ok()) << program.error().message;
  const auto got = run(program.value(), two_inputs, {true, {"scale", "shift"}});
  ASSERT_TRUE(got.ok()) << got.error().message;
  EXPECT_EQ(got.value().output, two_outputs);
  EXPECT_EQ(got.value().console, "");
  EXPECT_EQ(got.value().instructions.has_value(), emulated());
  EXPECT_EQ(got.value().cycles.has_value(), board_.cycle_rule == "cortex-m4");
}

TEST_P(OnBoard, NothingIsCountedUnlessAsked) {
  const auto program = build_network(board_);
  ASSERT_TRUE(program.ok()) << program.error().message;
  const auto got = run(program.value(), two_inputs, {false, {}});
  ASSERT_TRUE(got.ok()) << got.error().message;
  EXPECT_EQ(got.value().output, two_outputs);
  EXPECT_FALSE(got.value().instructions.has_value());
  EXPECT_TRUE(got.value().layers.empty());
}

TEST_P(OnBoard, AnInputCutShortIsAnError) {
  const auto program = build_network(board_);
  ASSERT_TRUE(program.ok()) << program.error().message;
  const auto got = run(program.value(), std::span(two_inputs).first(11), {});
  ASSERT_FALSE(got.ok());
  EXPECT_THAT(got.error().message,
              AllOf(HasSubstr(board_.name), HasSubstr("the last has 3 bytes of 8")));
}

TEST_P(OnBoard, BuildsAgainOnlyWhatChanged) {
  ASSERT_TRUE(build_network(board_).ok());
  const fs::path built = folder_ / board_.name;
  const auto time_of = [&](const char* name) { return fs::last_write_time(built / name); };
  const auto network = time_of("code_model.o");
  const auto firmware = time_of("firmware_main.o");
  const auto program = time_of("model_runner.elf");

  ASSERT_TRUE(build_network(board_).ok());  // model.cpp is written anew, with the same contents
  EXPECT_EQ(time_of("code_model.o"), network);
  EXPECT_EQ(time_of("model_runner.elf"), program);

  std::string source = test::network_source;
  source.replace(source.find("+ 1"), 3, "+ 2");
  const auto changed = build_network(board_, source);
  ASSERT_TRUE(changed.ok());
  EXPECT_NE(time_of("code_model.o"), network);
  EXPECT_EQ(time_of("firmware_main.o"), firmware);
  const auto got = run(changed.value(), bytes_of({1, 2, 3, 4, 5, 6, 7, 8}), {false, {}});
  ASSERT_TRUE(got.ok());
  EXPECT_EQ(got.value().output, bytes_of({5, 8, 11, 14, 17, 20, 23, 26}));

  ASSERT_TRUE(build({board_, "model_runner", {folder_ / "code"}, "-Os"}, built).ok());
  EXPECT_NE(time_of("firmware_main.o"), firmware);
}

INSTANTIATE_TEST_SUITE_P(Boards, OnBoard, testing::ValuesIn(runnable_board_names()),
                         [](const auto& tested) { return test::test_name(tested.param); });

// ---- sizes ----

class Sizes : public OnBoard {};

TEST_P(Sizes, CodeAndConstantsMakeTheFlashImage) {
  const auto program = build_network(board_);
  ASSERT_TRUE(program.ok()) << program.error().message;
  const fs::path image = folder_ / "image.bin";
  std::string objcopy = board_.compiler;
  objcopy.replace(objcopy.rfind("g++"), 3, "objcopy");
  const auto copied =
      run_process({objcopy, "-O", "binary", program.value().elf.string(), image.string()});
  ASSERT_TRUE(copied.ok() && copied.value().exit_status == 0);
  const Sections& sections = program.value().sections;
  const std::size_t contents = sections.flash_code_bytes + sections.flash_const_bytes;
  EXPECT_LE(contents, fs::file_size(image));
  EXPECT_LT(fs::file_size(image), contents + 16);  // what alignment leaves between sections
}

TEST_P(Sizes, FollowWhatIsAdded) {
  const auto before = build_network(board_);
  ASSERT_TRUE(before.ok()) << before.error().message;
  // 1,000 bytes more of constants, 500 of zeros and 400 of initialised variables.
  std::string source = test::network_source;
  source += R"(
[[gnu::used]] extern const char more_constants[1000] = {1};
[[gnu::used]] volatile char more_zeros[500];
[[gnu::used]] volatile char more_values[400] = {1};
void* volatile keep;
struct Keeper {};
extern "C" [[gnu::noinline, gnu::used]] void sengi_test_keep() {
  keep = const_cast<char*>(more_constants);
  keep = const_cast<char*>(more_zeros);
  keep = const_cast<char*>(more_values);
}
)";
  const std::string call = "void run(Arena& arena) {\n";
  source.insert(source.find(call) + call.size(), "  sengi_test_keep();\n");
  source.insert(source.find("namespace tiny"), "extern \"C\" void sengi_test_keep();\n");
  const auto after = build_network(board_, source);
  ASSERT_TRUE(after.ok()) << after.error().message;

  const Sections& was = before.value().sections;
  const Sections& is = after.value().sections;
  EXPECT_EQ(was.arena_bytes, 32u);
  EXPECT_EQ(is.arena_bytes, 32u);
  EXPECT_GT(is.flash_code_bytes, was.flash_code_bytes);
  EXPECT_EQ(is.flash_const_bytes - was.flash_const_bytes, 1400u);
  EXPECT_EQ(is.static_bytes - was.static_bytes, 904u);  // with the pointer `keep`
}

TEST_P(Sizes, AProgramThatDoesNotFitSaysByHowMuch) {
  std::string source = test::network_source;
  const std::size_t room = board_.flash_bytes;
  source += "[[gnu::used, gnu::section(\".vectors\")]] extern const char large[" +
            std::to_string(room) + "] = {1};\n";
  const auto got = build_network(board_, source);
  ASSERT_FALSE(got.ok());
  EXPECT_EQ(got.error().outcome, Outcome::no);
  EXPECT_THAT(got.error().message,
              testing::MatchesRegex(".*does not fit " + board_.name +
                                    ": it needs [0-9,]+ bytes of flash \\(code [0-9,]+, constants "
                                    "[0-9,]+\\) and the board has .* more flash.*"));
}

TEST_P(Sizes, RamIsAskedForToo) {
  std::string source = test::network_source;
  source += "char large[" + std::to_string(board_.ram_bytes) + "];\n";
  source.insert(source.find("void run(Arena& arena) {\n"),
                "}\nextern char large[];\nnamespace tiny {\n");
  source.insert(source.find("  scale("), "  large[arena.bytes[0]] = 1;\n");
  const auto got = build_network(board_, source);
  ASSERT_FALSE(got.ok());
  EXPECT_EQ(got.error().outcome, Outcome::no);
  EXPECT_THAT(got.error().message, AllOf(HasSubstr("bytes of RAM (arena 32, "),
                                         HasSubstr("take a board with more RAM")));
}

INSTANTIATE_TEST_SUITE_P(Boards, Sizes, testing::ValuesIn(test::emulated_boards()),
                         [](const auto& tested) { return test::test_name(tested.param); });

// ---- what can be wrong ----

using Building = test::Workbench;

TEST_F(Building, ShowsTheCompilersFirstError) {
  const auto got =
      build_network(load_board("host").value(), "int first;\nint broken(;\nint x = y;\n");
  ASSERT_FALSE(got.ok());
  EXPECT_THAT(got.error().message,
              AllOf(HasSubstr("model.cpp:2:"), HasSubstr("error:"), Not(HasSubstr("\n"))));
}

TEST_F(Building, AFirmwareThatIsNotThereIsNamed) {
  const auto got = build({load_board("host").value(), "keybord", {}}, folder_ / "built");
  ASSERT_FALSE(got.ok());
  EXPECT_THAT(got.error().message, HasSubstr("firmware/keybord: cannot read this folder"));
}

// PATH without programs while the object lives.
class EmptyPath {
 public:
  explicit EmptyPath(const fs::path& folder) : before_(std::getenv("PATH")) {
    ::setenv("PATH", folder.c_str(), 1);
  }
  ~EmptyPath() { ::setenv("PATH", before_.c_str(), 1); }
  EmptyPath(const EmptyPath&) = delete;
  EmptyPath& operator=(const EmptyPath&) = delete;

 private:
  std::string before_;
};

TEST_F(Building, AMissingCompilerIsNamedWithItsPackage) {
  const EmptyPath empty(folder_);
  const auto got = build_network(load_board("mps2-an386").value());
  ASSERT_FALSE(got.ok());
  EXPECT_THAT(got.error().message,
              AllOf(HasSubstr("arm-none-eabi-g++"), HasSubstr("apt install gcc-arm-none-eabi")));
}

TEST_F(Building, AMissingEmulatorIsNamedWithItsPackage) {
  const Board board = load_board("mps2-an386").value();
  SENGI_NEED_BOARD(board);
  const auto program = build_network(board);
  ASSERT_TRUE(program.ok()) << program.error().message;
  const EmptyPath empty(folder_);
  const auto got = run(program.value(), two_inputs, {});
  ASSERT_FALSE(got.ok());
  EXPECT_THAT(got.error().message, HasSubstr("apt install qemu-system-arm"));
}

}  // namespace
}  // namespace sengi::emulate
