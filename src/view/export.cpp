// SPDX-License-Identifier: Apache-2.0
#include "view/export.h"

#include <fmt/format.h>
#include <sodium.h>

#include <algorithm>
#include <bit>
#include <nlohmann/json.hpp>

#include "view/flac.h"
#include "view/page.h"
#include "view/tile.h"

namespace sengi::view {
namespace {

using Json = nlohmann::ordered_json;

constexpr int peaks_log = 15;
constexpr int columns_log = 12;
constexpr std::int64_t tile_columns = 256;

std::string base64(std::string_view bytes) {
  constexpr int variant = sodium_base64_VARIANT_ORIGINAL;
  std::string text(sodium_base64_encoded_len(bytes.size(), variant), '\0');
  sodium_bin2base64(text.data(), text.size(), reinterpret_cast<const unsigned char*>(bytes.data()),
                    bytes.size(), variant);
  text.pop_back();  // its zero
  return text;
}

// Nothing in it ends the element that it stands in.
std::string inside_script(std::string text, std::string_view danger, std::string_view instead) {
  for (std::size_t at = 0; (at = text.find(danger, at)) != std::string::npos;
       at += instead.size()) {
    text.replace(at, danger.size(), instead);
  }
  return text;
}

int level_for(std::int64_t frames, int finest, int count_log) {
  const auto all = static_cast<int>(
      std::bit_width(static_cast<std::uint64_t>(std::max<std::int64_t>(frames, 2) - 1)));
  return std::max(finest, all - count_log);
}

std::int64_t count_at(std::int64_t frames, int level) {
  return (frames + (std::int64_t{1} << level) - 1) >> level;
}

Result<Json> peaks_of(const Overview& overview, std::int64_t frames) {
  const int level = level_for(frames, 0, peaks_log);
  SENGI_TRY(peaks, overview.peaks(level, 0, count_at(frames, level)));
  const std::string_view bytes(reinterpret_cast<const char*>(peaks.data()),
                               peaks.size() * sizeof(Peak));
  return Json{{"level", level}, {"data", base64(bytes)}};
}

Result<Json> tiles_of(const Overview& overview, std::int64_t frames) {
  const int level = level_for(frames, 6, columns_log);
  Json tiles = Json::array();
  for (std::int64_t at = 0; at < count_at(frames, level); at += tile_columns) {
    SENGI_TRY(columns, overview.columns(level, at, tile_columns));
    SENGI_TRY(png, tile_png(columns, static_cast<std::size_t>(overview.fft_size() / 2)));
    tiles.push_back(base64(png));
  }
  return Json{{"level", level}, {"fft", overview.fft_size()}, {"data", std::move(tiles)}};
}

Result<Json> contents(Shown& shown, const ExportOptions& options) {
  Overview& overview = shown.overview(shown.usual_fft_size());
  overview.wait();
  if (!overview.fault().empty()) return Error{overview.fault()};
  const std::int64_t frames = shown.recording().frames();
  SENGI_TRY(peaks, peaks_of(overview, frames));
  SENGI_TRY(tiles, tiles_of(overview, frames));
  Json scores = Json::array();
  for (const auto& model : shown.models()) {
    model->wait();
    if (!model->fault().empty()) return Error{model->fault()};
    const auto bytes = model->from(0, model->steps_done());
    scores.push_back(base64({reinterpret_cast<const char*>(bytes.data()), bytes.size()}));
  }
  Json all{{"state", Json::parse(shown.state())},
           {"labels", Json::parse(shown.labels())},
           {"peaks", std::move(peaks)},
           {"tiles", std::move(tiles)},
           {"scores", std::move(scores)}};
  if (options.sound) {
    SENGI_TRY(sound, to_flac(shown.recording(), options.bytes_max / 4 * 3));
    all["sound"] = "data:audio/flac;base64," + base64(sound);
  }
  return all;
}

}  // namespace

Result<std::string> export_page(Shown& shown, const ExportOptions& options) {
  const auto html = page_file("index.html");
  const auto script = page_file("app.js");
  const auto style = page_file("app.css");
  if (!html || !script || !style) return Error{"the page is not built into this program"};
  SENGI_TRY(all, contents(shown, options));
  // Where these files are named, their text takes the place.
  std::string page = html->content;
  const auto put = [&](std::string_view mark, const std::string& text) -> Result<void> {
    const std::size_t at = page.find(mark);
    if (at == std::string::npos) return Error{fmt::format("the page has no {}", mark)};
    page.replace(at, mark.size(), text);
    return {};
  };
  const std::string json = all.dump(-1, ' ', false, Json::error_handler_t::replace);
  SENGI_CHECK(put(R"(<link rel="stylesheet" href="app.css">)",
                  fmt::format("<style>{}</style>", style->content)));
  SENGI_CHECK(put(R"(<script type="module" src="app.js"></script>)",
                  fmt::format("<script type=\"application/json\" id=\"shown\">{}</script>\n"
                              "<script type=\"module\">{}</script>",
                              inside_script(json, "<", "\\u003c"),
                              inside_script(script->content, "</script", "<\\/script"))));
  if (page.size() <= options.bytes_max) return page;
  return Error{
      fmt::format("the page would have {} MB, more than {}; share it without sound, or "
                  "share a shorter recording",
                  page.size() >> 20, options.bytes_max >> 20)};
}

}  // namespace sengi::view
