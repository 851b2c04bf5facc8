// SPDX-License-Identifier: Apache-2.0
#include "scan/event_tables.h"

#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>

namespace sengi::scan {
namespace {

using Json = nlohmann::ordered_json;
using Events = std::vector<events::Event>;

// Tabs and line ends would end a cell.
std::string cell(std::string text) {
  std::ranges::replace_if(
      text, [](char c) { return c == '\t' || c == '\n' || c == '\r'; }, ' ');
  return text;
}

std::string quoted(const std::string& text) {
  if (text.find_first_of(",\"\r\n") == std::string::npos) return text;
  std::string out = "\"";
  for (const char c : text) {
    if (c == '"') out += '"';
    out += c;
  }
  return out + "\"";
}

std::string raven(const Events& events, const std::string& recording, Band band) {
  std::string text =
      "Selection\tView\tChannel\tBegin Time (s)\tEnd Time (s)\tLow Freq (Hz)\tHigh Freq (Hz)\t"
      "Begin Path\tFile Offset (s)\tAnnotation\tConfidence\n";
  for (std::size_t i = 0; i < events.size(); ++i) {
    const events::Event& e = events[i];
    text += fmt::format("{}\tSpectrogram 1\t1\t{:.6f}\t{:.6f}\t{}\t{}\t{}\t{:.6f}\t{}\t{:.4f}\n",
                        i + 1, e.start_s, e.end_s, band.low_hz, band.high_hz, cell(recording),
                        e.start_s, cell(e.label), e.confidence);
  }
  return text;
}

std::string audacity(const Events& events) {
  std::string text;
  for (const events::Event& e : events) {
    text += fmt::format("{:.6f}\t{:.6f}\t{}\t{:.4f}\n", e.start_s, e.end_s, cell(e.label),
                        e.confidence);
  }
  return text;
}

std::string csv(const Events& events, const std::string& recording) {
  std::string text = "file,start_s,end_s,label,confidence\n";
  for (const events::Event& e : events) {
    text += fmt::format("{},{:.6f},{:.6f},{},{:.4f}\n", quoted(recording), e.start_s, e.end_s,
                        quoted(e.label), e.confidence);
  }
  return text;
}

std::string json(const Events& events, const std::string& recording) {
  Json all = {{"file", recording}, {"events", Json::array()}};
  for (const events::Event& e : events) {
    all["events"].push_back({{"start_s", e.start_s},
                             {"end_s", e.end_s},
                             {"label", e.label},
                             {"confidence", e.confidence}});
  }
  return all.dump(2, ' ', false, Json::error_handler_t::replace) + "\n";
}

}  // namespace

std::optional<Format> format_named(std::string_view name) {
  if (name == "raven") return Format::raven;
  if (name == "audacity") return Format::audacity;
  if (name == "csv") return Format::csv;
  if (name == "json") return Format::json;
  return std::nullopt;
}

std::string_view ending_of(Format format) {
  switch (format) {
    case Format::raven:
      return ".selections.txt";
    case Format::audacity:
      return ".txt";
    case Format::csv:
      return ".csv";
    case Format::json:
      return ".json";
  }
  return "";
}

std::string to_table(const Events& events, const std::string& recording, Band band, Format format) {
  switch (format) {
    case Format::raven:
      return raven(events, recording, band);
    case Format::audacity:
      return audacity(events);
    case Format::csv:
      return csv(events, recording);
    case Format::json:
      return json(events, recording);
  }
  return "";
}

}  // namespace sengi::scan
