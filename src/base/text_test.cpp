// SPDX-License-Identifier: Apache-2.0
#include "base/text.h"

#include <gtest/gtest.h>

#include "base/hash.h"

namespace sengi {
namespace {

TEST(Nearest, FindsWhatWasMeant) {
  const std::vector<std::string> keys = {"channels", "blocks", "architecture"};
  EXPECT_EQ(nearest("chanels", keys), "channels");
  EXPECT_EQ(nearest("block", keys), "blocks");
  EXPECT_EQ(nearest("blcoks", keys), "blocks");
  EXPECT_EQ(nearest("colour", keys), std::nullopt);
}

TEST(Text, Thousands) {
  EXPECT_EQ(with_thousands(0), "0");
  EXPECT_EQ(with_thousands(999), "999");
  EXPECT_EQ(with_thousands(1000), "1,000");
  EXPECT_EQ(with_thousands(12'345'678), "12,345,678");
  EXPECT_EQ(counted(1, "clip"), "1 clip");
  EXPECT_EQ(counted(1200, "clip"), "1,200 clips");
}

TEST(Text, Alternatives) {
  const std::vector<std::string> words = {"a", "b", "c"};
  EXPECT_EQ(alternatives(words), "\"a\", \"b\" or \"c\"");
  EXPECT_EQ(alternatives(std::span(words).first(2)), "\"a\" or \"b\"");
  EXPECT_EQ(alternatives(std::span(words).first(1)), "\"a\"");
}

TEST(Identifier, IsAlwaysAName) {
  EXPECT_EQ(identifier("MobilenetV1/Conv2d_0"), "mobilenet_v1_conv2d_0");
  EXPECT_EQ(identifier("kws_ref_model"), "kws_ref_model");
  EXPECT_EQ(identifier("2nd try"), "n_2nd_try");
  EXPECT_EQ(identifier("class"), "class_");
  EXPECT_EQ(identifier("слово"), "unnamed");
  EXPECT_EQ(identifier(""), "unnamed");
}

TEST(Html, IsEscaped) {
  EXPECT_EQ(escape_html("<a href='x'>&\""), "&lt;a href=&#39;x&#39;&gt;&amp;&quot;");
}

TEST(Sha256, PublishedExample) {
  // FIPS 180-4's example of one block.
  EXPECT_EQ(sha256(std::string_view("abc")),
            "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
}

}  // namespace
}  // namespace sengi
