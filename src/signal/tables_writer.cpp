// SPDX-License-Identifier: Apache-2.0
#include "signal/tables_writer.h"

#include <fmt/format.h>

#include "base/text.h"
#include "signal/feature_names.h"

namespace sengi::signal {
namespace {

// "// COMMENT\nconstexpr TYPE NAME[COUNT] = {\n    1, 2, ...};\n\n"
template <typename Number>
std::string array(const std::string& comment, const std::string& type, const std::string& name,
                  const std::vector<Number>& numbers) {
  constexpr std::size_t width = 100;
  constexpr std::string_view indent = "    ";
  std::string text =
      fmt::format("// {}\nconstexpr {} {}[{}] = {{\n", comment, type, name, numbers.size());
  std::string line(indent);
  for (std::size_t i = 0; i < numbers.size(); ++i) {
    const bool last = i + 1 == numbers.size();
    const std::string word = fmt::format("{}{}", numbers[i], last ? "};" : ",");
    const std::size_t space = line.size() == indent.size() ? 0 : 1;
    if (line.size() + space + word.size() > width) {
      text += line + '\n';
      line = indent;
    }
    if (line.size() > indent.size()) line += ' ';
    line += word;
  }
  return text + line + "\n\n";
}

// "    .NAME = VALUE,\n"
template <typename Value>
std::string field(std::string_view name, const Value& value) {
  return fmt::format("    .{} = {},\n", name, value);
}

std::string indented(const std::string& lines) {
  std::string text;
  for (std::size_t at = 0; at < lines.size();) {
    const std::size_t end = lines.find('\n', at);
    text += "    " + lines.substr(at, end - at + 1);
    at = end + 1;
  }
  return text;
}

}  // namespace

std::string spec_as_cpp(const FrontEndSpec& spec) {
  std::string text;
  const auto line = [&](std::string_view name, const auto& value) { text += field(name, value); };
  line("sample_rate_hz", spec.sample_rate_hz);
  line("window_samples", spec.window_samples);
  line("hop_samples", spec.hop_samples);
  line("fft_size", spec.fft_size);
  line("mel_channels", spec.mel_channels);
  line("low_hz", spec.low_hz);
  line("high_hz", spec.high_hz);
  line("feature", fmt::format("sengi::signal::Feature::{}", identifier(name_of(spec.feature))));
  line("coefficients", spec.coefficients);
  line("decimate", spec.decimate);
  return text;
}

std::string tables_as_cpp(const OwnedTables& tables, const std::string& name) {
  const FrontEndSpec& spec = tables.spec;
  std::string text = "namespace {\n\n";
  if (!tables.decimator.empty()) {
    text += array(fmt::format("Anti-alias filter, 1.0 = 2^{}", decimator_tap_bits(spec.decimate)),
                  "std::int16_t", "decimator", tables.decimator);
  }
  text += array("Hann window, 1.0 = 2^15", "std::uint16_t", "window", tables.window);
  text += array("A quarter of a sine, 1.0 = 2^30", "std::int32_t", "sine", tables.sine);
  text += array(fmt::format("For each bin of the transform: the mel channel it rises in ({}: none)",
                            outside_mel),
                "std::uint8_t", "mel_rising", tables.mel_rising);
  text += array("and how much of it that channel gets, 1.0 = 2^15; the one before gets the rest",
                "std::uint16_t", "mel_weight", tables.mel_weight);
  if (!tables.dct.empty()) {
    text += array(fmt::format("Cosine transform, {} coefficients x {} channels, 1.0 = 2^15",
                              spec.coefficients, spec.mel_channels),
                  "std::int16_t", "dct", tables.dct);
  }
  text += array("From 1/4096 octave to int8: subtract this,", "std::int32_t", "offset",
                tables.scaling.offset);
  text += array("then multiply by this, 1.0 = 2^16", "std::int32_t", "multiplier",
                tables.scaling.multiplier);
  text += "}  // namespace\n\n";
  text += fmt::format(
      "const sengi::signal::FrontEndTables {} = {{\n"
      "    .spec = {{\n",
      name);
  text += indented(spec_as_cpp(spec));
  text += fmt::format(
      "    }},\n"
      "    .decimator = {},\n"
      "    .window = window,\n"
      "    .sine = sine,\n"
      "    .mel = {{.rising = mel_rising, .weight = mel_weight}},\n"
      "    .dct = {},\n"
      "    .offset = offset,\n"
      "    .multiplier = multiplier,\n"
      "}};\n",
      tables.decimator.empty() ? "nullptr" : "decimator", tables.dct.empty() ? "nullptr" : "dct");
  return text;
}

std::string series_spec_as_cpp(const SeriesSpec& spec) {
  return field("rows", spec.rows) + field("axes", spec.axes) +
         field("feature", fmt::format("sengi::signal::SeriesFeature::{}", name_of(spec.feature))) +
         field("segments", spec.segments) + field("bands", spec.bands) +
         field("vectors", spec.vectors);
}

std::string series_tables_as_cpp(const OwnedSeriesTables& tables, const std::string& name) {
  const bool spectral = tables.spec.feature == SeriesFeature::spectral;
  std::string text = "namespace {\n\n";
  text += array("To int8: subtract this,", "std::int32_t", "offset", tables.scaling.offset);
  text += array("then multiply by this, 1.0 = 2^16", "std::int32_t", "multiplier",
                tables.scaling.multiplier);
  if (spectral) {
    text += array("Hann window of a segment, 1.0 = 2^15", "std::uint16_t", "window", tables.window);
    text += array("A quarter of a sine, 1.0 = 2^30", "std::int32_t", "sine", tables.sine);
    text += array(fmt::format("For each bin of the transform: its band ({}: none)", outside_bands),
                  "std::uint8_t", "band", tables.band);
  }
  text += "}  // namespace\n\n";
  text += fmt::format("const sengi::signal::SeriesTables {} = {{\n    .spec = {{\n", name);
  text += indented(series_spec_as_cpp(tables.spec)) + "    },\n";
  text += field("offset", "offset") + field("multiplier", "multiplier");
  for (const std::string_view each : {"window", "sine", "band"}) {
    text += field(each, spectral ? each : "nullptr");
  }
  return text + "};\n";
}

}  // namespace sengi::signal
