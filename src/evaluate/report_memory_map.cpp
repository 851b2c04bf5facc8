// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <algorithm>

#include "base/text.h"
#include "evaluate/report_sections.h"

namespace sengi::evaluate {
namespace {

// In units of the drawing.
constexpr double left = 64, top = 14, width = 920, height = 330, bottom = 74;

struct Scale {
  double columns;  // the inputs and one a layer
  double bytes;
  double x(double column) const { return left + width * column / columns; }
  double y(double offset) const { return top + height * offset / bytes; }
};

std::string name_of(const compile::Plan& plan, const compile::Placement& placement) {
  if (placement.first < 0) return "input";
  const auto layer = static_cast<std::size_t>(placement.first);
  if (placement.tensor == model::absent) return "scratch of " + plan.layers[layer].name;
  return layer < plan.layers.size() ? plan.layers[layer].name : "scratch";
}

// Round steps that give four to eight lines.
std::size_t step_of(std::size_t bytes) {
  std::size_t step = 64;
  while (bytes / step > 8) step *= 2;
  return step;
}

std::string byte_axis(const Scale& scale, std::size_t arena_bytes) {
  std::string svg;
  const std::size_t step = step_of(arena_bytes);
  for (std::size_t at = 0; at <= arena_bytes; at += step) {
    const double y = scale.y(static_cast<double>(at));
    svg += fmt::format(R"(<line class="rule" x1="{:.1f}" x2="{:.1f}" y1="{:.1f}" y2="{:.1f}"/>)"
                       R"(<text class="soft" x="{:.1f}" y="{:.1f}" text-anchor="end">{}</text>)",
                       left, left + width, y, y, left - 8, y + 4, with_thousands(at));
  }
  return svg;
}

std::string layer_axis(const Scale& scale, const compile::Plan& plan) {
  std::string svg;
  const auto every = std::max<std::size_t>(1, (plan.layers.size() + 31) / 32);
  for (std::size_t column = 0; column <= plan.layers.size(); column += every) {
    const std::string name = column == 0 ? "input" : plan.layers[column - 1].name;
    const double x = scale.x(static_cast<double>(column) + 0.5);
    svg += fmt::format(
        "<text class=\"soft\" text-anchor=\"end\" transform=\"translate({:.1f} {:.1f}) "
        "rotate(-40)\">{}</text>",
        x + 4, top + height + 16, page::text(name));
  }
  return svg;
}

// In the column of the layer that writes the tensor, where later tensors do not lie over it;
// upright where the column is too narrow; left out where there is no room at all.
std::string block_name(const Scale& scale, const compile::Placement& placement,
                       const std::string& name, double y, double tall) {
  const double middle = scale.x(placement.first + 1.5);
  const double needed = 7.5 * static_cast<double>(name.size()) + 4;
  if (tall > 16 && needed < scale.x(1) - scale.x(0)) {
    return fmt::format(R"(<text x="{:.1f}" y="{:.1f}" text-anchor="middle">{}</text>)", middle,
                       y + tall / 2 + 4, page::text(name));
  }
  if (tall < needed) return "";
  return fmt::format(
      "<text text-anchor=\"middle\" transform=\"translate({:.1f} {:.1f}) "
      "rotate(-90)\">{}</text>",
      middle + 4, y + tall / 2, page::text(name));
}

std::string block(const Scale& scale, const compile::Plan& plan,
                  const compile::Placement& placement, std::size_t i) {
  const auto layers = static_cast<std::int32_t>(plan.layers.size());
  // Column 0 is before the first layer; a tensor lives through the last layer that reads it.
  const double from = scale.x(placement.first + 1);
  const double until = scale.x(std::min(placement.last, layers - 1) + 2);
  const double y = scale.y(static_cast<double>(placement.offset));
  const double tall = scale.y(static_cast<double>(placement.offset + placement.bytes)) - y;
  const bool io = placement.first < 0 || placement.last >= layers;
  const std::string name = name_of(plan, placement);
  std::string svg = fmt::format(
      R"(<rect class="block{}" x="{:.1f}" y="{:.1f}" width="{:.1f}" height="{:.1f}" rx="3">)"
      "<title>{}: bytes {} to {} ({})</title></rect>",
      io ? " io" : (i % 2 == 0 ? "" : " odd"), from + 1, y, std::max(1.0, until - from - 2),
      std::max(1.5, tall), page::text(name), with_thousands(placement.offset),
      with_thousands(placement.offset + placement.bytes), with_thousands(placement.bytes));
  return svg + block_name(scale, placement, name, y, tall);
}

}  // namespace

std::string memory_map_svg(const compile::Plan& plan) {
  const Scale scale{static_cast<double>(plan.layers.size() + 1),
                    static_cast<double>(std::max<std::size_t>(1, plan.arena_bytes))};
  std::string svg = fmt::format(
      R"(<svg viewBox="0 0 1000 {:.0f}" role="img" aria-label="Memory map: which bytes of the )"
      R"(arena each tensor holds, layer by layer">)",
      top + height + bottom);
  svg += byte_axis(scale, plan.arena_bytes);
  for (std::size_t i = 0; i < plan.placements.size(); ++i) {
    svg += block(scale, plan, plan.placements[i], i);
  }
  const double end = scale.y(static_cast<double>(plan.arena_bytes));
  svg += fmt::format(R"(<line class="peak" x1="{0:.1f}" x2="{1:.1f}" y1="{2:.1f}" y2="{2:.1f}"/>)",
                     left, left + width, end);
  return svg + layer_axis(scale, plan) + "</svg>";
}

}  // namespace sengi::evaluate
