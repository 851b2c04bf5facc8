// SPDX-License-Identifier: Apache-2.0
#include "train/clip_store.h"

#include <gmock/gmock.h>

#include "base/files.h"

namespace sengi::train {
namespace {

using ::testing::Each;
using ::testing::HasSubstr;

TEST(ClipStore, KeepsEachClipInMemoryAndInAFileAlike) {
  const auto folder = TemporaryFolder::make();
  ASSERT_TRUE(folder.ok());
  constexpr std::size_t count = 1000, samples = 777;
  for (const std::uint64_t most_memory : {std::uint64_t{1} << 30, std::uint64_t{1000}}) {
    auto made = ClipStore::make(count, samples, folder.value().path() / "out", most_memory);
    ASSERT_TRUE(made.ok()) << made.error().message;
    ClipStore store = std::move(made).value();
    EXPECT_EQ(store.in_file(), most_memory == 1000);
    EXPECT_THAT(store.clip(count - 1), Each(0));
    for (std::size_t i = 0; i < count; ++i) {
      for (std::size_t k = 0; k < samples; ++k) {
        store.clip(i)[k] = static_cast<std::int16_t>(i * 31 + k);
      }
    }
    const ClipStore moved = std::move(store);
    ClipStore again = ClipStore();
    again = ClipStore::make(1, 1, folder.value().path(), most_memory).value();
    for (std::size_t i = 0; i < count; ++i) {
      const auto clip = const_cast<ClipStore&>(moved).clip(i);
      ASSERT_EQ(clip.size(), samples);
      ASSERT_EQ(clip[0], static_cast<std::int16_t>(i * 31));
      ASSERT_EQ(clip[samples - 1], static_cast<std::int16_t>(i * 31 + samples - 1));
    }
  }
  // Nothing is to be seen of a file, even while it is in use.
  const auto store = ClipStore::make(10, 10, folder.value().path() / "out", 0);
  ASSERT_TRUE(store.ok());
  EXPECT_TRUE(std::filesystem::is_empty(folder.value().path() / "out"));
}

TEST(ClipStore, MoreThanADiskHoldsIsToldAtOnce) {
  const auto folder = TemporaryFolder::make();
  ASSERT_TRUE(folder.ok());
  const auto store = ClipStore::make(std::size_t{1} << 40, 16000, folder.value().path(), 0);
  ASSERT_FALSE(store.ok());
  EXPECT_THAT(store.error().message, HasSubstr(folder.value().path().string()));
  EXPECT_THAT(store.error().message, HasSubstr("GB of clips"));
}

TEST(ClipStore, NoClipsNeedNothing) { EXPECT_TRUE(ClipStore::make(0, 16000, "/nowhere", 0).ok()); }

}  // namespace
}  // namespace sengi::train
