// SPDX-License-Identifier: Apache-2.0
// Any bytes as a sengi.toml and as a pipeline.json.
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "project/project.h"
#include "project/trained.h"

namespace {

template <typename T>
void expect_one_line(const sengi::Result<T>& result) {
  if (!result.ok() && result.error().message.find('\n') != std::string::npos) std::abort();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const auto project = sengi::project::parse_project(text, "sengi.toml");
  // A project that is accepted gives a network input.
  if (project.ok() && project.value().columns() < 1) std::abort();
  expect_one_line(project);
  expect_one_line(sengi::project::parse_trained(text, "pipeline.json"));
  return 0;
}
