// SPDX-License-Identifier: Apache-2.0
// The pieces that sengi's HTML pages are made of: one self-contained file, light and dark, for a
// phone and for a desk, nothing fetched from anywhere. Every function returns HTML.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace sengi::evaluate::page {

// How a figure came about: counted on the program that ships; computed by a stated rule from what
// was counted; or taken from a maker's document.
enum class Source : std::uint8_t { measured, modelled, datasheet };
std::string_view name_of(Source source);
std::string badge(Source source);

// Text from outside (labels, paths) made safe for HTML; bytes that are not UTF-8 become U+FFFD.
std::string text(std::string_view words);

// "87.3 %", "22.3 KiB", "1.2 s", "3.5 ms", with a space that does not break
std::string percent(double share, int digits = 1);
std::string kibibytes(std::uint64_t bytes);
std::string duration(double seconds);

// One large figure with a word below it. `value` and `detail` are HTML.
struct Tile {
  std::string name;
  std::string value;
  std::string detail;
  std::optional<Source> source;
};
std::string tiles(const std::vector<Tile>& tiles);

// Cells are HTML; columns whose bit is set in `numeric` align right. The first cell of a row heads
// it. A later column without a title holds drawings alone, and a narrow screen leaves it out.
struct Table {
  std::string caption;
  std::vector<std::string> columns;
  std::vector<std::vector<std::string>> rows;
  std::vector<bool> numeric;
};
std::string table(const Table& table);
// Hidden until asked for: the table that stands for a picture.
std::string folded(std::string_view summary, std::string_view inside);

// A thin bar inside a table cell; share in [0, 1].
std::string bar(double share);

struct Series {
  std::string name;
  std::vector<std::optional<double>> values;  // one a label; none leaves a gap
  std::string colour = "accent";              // a colour of page.css: accent, warm, cool, soft
  bool dashed = false;
  bool points = false;  // dots without a line
};

// Drawn by Chart.js from a description inside the page; the same numbers follow as a table.
struct Chart {
  enum class Kind : std::uint8_t { line, bars, rows };
  std::string id;  // unique in the page
  Kind kind = Kind::line;
  std::string caption;
  std::string x_title;
  std::string y_title;
  std::vector<std::string> labels;
  std::vector<Series> series;
  bool percent = false;      // values are shares
  bool logarithmic = false;  // the axis of values
  bool stacked = false;      // the series of bars and rows lie end to end
  std::optional<double> low;
  std::optional<double> high;
  std::optional<Source> source;
};
std::string chart(const Chart& chart);

// Points in a plane. Each has words of its own, shown where the reader points at it.
struct Scatter {
  struct Point {
    double x;
    double y;
    std::string words;
  };
  struct Cloud {
    std::string name;
    std::vector<Point> points;
    std::string colour = "accent";  // a colour of page.css
    std::string mark = "circle";    // or "star", "triangle", "rectRot"
    bool stairs = false;            // joined by steps: the edge of what can be had
  };
  std::string id;  // unique in the page
  std::string caption;
  std::string x_title;
  std::string y_title;
  std::vector<Cloud> clouds;
  bool percent = false;        // y is a share
  bool logarithmic_x = false;  // in thousands from 10,000 on
  std::optional<Source> source;
};
std::string scatter(const Scatter& scatter);

// A picture in its own words: svg, caption and, in `table`, the numbers it shows.
std::string picture(std::string_view svg, std::string_view caption, std::string_view table);

struct Section {
  std::string id;
  std::string title;
  std::string lead;  // a sentence, HTML
  std::string body;
};

struct Document {
  std::string title;
  std::string kicker;   // a few words above the title
  std::string lead;     // HTML
  std::string opening;  // before the first section
  std::vector<Section> sections;
  std::string foot;
  bool charts = true;  // carries Chart.js
};
std::string render(const Document& document);

}  // namespace sengi::evaluate::page
