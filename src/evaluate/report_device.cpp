// SPDX-License-Identifier: Apache-2.0
// What it takes on the board: memory, instructions, cycles.
#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "base/text.h"
#include "evaluate/report_sections.h"

namespace sengi::evaluate {
namespace {

struct Part {
  std::string name;
  std::size_t bytes;
};

// One memory of the board as a bar of its parts.
std::string memory_bar(const std::string& title, const std::vector<Part>& parts,
                       std::size_t board_bytes) {
  std::size_t sum = 0;
  for (const Part& part : parts) sum += part.bytes;
  std::string bars;
  std::string key;
  for (std::size_t i = 0; i < parts.size(); ++i) {
    const double share =
        static_cast<double>(parts[i].bytes) / static_cast<double>(std::max<std::size_t>(1, sum));
    bars += fmt::format("<i class=\"c{}\" style=\"width:{:.2f}%\"></i>", i + 1, 100 * share);
    key += fmt::format("<li class=\"c{}\">{} {}</li>", i + 1, parts[i].name,
                       page::kibibytes(parts[i].bytes));
  }
  const std::string of_board =
      board_bytes == 0
          ? ""
          : fmt::format(", {} of the board's {}",
                        page::percent(static_cast<double>(sum) / static_cast<double>(board_bytes)),
                        page::kibibytes(board_bytes));
  return fmt::format(
      "<h3>{}: {}<span class=\"fall\">{}</span></h3>\n<div class=\"stack\" aria-hidden=\"true\">{}"
      "</div>\n<ul class=\"key\">{}</ul>\n",
      title, page::kibibytes(sum), of_board, bars, key);
}

std::string memory_card(const RunRecord& run) {
  return "<div class=\"card\">" +
         memory_bar("RAM",
                    {{"arena", run.sections->arena_bytes},
                     {"static", run.sections->static_bytes},
                     {"stack, at its deepest", run.stack_bytes}},
                    run.board_ram_bytes) +
         memory_bar("Flash",
                    {{"code", run.sections->flash_code_bytes},
                     {"constants", run.sections->flash_const_bytes}},
                    run.board_flash_bytes) +
         fmt::format(
             "<p class=\"fall\">{} from the program's own sections and its painted stack, "
             "run on {}.</p></div>\n",
             page::badge(page::Source::measured), page::text(run.board_title));
}

std::string map_table(const compile::Plan& plan) {
  page::Table table{.caption = "",
                    .columns = {"Written by", "From byte", "Bytes", "Lives through layers"},
                    .rows = {},
                    .numeric = {false, true, true, true}};
  for (const compile::Placement& placement : plan.placements) {
    const bool input = placement.first < 0;
    table.rows.push_back(
        {input ? "input" : page::text(plan.layers[static_cast<std::size_t>(placement.first)].name),
         with_thousands(placement.offset), with_thousands(placement.bytes),
         fmt::format("{} – {}", std::max(0, placement.first), placement.last)});
  }
  return page::table(table);
}

std::string map_picture(const compile::Plan& plan) {
  return page::picture(
      memory_map_svg(plan),
      fmt::format("The arena, {} bytes, over the layers", with_thousands(plan.arena_bytes)),
      map_table(plan));
}

std::string cycle_chart(const RunRecord& run) {
  if (run.layers.empty()) return "";
  page::Chart chart;
  chart.id = "cycles";
  chart.kind = page::Chart::Kind::rows;
  chart.caption = "Cycles of each layer";
  chart.x_title = "cycles of one inference";
  chart.y_title = "layer";
  chart.low = 0;
  chart.source = page::Source::modelled;
  page::Series cycles{.name = "modelled cycles", .values = {}};
  page::Series instructions{.name = "measured instructions", .values = {}, .colour = "cool"};
  for (const emulate::LayerCost& layer : run.layers) {
    chart.labels.push_back(layer.name);
    cycles.values.emplace_back(static_cast<double>(layer.cycles));
    instructions.values.emplace_back(static_cast<double>(layer.instructions));
  }
  chart.series = {cycles, instructions};
  return page::chart(chart);
}

std::string layer_table(const ReportData& data) {
  page::Table table{.caption = "Every layer",
                    .columns = {"Layer", "Kind", "Output", "MACs", "Constants"},
                    .rows = {},
                    .numeric = {false, false, false, true, true}};
  for (const compile::Layer& layer : data.plan.layers) {
    table.rows.push_back({page::text(layer.name), page::text(layer.kind),
                          model::to_string(layer.output), with_thousands(layer.macs),
                          fmt::format("{} B", with_thousands(layer.const_bytes))});
  }
  return "<div class=\"card\">" + page::folded("Every layer of the network", page::table(table)) +
         "</div>\n";
}

std::string comparison_line(const RunRecord& run) {
  if (!run.comparison) return "";
  const Comparison& compared = *run.comparison;
  const bool same = compared.same == compared.clips;
  return fmt::format(
      "<div class=\"card finding\"><span class=\"mark {}\">{}</span><span>{} of {} give the same "
      "scores on this computer and on {}, byte for byte. {}</span></div>\n",
      same ? "good" : "bad", same ? "✓ same" : "✗ differ", with_thousands(compared.same),
      counted(compared.clips, "test clip"), page::text(run.board),
      page::badge(page::Source::measured));
}

// Whether an inference is done before the next is due.
std::string pace_line(const ReportData& data) {
  const auto seconds = data.run->answer_s();
  const double stride_s = data.trained.detect.stride_ms / 1000.0;
  if (!seconds || stride_s <= 0 || !data.trained.watches_stream()) return "";
  const bool fast = *seconds <= stride_s;
  const std::string rest =
      fast ? fmt::format("and is idle or asleep {} of the time",
                         page::percent(1 - *seconds / stride_s, 0))
           : fmt::format(
                 "so it must run at {:.0f}\u00A0MHz or more, or look less often "
                 "(<code>stride_ms</code> in <code>[detect]</code>)",
                 std::ceil(static_cast<double>(*data.run->answer_cycles()) / stride_s / 1e6));
  return fmt::format(
      "<div class=\"card finding\"><span class=\"mark {}\">{}</span><span>An answer takes {} at "
      "{:.0f}\u00A0MHz and is due every {}, {}. {}</span></div>\n",
      fast ? "good" : "bad", fast ? "✓ keeps up" : "✗ too slow", page::duration(*seconds),
      data.run->clock_hz / 1e6, page::duration(stride_s), rest,
      page::badge(page::Source::modelled));
}

std::string not_run(const ReportData& data) {
  return fmt::format(
      "<div class=\"card\"><p>This project has not been run on a board yet: <code>"
      "sengi run {} --on {}</code></p></div>\n",
      page::text(data.project.folder.string()), page::text(data.project.board));
}

}  // namespace

page::Section device_section(const ReportData& data) {
  page::Section section{.id = "device", .title = "Device", .lead = "", .body = ""};
  if (!data.run) {
    section.lead = "Where the tensors lie in memory.";
    section.body = not_run(data) + map_picture(data.plan) + layer_table(data);
    return section;
  }
  const RunRecord& run = *data.run;
  section.lead =
      fmt::format("The very program that ships, run on {}.", page::text(run.board_title));
  section.body = comparison_line(run) + pace_line(data) + memory_card(run) +
                 map_picture(data.plan) + cycle_chart(run) + layer_table(data);
  return section;
}

}  // namespace sengi::evaluate
