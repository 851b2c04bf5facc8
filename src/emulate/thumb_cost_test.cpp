// SPDX-License-Identifier: Apache-2.0
// The decoder against GNU's disassembler: what an instruction costs, told from its printed name and
// operands.
#include "emulate/plugin/thumb_cost.h"

#include <gmock/gmock.h>

#include <fstream>
#include <regex>
#include <set>
#include <sstream>

#include "base/files.h"
#include "base/process.h"

namespace sengi::emulate {
namespace {

namespace fs = std::filesystem;

struct Listed {
  std::string text;  // "ldr.w r1, [r0, #4]"
  std::string name;  // "ldr": without width and type
  std::uint16_t first;
  std::uint16_t second;
  std::uint8_t bytes;
};

// Instructions in objdump's listing; data between them is left out.
std::vector<Listed> parse_listing(const std::string& listing) {
  static const std::regex line_form(
      R"(^ *[0-9a-f]+:\t([0-9a-f]{4})( ([0-9a-f]{4}))? *\t(\S+)(.*)$)");
  std::vector<Listed> all;
  std::istringstream lines(listing);
  std::smatch match;
  for (std::string line; std::getline(lines, line);) {
    if (!std::regex_match(line, match, line_form)) continue;
    const std::string name = match[4];
    if (name[0] == '.' || name[0] == '@' || name[0] == ';' || name[0] == '<') continue;
    const auto word = [](const std::string& digits) {
      return static_cast<std::uint16_t>(std::stoul("0" + digits, nullptr, 16));
    };
    all.push_back({name + match[5].str(), name.substr(0, name.find('.')), word(match[1]),
                   word(match[3]), static_cast<std::uint8_t>(match[2].matched ? 4 : 2)});
  }
  return all;
}

// Registers between the braces of "push {r4-r7, lr}".
unsigned registers_named(const std::string& text) {
  const std::string list = text.substr(text.find('{') + 1, text.find('}') - text.find('{') - 1);
  static const std::set<std::string> special = {"sl", "fp", "ip", "sp", "lr", "pc"};
  std::istringstream items(list);
  unsigned count = 0;
  static const std::regex range(R"(\s*[a-z]+(\d+)-[a-z]+(\d+)\s*)");
  std::smatch match;
  for (std::string item; std::getline(items, item, ',');) {
    const bool is_range = std::regex_match(item, match, range);
    count += is_range ? static_cast<unsigned>(std::stoi(match[2]) - std::stoi(match[1])) + 1 : 1;
  }
  return count;
}

bool starts_with_any(const std::string& name, std::initializer_list<const char*> starts) {
  return std::any_of(starts.begin(), starts.end(),
                     [&](const char* start) { return name.starts_with(start); });
}

ThumbInstruction expected(const Listed& listed) {
  const std::string& name = listed.name;
  const auto costs = [&](unsigned cycles, Access access = Access::none) {
    return ThumbInstruction{listed.bytes, static_cast<std::uint8_t>(cycles), access};
  };
  if (starts_with_any(
          name, {"ldm", "stm", "push", "pop", "vldm", "vstm", "vpush", "vpop", "fldm", "fstm"})) {
    return costs(1 + registers_named(listed.text));
  }
  if (starts_with_any(name, {"ldrd", "strd"})) return costs(2);
  if (starts_with_any(name, {"ldr", "vldr"})) return costs(2, Access::load);
  if (starts_with_any(name, {"str", "vstr"})) return costs(1, Access::store);
  if (starts_with_any(name, {"sdiv", "udiv"})) return costs(7);
  if (starts_with_any(name, {"vdiv", "vsqrt"})) return costs(14);
  return costs(1);
}

// How many instructions were looked at; fails for each that is decoded otherwise.
std::size_t compare(const std::vector<Listed>& all, std::set<std::string>& names) {
  for (const Listed& listed : all) {
    const ThumbInstruction want = expected(listed);
    const ThumbInstruction got = decode_thumb(listed.first, listed.second);
    EXPECT_EQ(int{got.bytes}, int{want.bytes}) << listed.text;
    EXPECT_EQ(int{got.cycles}, int{want.cycles}) << listed.text;
    EXPECT_EQ(static_cast<int>(got.access), static_cast<int>(want.access)) << listed.text;
    names.insert(listed.name);
  }
  return all.size();
}

std::string disassembled(const fs::path& file) {
  const auto output = run_process({"arm-none-eabi-objdump", "-d", "-z", file.string()});
  return output.ok() ? output.value().out : "";
}

class ThumbCost : public testing::Test {
 protected:
  void SetUp() override {
    if (!find_program("arm-none-eabi-g++")) GTEST_SKIP() << "arm-none-eabi-g++ is not installed";
  }
};

// Every form of every instruction that the rule names, and neighbours that look alike.
constexpr const char* forms = R"(
  .syntax unified
  .thumb
  ldr r0, label
  ldr.w r8, label
  ldr r1, [r2, r3]
  ldrb r1, [r2, r3]
  ldrh r1, [r2, r3]
  ldrsb r1, [r2, r3]
  ldrsh r1, [r2, r3]
  str r1, [r2, r3]
  strb r1, [r2, r3]
  strh r1, [r2, r3]
  ldr r1, [r2, #4]
  ldrb r1, [r2, #4]
  ldrh r1, [r2, #4]
  str r1, [r2, #4]
  strb r1, [r2, #4]
  strh r1, [r2, #4]
  ldr r1, [sp, #4]
  str r1, [sp, #4]
  ldr.w r9, [r10, #400]
  ldrb.w r9, [r10, #400]
  ldrh.w r9, [r10, #400]
  ldrsb.w r9, [r10, #400]
  ldrsh.w r9, [r10, #400]
  str.w r9, [r10, #400]
  strb.w r9, [r10, #400]
  strh.w r9, [r10, #400]
  ldr r9, [r10, #-4]
  ldrb r9, [r10, #-4]
  ldrsh r9, [r10, #-4]
  ldr r9, [r10, #4]!
  ldrb r9, [r10], #1
  ldrsb r9, [r10], #-1
  ldrh r9, [r10, #2]!
  str r9, [r10], #4
  strb r9, [r10, #-1]!
  strh r9, [r10], #2
  ldr r9, [r10, r11, lsl #2]
  ldrb r9, [r10, r11, lsl #1]
  ldrsh r9, [r10, r11, lsl #1]
  str r9, [r10, r11, lsl #2]
  strb r9, [r10, r11]
  ldrt r9, [r10, #4]
  ldrbt r9, [r10, #4]
  strt r9, [r10, #4]
  ldrb.w r9, label
  ldrsh.w r9, label
  ldr pc, [r0]
  ldr.w pc, [r0, #4]
  ldr pc, [sp], #4
  pld [r0, #4]
  pld [r0, r1]
  pld [r0, #-4]
  pli [r0, #4]
  ldrd r0, r1, [r2]
  ldrd r0, r1, [r2, #8]!
  ldrd r0, r1, [r2], #-8
  ldrd r0, r1, label
  strd r0, r1, [r2, #-8]
  strd r0, r1, [r2, #8]!
  strd r0, r1, [r2], #8
  ldrex r0, [r1]
  ldrex r0, [r1, #4]
  ldrexb r0, [r1]
  ldrexh r0, [r1]
  strex r2, r0, [r1]
  strex r2, r0, [r1, #4]
  strexb r2, r0, [r1]
  strexh r2, r0, [r1]
  tbb [r0, r1]
  tbh [r0, r1, lsl #1]
  push {r0}
  push {r0-r7}
  push {r1, r3, lr}
  push {r4-r11, lr}
  push {r8}
  pop {r0}
  pop {r0-r7}
  pop {r1, r3, pc}
  pop {r4-r11, pc}
  pop {r8}
  ldmia r0!, {r1, r2, r3}
  ldmia r0, {r0, r1}
  ldmia.w r0, {r1, r2, r8}
  ldmdb r0!, {r1, r2, r8}
  stmia r0!, {r1-r7}
  stmia.w r0, {r1, r9, lr}
  stmdb r0!, {r1, r9}
  sdiv r0, r1, r2
  udiv r8, r9, r10
  smull r0, r1, r2, r3
  umlal r0, r1, r2, r3
  smlald r0, r1, r2, r3
  umaal r0, r1, r2, r3
  mla r0, r1, r2, r3
  smmul r0, r1, r2
  smlad r0, r1, r2, r3
  sxtab16 r0, r1, r2
  pkhbt r0, r1, r2
  ssat r0, #8, r1
  qadd r0, r1, r2
  vldr s0, [r0]
  vldr d0, [r0, #-8]
  vldr s1, label
  vstr s0, [r0, #4]
  vstr d0, [r0]
  vldmia r0, {s0}
  vldmia r0!, {s0-s3}
  vldmia r0!, {d0-d7}
  vldmdb r0!, {s4-s6}
  vstmia r0, {s0-s15}
  vstmia r0!, {d1-d2}
  vstmdb r0!, {d3}
  vpush {s16-s31}
  vpush {d8-d9}
  vpop {s16}
  vpop {d8-d15}
  vmov r0, r1, d0
  vmov d0, r0, r1
  vmov s0, s1, r2, r3
  vmov r2, r3, s0, s1
  vmov s0, r0
  vmov r0, s0
  vmov.f32 s0, #1.0
  vmov.f32 s0, s1
  vdiv.f32 s0, s1, s2
  vdiv.f32 s31, s30, s29
  vsqrt.f32 s0, s1
  vsqrt.f32 s31, s30
  vneg.f32 s0, s1
  vabs.f32 s0, s1
  vcmp.f32 s0, s1
  vadd.f32 s0, s1, s2
  vmul.f32 s0, s1, s2
  vmla.f32 s0, s1, s2
  vfma.f32 s0, s1, s2
  vfnms.f32 s0, s1, s2
  vcvt.f32.s32 s0, s1
  vcvt.s32.f32 s0, s1
  vmrs r0, fpscr
  mrs r0, msp
  msr msp, r0
  dsb
  isb
  nop
  nop.w
  wfi
  cpsid i
  bkpt #0xab
  svc #1
  adds r0, r1, r2
  add.w r0, r1, r2, lsl #3
  adr r0, label
  movw r0, #0x1234
  movt r0, #0x1234
  orr r0, r1, #0xff00ff00
  bfi r0, r1, #3, #4
  ubfx r0, r1, #3, #4
  rev r0, r1
  clz r0, r1
  rbit r0, r1
  sxtb r0, r1
  cbz r0, label
  cbnz r0, label
  add sp, #16
  sub sp, #16
  it eq
  ldreq r0, [r1]
  ite ne
  strne r0, [r1]
  popeq {r4, pc}
  bx lr
  blx r0
  b label
  b.w label
  bl label
  beq label
  beq.w label
  .align 2
label:
  .word 0x12345678
)";

TEST_F(ThumbCost, AgreesWithTheDisassemblerOnEveryForm) {
  const TemporaryFolder folder = TemporaryFolder::make().value();
  ASSERT_TRUE(write_text(folder.path() / "forms.s", forms).ok());
  const fs::path object = folder.path() / "forms.o";
  const auto assembled = run_process({"arm-none-eabi-as", "-mcpu=cortex-m4", "-mfpu=fpv4-sp-d16",
                                      (folder.path() / "forms.s").string(), "-o", object.string()});
  ASSERT_TRUE(assembled.ok());
  ASSERT_EQ(assembled.value().exit_status, 0) << assembled.value().err;
  std::set<std::string> names;
  EXPECT_GE(compare(parse_listing(disassembled(object)), names), 175u);
  EXPECT_GE(names.size(), 95u);
}

// The compiler's own libraries for this processor: what real code is made of.
TEST_F(ThumbCost, AgreesWithTheDisassemblerOnRealCode) {
  std::size_t looked_at = 0;
  std::set<std::string> names;
  for (const char* library : {"libgcc.a", "libm.a"}) {
    const auto where =
        run_process({"arm-none-eabi-g++", "-mcpu=cortex-m4", "-mthumb", "-mfpu=fpv4-sp-d16",
                     "-mfloat-abi=hard", std::string("-print-file-name=") + library});
    ASSERT_TRUE(where.ok());
    std::string path = where.value().out;
    path.erase(path.find_last_not_of('\n') + 1);
    if (!fs::exists(path)) GTEST_SKIP() << library << " for Cortex-M4 is not installed";
    looked_at += compare(parse_listing(disassembled(path)), names);
  }
  EXPECT_GT(looked_at, 10'000u);
  EXPECT_THAT(names,
              testing::IsSupersetOf({"ldrd", "vldr", "vpush", "vdiv", "vsqrt", "udiv", "ldmia"}));
}

}  // namespace
}  // namespace sengi::emulate
