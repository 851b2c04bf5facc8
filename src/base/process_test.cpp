// SPDX-License-Identifier: Apache-2.0
#include "base/process.h"

#include <gmock/gmock.h>

namespace sengi {
namespace {

using testing::HasSubstr;

TEST(Process, KeepsOutputErrorAndStatusApart) {
  const auto got = run_process({"sh", "-c", "echo out; echo err >&2; exit 3"}).value();
  EXPECT_EQ(got.out, "out\n");
  EXPECT_EQ(got.err, "err\n");
  EXPECT_EQ(got.exit_status, 3);
}

TEST(Process, MoreOutputThanAPipeHolds) {
  const auto got =
      run_process({"sh", "-c", "head -c 1000000 /dev/zero; head -c 1000000 /dev/zero >&2"}).value();
  EXPECT_EQ(got.out.size(), 1'000'000u);
  EXPECT_EQ(got.err.size(), 1'000'000u);
}

TEST(Process, ArgumentsAreNotReadByAShell) {
  EXPECT_EQ(run_process({"printf", "%s", "$HOME; *"}).value().out, "$HOME; *");
}

TEST(Process, RunsInTheFolderAsked) {
  EXPECT_EQ(run_process({"pwd"}, std::chrono::seconds(5), "/").value().out, "/\n");
}

TEST(Process, ASignalIsAStatus) {
  EXPECT_EQ(run_process({"sh", "-c", "kill -9 $$"}).value().exit_status, 128 + 9);
}

TEST(Process, PastItsLimitItIsKilled) {
  const auto got = run_process({"sleep", "60"}, std::chrono::seconds(1));
  ASSERT_FALSE(got.ok());
  EXPECT_THAT(got.error().message, HasSubstr("sleep did not finish within 1 s"));
}

TEST(Process, AMissingProgramIsNamedWithItsPackage) {
  EXPECT_THAT(run_process({"no-such-program"}).error().message, HasSubstr("no-such-program"));
  EXPECT_THAT(require_program("no-such-program", "some-package").error().message,
              HasSubstr("apt install some-package"));
}

}  // namespace
}  // namespace sengi
