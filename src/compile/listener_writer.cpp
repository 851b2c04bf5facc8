// SPDX-License-Identifier: Apache-2.0
#include "compile/listener_writer.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "compile/number_table.h"
#include "compile/text_table.h"
#include "compile/writer.h"
#include "sengi/detect/detector.h"
#include "signal/extractor.h"
#include "signal/image_tables_writer.h"
#include "signal/tables_writer.h"

namespace sengi::compile {
namespace {

constexpr std::int32_t most_smoothing_steps = 64;  // DetectorSpec's limit

std::string notice(const project::Trained& trained) {
  return generated_notice(trained.name + "/out/pipeline.json", trained.config_sha256,
                          "sengi build " + trained.name);
}

// Milliseconds between two runs of the network; 0 where clips have no time.
double step_ms(const project::Trained& trained) {
  if (trained.sense() == project::Sense::audio) {
    const double stride_hops = project::hops_in(trained.detect.stride_ms, trained.signal);
    return stride_hops * trained.signal.hop_samples * 1000 /
           static_cast<double>(trained.signal.sample_rate_hz);
  }
  const project::SeriesConfig& series = trained.series;
  if (series.sample_rate_hz == 0) return 0;
  return series.rows_in(trained.detect.stride_ms) * 1000 / series.sample_rate_hz;
}

// How many runs of the network a time lasts, to the nearest.
std::int32_t steps_in(std::int32_t ms, const project::Trained& trained) {
  const double step = step_ms(trained);
  return step == 0 ? 0 : static_cast<std::int32_t>(std::lround(ms / step));
}

// Rows from one run to the next; a window where rows have no time.
std::int32_t stride_rows(const project::Trained& trained) {
  const project::SeriesConfig& series = trained.series;
  return series.sample_rate_hz == 0 ? series.spec.rows : series.rows_in(trained.detect.stride_ms);
}

// A score of 0 to 1 in steps of 1/256, as the network gives them.
std::int32_t score_steps(double score) {
  return std::clamp(static_cast<std::int32_t>(std::lround(score * 256)), 0, 255);
}

Result<detect::DetectorSpec> detector_spec(const project::Trained& trained) {
  const std::int32_t smoothing = steps_in(trained.detect.smoothing_ms, trained);
  if (smoothing > most_smoothing_steps) {
    return Error{
        fmt::format("{}: [detect] smoothing_ms = {} is {} runs of the network at stride_ms "
                    "= {}; at most {} can be averaged, so lower it or raise stride_ms",
                    trained.name, trained.detect.smoothing_ms, smoothing, trained.detect.stride_ms,
                    most_smoothing_steps)};
  }
  return detect::DetectorSpec{.labels = static_cast<std::int32_t>(trained.labels.size()),
                              .smoothing_steps = std::max(smoothing, 1),
                              .threshold = score_steps(trained.detect.threshold),
                              .release = score_steps(trained.detect.release),
                              .refractory_steps = steps_in(trained.detect.refractory_ms, trained)};
}

std::string detector_text(const detect::DetectorSpec& spec) {
  return fmt::format(R"(// Scores are 0 to 255; times are runs of the network.
inline constexpr sengi::detect::DetectorSpec detector_spec = {{
    .labels = {},
    .smoothing_steps = {},
    .threshold = {},
    .release = {},
    .refractory_steps = {},
}};
)",
                     spec.labels, spec.smoothing_steps, spec.threshold, spec.release,
                     spec.refractory_steps);
}

// Text for a comment, which a line end would leave.
std::string one_line(std::string text) {
  for (char& c : text) {
    if (static_cast<unsigned char>(c) < 0x20 || c == '\\') c = ' ';
  }
  return text;
}

// A C++ string literal; what UTF-8 can hold stays readable.
std::string literal(const std::string& text) {
  std::string quoted = "\"";
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (c == '"' || c == '\\') {
      quoted += fmt::format("\\{}", c);
    } else if (byte < 0x20 || byte == 0x7f) {
      quoted += fmt::format("\\{:03o}", byte);  // three digits, so that no other can join them
    } else {
      quoted += c;
    }
  }
  return quoted + "\"";
}

// Columns that UTF-8 text takes: bytes that do not continue a character.
std::size_t width_of(const std::string& text) {
  return static_cast<std::size_t>(std::count_if(text.begin(), text.end(), [](char c) {
    return (static_cast<unsigned char>(c) & 0xc0U) != 0x80U;
  }));
}

// A label a line, with its number behind it.
std::string labels_text(const std::vector<std::string>& labels) {
  std::size_t widest = 0;
  for (const std::string& label : labels) widest = std::max(widest, width_of(literal(label)));
  std::string text =
      "// In the order of the network's scores.\ninline constexpr const char* labels[] = {\n";
  for (std::size_t i = 0; i < labels.size(); ++i) {
    const std::string item = literal(labels[i]);
    const std::string space(widest - width_of(item), ' ');
    text += fmt::format("    {},{}  // {}\n", item, space, i);
  }
  return text + "};\n";
}

std::string events_text(const project::Trained& trained) {
  std::vector<std::string> events;
  events.reserve(trained.labels.size());
  for (const std::string& label : trained.labels) {
    const bool no_event = label == trained.unknown || label == trained.silence;
    events.emplace_back(no_event ? "false" : "true");
  }
  return "// Those that are worth telling of.\n" +
         to_text("inline constexpr bool label_is_event[]", "by label", events, 0);
}

