// SPDX-License-Identifier: Apache-2.0
#include "evaluate/page.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <nlohmann/json.hpp>

#include "base/text.h"
#include "evaluate/embedded.h"
#include "evaluate/utf8.h"

namespace sengi::evaluate::page {
namespace {

using Json = nlohmann::ordered_json;

// The sengi's mark: a call, drawn as the bars of a level meter.
constexpr std::string_view mark =
    R"(<svg viewBox="0 0 38 26" aria-hidden="true"><g fill="currentColor">)"
    R"(<rect x="0" y="10" width="4" height="6" rx="2"/><rect x="7" y="5" width="4" height="16" rx="2"/>)"
    R"(<rect x="14" y="0" width="4" height="26" rx="2"/><rect x="21" y="7" width="4" height="12" rx="2"/>)"
    R"(<rect x="28" y="3" width="4" height="20" rx="2"/><rect x="35" y="10" width="3" height="6" rx="1.5"/>)"
    R"(</g></svg>)";

// JSON that may stand inside a script element.
std::string script_safe(std::string_view json) {
  std::string safe;
  for (const char c : json) safe += c == '<' ? std::string("\\u003c") : std::string(1, c);
  return safe;
}

std::string_view name_of(Chart::Kind kind) {
  switch (kind) {
    case Chart::Kind::line:
      return "line";
    case Chart::Kind::bars:
      return "bars";
    case Chart::Kind::rows:
      return "rows";
  }
  return "line";
}

Json number(const std::optional<double>& value) { return value ? Json(*value) : Json(nullptr); }

std::string description(const Chart& chart) {
  Json series = Json::array();
  for (const Series& one : chart.series) {
    Json values = Json::array();
    for (const auto& value : one.values) values.push_back(number(value));
    series.push_back({{"name", valid_utf8(one.name)},
                      {"values", values},
                      {"colour", one.colour},
                      {"dashed", one.dashed},
                      {"points", one.points}});
  }
  Json labels = Json::array();
  for (const std::string& label : chart.labels) labels.push_back(valid_utf8(label));
  const Json json = {{"kind", name_of(chart.kind)},
                     {"x_title", chart.x_title},
                     {"y_title", chart.y_title},
                     {"percent", chart.percent},
                     {"logarithmic", chart.logarithmic},
                     {"stacked", chart.stacked},
                     {"low", number(chart.low)},
                     {"high", number(chart.high)},
                     {"labels", labels},
                     {"series", series}};
  return script_safe(json.dump());
}

std::string written(const std::optional<double>& value, bool as_percent) {
  if (!value) return "–";
  if (as_percent) return percent(*value);
  // Beyond 2^53 doubles do not tell whole numbers apart.
  constexpr double most = 0x1p53;
  const bool whole = *value >= 0 && *value < most && std::floor(*value) == *value;
  return whole ? with_thousands(static_cast<std::uint64_t>(*value)) : fmt::format("{:.4g}", *value);
}

Table numbers_of(const Chart& chart) {
  Table table;
  const bool rows = chart.kind == Chart::Kind::rows;
  table.columns.push_back(rows ? chart.y_title : chart.x_title);
  table.numeric.push_back(false);
  for (const Series& one : chart.series) {
    table.columns.push_back(text(one.name));
    table.numeric.push_back(true);
  }
  for (std::size_t i = 0; i < chart.labels.size(); ++i) {
    std::vector<std::string> row = {text(chart.labels[i])};
    for (const Series& one : chart.series) {
      row.push_back(written(i < one.values.size() ? one.values[i] : std::nullopt, chart.percent));
    }
    table.rows.push_back(row);
  }
  return table;
}

std::string description(const Scatter& scatter) {
  Json clouds = Json::array();
  for (const Scatter::Cloud& cloud : scatter.clouds) {
    Json points = Json::array();
    for (const Scatter::Point& point : cloud.points) {
      points.push_back({{"x", point.x}, {"y", point.y}, {"words", valid_utf8(point.words)}});
    }
    clouds.push_back({{"name", valid_utf8(cloud.name)},
                      {"points", points},
                      {"colour", cloud.colour},
                      {"mark", cloud.mark},
                      {"stairs", cloud.stairs}});
  }
  return script_safe(Json{
      {"kind", "scatter"},
      {"x_title", scatter.x_title},
      {"y_title", scatter.y_title},
      {"percent", scatter.percent},
      {"logarithmic_x", scatter.logarithmic_x},
      {"clouds", clouds}}.dump());
}

std::string navigation(const Document& document) {
  if (document.sections.empty()) return "";
  std::string links;
  for (const Section& section : document.sections) {
    links += fmt::format("<a href=\"#{}\">{}</a>\n", section.id, section.title);
  }
  return fmt::format("<nav aria-label=\"Sections\">\n{}</nav>\n", links);
}

std::string rendered(const Section& section) {
  return fmt::format(
      "<section id=\"{0}\" aria-labelledby=\"{0}-title\">\n<h2 id=\"{0}-title\">{1}</h2>\n"
      "<p class=\"lead\">{2}</p>\n{3}</section>\n",
      section.id, section.title, section.lead, section.body);
}

}  // namespace

std::string_view name_of(Source source) {
  switch (source) {
    case Source::measured:
      return "measured";
    case Source::modelled:
      return "modelled";
    case Source::datasheet:
      return "datasheet";
  }
  return "measured";
}

std::string badge(Source source) {
  return fmt::format("<span class=\"badge {0}\">{0}</span>", name_of(source));
}

std::string text(std::string_view words) { return escape_html(valid_utf8(words)); }

std::string percent(double share, int digits) {
  return fmt::format("{:.{}f}\u00A0%", 100 * share, digits);
}

std::string kibibytes(std::uint64_t bytes) {
  if (bytes < 1024) return fmt::format("{}\u00A0B", bytes);
  const double kib = static_cast<double>(bytes) / 1024;
  if (kib < 1024) return fmt::format("{:.1f}\u00A0KiB", kib);
  return fmt::format("{:.1f}\u00A0MiB", kib / 1024);
}

std::string duration(double seconds) {
  if (seconds < 1e-3) return fmt::format("{:.0f}\u00A0µs", 1e6 * seconds);
  if (seconds < 1) return fmt::format("{:.1f}\u00A0ms", 1e3 * seconds);
  if (seconds < 120) return fmt::format("{:.1f}\u00A0s", seconds);
  if (seconds < 7200) return fmt::format("{:.1f}\u00A0min", seconds / 60);
  return fmt::format("{:.1f}\u00A0h", seconds / 3600);
}

std::string tiles(const std::vector<Tile>& tiles) {
  std::string html = "<dl class=\"tiles\">\n";
  for (const Tile& tile : tiles) {
    html += fmt::format(
        "<div class=\"tile\"><dt>{}</dt><dd class=\"value\">{}</dd><dd class=\"detail\">{}</dd>{}"
        "</div>\n",
        tile.name, tile.value, tile.detail,
        tile.source ? fmt::format("<dd class=\"badge {0}\">{0}</dd>", name_of(*tile.source)) : "");
  }
  return html + "</dl>\n";
}

std::string table(const Table& table) {
  const auto aligned = [&](std::size_t column) {
    // A column without a title only draws what another one says; a phone has no room for it.
    if (column > 0 && table.columns[column].empty()) return " class=\"drawn\"";
    return column < table.numeric.size() && table.numeric[column] ? " class=\"n\"" : "";
  };
  const std::string label = table.caption.empty() ? "Table" : table.caption;
  std::string html = fmt::format(
      "<div class=\"scroll\" tabindex=\"0\" role=\"region\" aria-label=\"{}\"><table>\n", label);
  if (!table.caption.empty()) html += fmt::format("<caption>{}</caption>\n", table.caption);
  html += "<thead><tr>";
  for (std::size_t i = 0; i < table.columns.size(); ++i) {
    html += fmt::format("<th scope=\"col\"{}>{}</th>", aligned(i), table.columns[i]);
  }
  html += "</tr></thead>\n<tbody>\n";
  for (const auto& row : table.rows) {
    html += "<tr>";
    for (std::size_t i = 0; i < row.size(); ++i) {
      html += i == 0 ? fmt::format("<th scope=\"row\">{}</th>", row[i])
                     : fmt::format("<td{}>{}</td>", aligned(i), row[i]);
    }
    html += "</tr>\n";
  }
  return html + "</tbody>\n</table></div>\n";
}

std::string folded(std::string_view summary, std::string_view inside) {
  return fmt::format("<details><summary>{}</summary>\n{}</details>\n", summary, inside);
}

std::string bar(double share) {
  return fmt::format("<span class=\"bar\"><i style=\"width:{:.1f}%\"></i></span>",
                     100 * std::clamp(share, 0.0, 1.0));
}

std::string chart(const Chart& chart) {
  const bool rows = chart.kind == Chart::Kind::rows;
  const std::size_t height = 4 + 2 * chart.labels.size();  // rem
  return fmt::format(
      "<figure class=\"card\"><figcaption>{}{}</figcaption>\n"
      "<div class=\"canvas{}\"{}><canvas id=\"{}\" role=\"img\" aria-label=\"{}\"></canvas></div>\n"
      "<script type=\"application/json\" data-chart=\"{}\">{}</script>\n{}</figure>\n",
      chart.caption, chart.source ? badge(*chart.source) : "", rows ? " tall" : "",
      rows ? fmt::format(" style=\"--rows:{}rem\"", height) : "", chart.id, chart.caption, chart.id,
      description(chart), folded("The same as a table", table(numbers_of(chart))));
}

std::string scatter(const Scatter& scatter) {
  return fmt::format(
      "<figure class=\"card\"><figcaption>{}{}</figcaption>\n"
      "<div class=\"canvas\"><canvas id=\"{}\" role=\"img\" aria-label=\"{}\"></canvas></div>\n"
      "<script type=\"application/json\" data-chart=\"{}\">{}</script>\n</figure>\n",
      scatter.caption, scatter.source ? badge(*scatter.source) : "", scatter.id, scatter.caption,
      scatter.id, description(scatter));
}

std::string picture(std::string_view svg, std::string_view caption, std::string_view table) {
  return fmt::format(
      "<figure class=\"card\"><figcaption>{}</figcaption>\n<div class=\"wide\" tabindex=\"0\" "
      "role=\"region\" aria-label=\"Picture, scrolls sideways\">{}</div>\n{}</figure>\n",
      caption, svg, table.empty() ? "" : folded("The same as a table", table));
}

std::string render(const Document& document) {
  std::string html = fmt::format(
      "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n"
      "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n"
      "<meta name=\"color-scheme\" content=\"light dark\">\n"
      "<title>{}</title>\n<link rel=\"icon\" href=\"data:,\">\n<style>\n",
      document.title);
  html += embedded::page_css;
  html += fmt::format(
      "</style>\n</head>\n<body>\n<div class=\"page\">\n<header class=\"head\">\n"
      "<p class=\"kicker\">{}{}</p>\n<h1>{}</h1>\n<p class=\"lead\">{}</p>\n</header>\n{}<main>\n",
      mark, document.kicker, document.title, document.lead, navigation(document));
  html += document.opening;
  for (const Section& section : document.sections) html += rendered(section);
  html += "</main>\n<footer>\n" + document.foot + "</footer>\n</div>\n";
  if (document.charts) {
    html += "<script>\n";
    html += embedded::chart_js;
    html += "</script>\n<script>\n";
    html += embedded::page_js;
    html += "</script>\n";
  }
  return html + "</body>\n</html>\n";
}

}  // namespace sengi::evaluate::page
