// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

#include "base/text.h"
#include "evaluate/cards.h"
#include "evaluate/markdown.h"

namespace sengi::evaluate {
namespace {

using Lines = std::vector<std::string>;

std::string percent(double share) { return fmt::format("{:.1f} %", 100 * share); }

std::string sure(const Interval& interval) {
  return fmt::format("{:.1f} to {:.1f} %", 100 * interval.low, 100 * interval.high);
}

// Of kilograms in grams: "0.6 to 3.8", or one figure where it was measured.
std::string thousandths(const Interval& interval) {
  if (interval.low == interval.high) return fmt::format("{:.2g}", 1e3 * interval.low);
  return fmt::format("{:.2g} to {:.2g}", 1e3 * interval.low, 1e3 * interval.high);
}

std::string input_line(const project::Trained& trained) {
  const project::SeriesConfig& series = trained.series;
  switch (trained.sense()) {
    case project::Sense::audio:
      break;
    case project::Sense::series:
      if (series.sample_rate_hz > 0) {
        return fmt::format(
            "Sees {:.3g} s of {} at {:g} Hz at a time", series.spec.rows / series.sample_rate_hz,
            series.spec.axes == 1 ? "1 axis" : fmt::format("{} axes", series.spec.axes),
            series.sample_rate_hz);
      }
      return fmt::format("Takes {} numbers at a time", series.clip_samples());
    case project::Sense::image:
      return fmt::format("Sees a frame of {} x {} in {}, as {} x {}", trained.image.frame_width,
                         trained.image.frame_height,
                         trained.image.channels == 1 ? "grey" : "colour", trained.image.width,
                         trained.image.height);
  }
  return fmt::format("Hears {:g} s of sound at {} Hz at a time",
                     static_cast<double>(trained.clip_samples) / trained.signal.sample_rate_hz,
                     with_thousands(static_cast<std::uint64_t>(trained.signal.sample_rate_hz)));
}

Lines model_lines(const ReportData& data) {
  const project::Trained& trained = data.trained;
  Lines labels;
  for (const std::string& label : trained.labels) labels.push_back(markdown::text(label));
  Lines lines = {
      fmt::format("Tells {} apart: {}", counted(labels.size(), "label"), fmt::join(labels, ", ")),
      input_line(trained)};
  std::string network =
      fmt::format("int8 network of {}", counted(data.plan.layers.size(), "layer"));
  if (data.training && data.training->parameters) {
    network += fmt::format(" and {} parameters", with_thousands(*data.training->parameters));
  }
  lines.push_back(network);
  lines.push_back(fmt::format("model.tflite, SHA-256 `{}`", trained.model_sha256));
  lines.push_back(fmt::format("Made by sengi {}", markdown::text(data.version)));
  return lines;
}

Lines quality_lines(const Evaluation& evaluation, const Figures& all) {
  Lines lines = {
      fmt::format("{} of {} right, {}; 95 % sure of {}", with_thousands(all.correct),
                  counted(all.count, "clip"), percent(all.accuracy),
                  sure(evaluation.intervals.accuracy)),
      fmt::format("Balanced accuracy {} ({}), macro F1 {} ({})", percent(all.balanced_accuracy),
                  sure(evaluation.intervals.balanced_accuracy), percent(all.macro_f1),
                  sure(evaluation.intervals.macro_f1)),
      fmt::format("Tested on: {}; intervals from {}", markdown::text(evaluation.data),
                  words_of(evaluation.intervals)),
      fmt::format("Calibration error {}", percent(evaluation.calibration.calibration_error))};
  if (evaluation.temperature) {
    lines.back() += fmt::format(
        "; {} at a temperature of {:.2f}, fitted on {} of the validation split and not applied",
        percent(evaluation.temperature->test.calibration_error), evaluation.temperature->value,
        counted(evaluation.temperature->clips, "clip"));
  }
  if (evaluation.float_network) {
    lines.push_back(fmt::format("The float network it was made from: {} right",
                                percent(evaluation.float_network->accuracy)));
  }
  return lines;
}

std::string label_table(const Evaluation& evaluation, const Figures& all) {
  std::vector<Lines> rows;
  for (std::size_t i = 0; i < all.classes.size(); ++i) {
    const ClassFigures& one = all.classes[i];
    rows.push_back({markdown::text(evaluation.labels[i]), with_thousands(one.count),
                    one.called > 0 ? percent(one.precision) : "–",
                    one.count > 0 ? percent(one.recall) : "–"});
  }
  return markdown::table({"label", "clips", "precision", "recall"}, rows);
}

// The weakest slice of each kind, and the group heard worst.
Lines weak_lines(const Evaluation& evaluation) {
  Lines lines;
  for (const Slicing& slicing : evaluation.slices) {
    const Slice* worst = nullptr;
    for (const Slice& slice : slicing.slices) {
      if (!slice.few() && (worst == nullptr || slice.accuracy() < worst->accuracy())) {
        worst = &slice;
      }
    }
    if (worst == nullptr) continue;
    lines.push_back(fmt::format("By {}: {} of {} right ({}) where it is {}",
                                markdown::text(slicing.by), percent(worst->accuracy()),
                                counted(worst->count, "clip"), sure(worst->accuracy_95),
                                markdown::text(worst->value)));
  }
  if (!evaluation.groups.empty()) {
    const GroupFigures& worst = evaluation.groups.front();
    lines.push_back(fmt::format("Of {} the one heard worst is {}: {} of {} right",
                                counted(evaluation.groups.size(), "group"),
                                markdown::text(worst.group), worst.correct, worst.count));
  }
  return lines;
}

Lines device_lines(const ReportData& data) {
  if (!data.run) return {fmt::format("Arena {} bytes", with_thousands(data.plan.arena_bytes))};
  const RunRecord& run = *data.run;
  Lines lines = {fmt::format("On {}: {} bytes of RAM and {} of flash, measured",
                             markdown::text(run.board_title), with_thousands(run.ram_bytes()),
                             with_thousands(run.flash_bytes()))};
  if (run.answer_s()) {
    lines.push_back(fmt::format("One answer: {} cycles, {:.3g} ms at {:g} MHz, modelled",
                                with_thousands(*run.answer_cycles()), 1e3 * *run.answer_s(),
                                run.clock_hz / 1e6));
  }
  if (run.front_end_cycles) {
    lines.push_back(
        fmt::format("of which the features take {} cycles", with_thousands(*run.front_end_cycles)));
  }
  if (run.answer_j()) {
    lines.push_back(fmt::format("and {:.3g} µJ by the current of: {}", 1e6 * *run.answer_j(),
                                markdown::text(run.power_source)));
  }
  if (run.comparison) {
    lines.push_back(fmt::format("{} of {} give the same scores there as on the computer",
                                run.comparison->same, counted(run.comparison->clips, "clip")));
  }
  return lines;
}

Lines training_lines(const ReportData& data) {
  if (!data.training) return {};
  const TrainingRecord& training = *data.training;
  Lines lines;
  if (!training.epochs.empty()) {
    lines.push_back(fmt::format("{} of a {}", counted(training.epochs.size(), "epoch"),
                                markdown::text(data.project.model.architecture)));
  }
  if (training.wall_s) {
    lines.push_back(
        fmt::format("{:.0f} s on {}", *training.wall_s, markdown::text(training.machine)));
  }
  if (training.operations) {
    lines.push_back(
        fmt::format("{:.2g} floating-point operations, estimated", *training.operations));
  }
  if (training.energy_kwh) {
    lines.push_back(fmt::format("{} Wh ({})", thousandths(*training.energy_kwh),
                                markdown::text(training.energy_method)));
  }
  if (training.co2_kg) {
    lines.push_back(fmt::format("{} g of CO₂ ({})", thousandths(*training.co2_kg),
                                markdown::text(training.co2_method)));
  }
  if (data.folds) {
    lines.push_back(fmt::format(
        "Cross-validated by groups in {} folds: {} right on average, "
        "standard deviation {:.1f} points",
        data.folds->folds.size(), percent(data.folds->mean), 100 * data.folds->standard_deviation));
  }
  return lines;
}

// What limits the figures themselves.
Lines limit_lines(const ReportData& data) {
  const Evaluation& evaluation = data.evaluation;
  Lines lines;
  if (evaluation.intervals.units < few_groups) {
    lines.push_back(fmt::format("The test has {}: its intervals are still too narrow",
                                counted(evaluation.intervals.units, "group")));
  }
  if (evaluation.intervals.groups == 0) {
    lines.push_back(
        "No clip of the test has a known speaker, animal or site, so clips of one may be "
        "on both sides");
  }
  for (const data::Finding& finding : data.data.findings) {
    const bool leak = finding.kind == "duplicate" || finding.kind == "near-duplicate" ||
                      finding.kind == "crossing";
    if (finding.severity != data::Severity::fault || !leak) continue;
    const auto where = data::path_below(finding.where, data.data.source).string();
    lines.push_back(fmt::format("{}: {}", markdown::text(where), markdown::text(finding.what)));
  }
  if (evaluation.suspects_count > 0) {
    lines.push_back(fmt::format("{} of {} of test and validation may have a wrong label",
                                with_thousands(evaluation.suspects_count),
                                counted(evaluation.held_out, "clip")));
  }
  return lines;
}

}  // namespace

std::string model_card(const ReportData& data) {
  const Evaluation& evaluation = data.evaluation;
  const Figures all = figures(evaluation.confusion);
  return fmt::format("# {}: model card\n\n", markdown::text(data.trained.name)) +
         markdown::list("The model", model_lines(data)) +
         markdown::list("How good it is", quality_lines(evaluation, all)) +
         label_table(evaluation, all) +
         markdown::list("Where it works less well", weak_lines(evaluation)) +
         markdown::list("What limits these figures", limit_lines(data)) +
         markdown::list("On the device", device_lines(data)) +
         markdown::list("What training took", training_lines(data)) +
         "What it learned from is in [the data card](data_card.md).\n";
}

std::filesystem::path model_card_path(const project::Project& project) {
  return project.out() / "model_card.md";
}

}  // namespace sengi::evaluate
