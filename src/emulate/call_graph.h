// SPDX-License-Identifier: Apache-2.0
// How deep a program's stack can get, from what GCC writes beside each object file with
// -fcallgraph-info=su: a node a function with its own stack, an edge a call.
#pragma once

#include <cstddef>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>

namespace sengi::emulate {

class CallGraph {
 public:
  // Adds what one file holds.
  void add(std::string_view text);

  // The deepest path from any function. Functions that no file describes are the compiler's own
  // library's, and count for library_function_bytes. None where a path has no end (a function that
  // calls itself, or is called by a pointer) or a function takes stack by the run.
  std::optional<std::size_t> deepest_bytes() const;

  // More than any function of libgcc for 32-bit integers and floats takes, its callees included.
  static constexpr std::size_t library_function_bytes = 160;

 private:
  struct Function {
    std::optional<std::size_t> bytes;  // none: only called here, or what it takes is not known
    bool unbounded = false;
    std::set<std::string> calls;
  };

  std::map<std::string, Function, std::less<>> functions_;
};

}  // namespace sengi::emulate
