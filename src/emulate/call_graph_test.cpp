// SPDX-License-Identifier: Apache-2.0
#include "emulate/call_graph.h"

#include <gtest/gtest.h>

namespace sengi::emulate {
namespace {

constexpr const char* graph = R"ci(graph: { title: "main.cpp"
node: { title: "main" label: "int main()\nmain.cpp:1:1\n24 bytes (static)" }
node: { title: "main.cpp:helper" label: "void helper()\nmain.cpp:2:1\n100 bytes (static)" }
node: { title: "other" label: "void other()\nmain.h:3:1" shape : ellipse }
edge: { sourcename: "main" targetname: "main.cpp:helper" label: "main.cpp:9:9" }
edge: { sourcename: "main" targetname: "other" label: "main.cpp:10:9" }
}
)ci";

TEST(CallGraph, TheDeepestPathCounts) {
  CallGraph calls;
  calls.add(graph);
  // other() is nobody's yet: as deep as the compiler's library may be.
  EXPECT_EQ(calls.deepest_bytes(), 24 + CallGraph::library_function_bytes);
  calls.add(
      "node: { title: \"other\" label: \"other\\n40 bytes (static)\" }\n"
      "edge: { sourcename: \"other\" targetname: \"main.cpp:helper\" }\n");
  EXPECT_EQ(calls.deepest_bytes(), 24u + 40 + 100);
}

TEST(CallGraph, WhatHasNoBoundIsSaid) {
  for (const char* more : {"edge: { sourcename: \"main.cpp:helper\" targetname: \"main\" }\n",
                           "edge: { sourcename: \"main\" targetname: \"__indirect_call\" }\n",
                           "node: { title: \"third\" label: \"third\\n8 bytes (dynamic)\" }\n"}) {
    CallGraph calls;
    calls.add(graph);
    calls.add(more);
    EXPECT_FALSE(calls.deepest_bytes().has_value()) << more;
  }
  CallGraph bounded;
  bounded.add("node: { title: \"f\" label: \"f\\n8 bytes (dynamic,bounded)\" }\n");
  EXPECT_EQ(bounded.deepest_bytes(), 8u);
}

TEST(CallGraph, OfNothingIsNothing) {
  CallGraph calls;
  calls.add("");
  EXPECT_EQ(calls.deepest_bytes(), 0u);
}

}  // namespace
}  // namespace sengi::emulate
