// SPDX-License-Identifier: Apache-2.0
#include "emulate/call_graph.h"

#include <algorithm>
#include <regex>
#include <sstream>

namespace sengi::emulate {
namespace {

constexpr const char* call_by_pointer = "__indirect_call";

// What follows `key: "` up to the closing quote; empty where the line has no such key.
std::string quoted(const std::string& line, const std::string& key) {
  const std::string start = key + ": \"";
  const std::size_t begin = line.find(start);
  if (begin == std::string::npos) return "";
  const std::size_t from = begin + start.size();
  const std::size_t end = line.find('"', from);
  return end == std::string::npos ? "" : line.substr(from, end - from);
}

}  // namespace

void CallGraph::add(std::string_view text) {
  // "12 bytes (static)"; also (dynamic), and (dynamic,bounded).
  static const std::regex stack(R"((\d+) bytes \(([a-z,]+)\))");
  std::istringstream lines{std::string(text)};
  for (std::string line; std::getline(lines, line);) {
    if (line.starts_with("edge:")) {
      functions_[quoted(line, "sourcename")].calls.insert(quoted(line, "targetname"));
    } else if (line.starts_with("node:")) {
      Function& function = functions_[quoted(line, "title")];
      std::smatch match;
      const std::string label = quoted(line, "label");
      if (!std::regex_search(label, match, stack)) continue;
      function.bytes = std::stoul(match[1]);
      function.unbounded = match[2] == "dynamic";
    }
  }
}

std::optional<std::size_t> CallGraph::deepest_bytes() const {
  std::map<std::string, std::size_t, std::less<>> depths;
  std::set<std::string, std::less<>> on_path;
  bool endless = false;
  const auto depth = [&](const auto& self, const std::string& name) -> std::size_t {
    if (const auto known = depths.find(name); known != depths.end()) return known->second;
    if (name == call_by_pointer || !on_path.insert(name).second) {
      endless = true;
      return 0;
    }
    const auto found = functions_.find(name);
    std::size_t below = 0;
    if (found != functions_.end()) {
      endless = endless || found->second.unbounded;
      for (const std::string& called : found->second.calls) {
        below = std::max(below, self(self, called));
      }
    }
    on_path.erase(name);
    const bool known = found != functions_.end() && found->second.bytes;
    return depths[name] = below + (known ? *found->second.bytes : library_function_bytes);
  };
  std::size_t deepest = 0;
  for (const auto& [name, function] : functions_) deepest = std::max(deepest, depth(depth, name));
  if (endless) return std::nullopt;
  return deepest;
}

}  // namespace sengi::emulate
