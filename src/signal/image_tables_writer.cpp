// SPDX-License-Identifier: Apache-2.0
#include "signal/image_tables_writer.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

namespace sengi::signal {
namespace {

// "// COMMENT\nconstexpr std::int32_t NAME[COUNT] = {\n    1, 2, 3};\n\n"
std::string array(const std::string& comment, const std::string& name,
                  const std::vector<std::int32_t>& numbers) {
  return fmt::format("// {}\nconstexpr std::int32_t {}[{}] = {{\n    {}}};\n\n", comment, name,
                     numbers.size(), fmt::join(numbers, ", "));
}

std::string spec_lines(const ImageSpec& spec, const std::string& indent) {
  std::string text;
  const auto line = [&](std::string_view name, std::int32_t value) {
    text += fmt::format("{}.{} = {},\n", indent, name, value);
  };
  line("frame_width", spec.frame_width);
  line("frame_height", spec.frame_height);
  line("channels", spec.channels);
  line("width", spec.width);
  line("height", spec.height);
  return text;
}

}  // namespace

std::string image_spec_as_cpp(const ImageSpec& spec) { return spec_lines(spec, "    "); }

std::string image_tables_as_cpp(const OwnedImageTables& tables, const std::string& name) {
  return "namespace {\n\n" +
         array("From 1/256 level to int8, each channel: subtract this,", "offset",
               tables.scaling.offset) +
         array("then multiply by this, 1.0 = 2^16", "multiplier", tables.scaling.multiplier) +
         "}  // namespace\n\n" +
         fmt::format("const sengi::signal::ImageTables {} = {{\n    .spec = {{\n", name) +
         spec_lines(tables.spec, "        ") +
         "    },\n"
         "    .offset = offset,\n"
         "    .multiplier = multiplier,\n"
         "};\n";
}

}  // namespace sengi::signal