std::string listener_header(const project::Trained& trained, const std::string& name,
                            const detect::DetectorSpec& detector) {
  const std::int32_t stride_hops = project::hops_in(trained.detect.stride_ms, trained.signal);
  return notice(trained) + fmt::format(R"(#pragma once

#include <cstdint>

#include "sengi/detect/detector.h"
#include "sengi/signal/front_end.h"

namespace {0} {{

inline constexpr sengi::signal::FrontEndSpec front_end_spec = {{
{1}}};
extern const sengi::signal::FrontEndTables front_end_tables;

// Feature columns that the network looks at, and hops from one run of it to the next.
inline constexpr std::int32_t columns = {2};
inline constexpr std::int32_t stride_hops = {3};
// Of the clips it was trained on.
inline constexpr std::int32_t clip_samples = {4};

{5}
{6}{7}
}}  // namespace {0}
)",
                                       name, signal::spec_as_cpp(trained.signal), trained.columns,
                                       stride_hops, trained.clip_samples, detector_text(detector),
                                       labels_text(trained.labels), events_text(trained));
}

// An axis a line: what its 16-bit numbers stand for, so that a driver can give them.
std::string axes_text(const project::SeriesConfig& series) {
  std::string text =
      "// Values are 16-bit: -32767 stands for the lower, 32767 for the upper of these.\n";
  const auto axes = static_cast<std::size_t>(series.spec.axes);
  for (std::size_t axis = 0; axis < axes; ++axis) {
    const bool named = axis < series.columns.size() && series.columns.size() == axes;
    text += fmt::format("//   {:<3} {}{:g} to {:g}\n", axis,
                        named ? one_line(series.columns[axis]) + ": " : "", series.low[axis],
                        series.high[axis]);
  }
  if (series.sample_rate_hz > 0) {
    text += fmt::format("// Rows come at {:g} Hz.\n", series.sample_rate_hz);
  }
  return text;
}

std::string watcher_header(const project::Trained& trained, const std::string& name,
                           const detect::DetectorSpec& detector) {
  return notice(trained) + fmt::format(R"(#pragma once

#include <cstdint>

#include "sengi/detect/detector.h"
#include "sengi/signal/series_front_end.h"

namespace {0} {{

{1}inline constexpr sengi::signal::SeriesSpec front_end_spec = {{
{2}}};
extern const sengi::signal::SeriesTables front_end_tables;

// Rows from one run of the network to the next.
inline constexpr std::int32_t stride_rows = {3};
// Values of the clips it was trained on, row by row.
inline constexpr std::int32_t clip_samples = {4};

{5}
{6}{7}
}}  // namespace {0}
)",
                                       name, axes_text(trained.series),
                                       signal::series_spec_as_cpp(trained.series.spec),
                                       stride_rows(trained), trained.clip_samples,
                                       detector_text(detector), labels_text(trained.labels),
                                       events_text(trained));
}

std::string camera_header(const project::Trained& trained, const std::string& name) {
  return notice(trained) + fmt::format(R"(#pragma once

#include <cstdint>

#include "sengi/signal/image_front_end.h"

namespace {0} {{

inline constexpr sengi::signal::ImageSpec front_end_spec = {{
{1}}};
extern const sengi::signal::ImageTables front_end_tables;

// Bytes of a frame, line by line.
inline constexpr std::int32_t clip_samples = {2};

inline constexpr std::int32_t label_count = {3};
{4}
}}  // namespace {0}
)",
                                       name, signal::image_spec_as_cpp(trained.image),
                                       trained.clip_samples, trained.labels.size(),
                                       labels_text(trained.labels));
}

std::string source_text(const project::Trained& trained, const std::string& name,
                        const std::string& beside, const signal::Extractor& extractor) {
  return notice(trained) + fmt::format(R"(#include "{2}.h"

namespace {0} {{

// clang-format off
{1}// clang-format on

}}  // namespace {0}
)",
                                       name, extractor.as_cpp("front_end_tables"), beside);
}

std::string header_text(const project::Trained& trained, const std::string& name,
                        const detect::DetectorSpec& detector) {
  switch (trained.sense()) {
    case project::Sense::audio:
      break;
    case project::Sense::series:
      return watcher_header(trained, name, detector);
    case project::Sense::image:
      return camera_header(trained, name);
  }
  return listener_header(trained, name, detector);
}

std::string file_name(project::Sense sense) {
  switch (sense) {
    case project::Sense::audio:
      break;
    case project::Sense::series:
      return "watcher";
    case project::Sense::image:
      return "camera";
  }
  return "listener";
}

}  // namespace

Result<detect::DetectorSpec> detector_of(const project::Trained& trained) {
  return detector_spec(trained);
}

const std::vector<std::string>& listener_names() {
  static const std::vector<std::string> names = {file_name(project::Sense::audio),
                                                 file_name(project::Sense::series),
                                                 file_name(project::Sense::image)};
  return names;
}

std::string firmware_of(project::Sense sense) {
  return sense == project::Sense::audio ? "keyword" : file_name(sense);
}

Result<ListenerCode> generate_listener(const project::Trained& trained, const std::string& name) {
  SENGI_TRY(detector, detector_spec(trained));
  SENGI_TRY(extractor, signal::Extractor::make(trained.features(),
                                               {.offset = trained.feature_offset,
                                                .multiplier = trained.feature_multiplier}));
  const std::string beside = file_name(trained.sense());
  return ListenerCode{beside, header_text(trained, name, detector),
                      source_text(trained, name, beside, extractor)};
}

std::string generate_application_header(const std::string& name, const std::string& beside) {
  return fmt::format(R"(// Generated by sengi {}. Do not edit.
#pragma once

{}#include "model.h"

namespace application = ::{};
)",
                     SENGI_VERSION,
                     beside.empty() ? "" : fmt::format("#include \"{}.h\"\n", beside), name);
}

}  // namespace sengi::compile
