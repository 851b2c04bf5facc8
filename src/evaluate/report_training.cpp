// SPDX-License-Identifier: Apache-2.0
// How the network learned, epoch by epoch.
#include <fmt/format.h>

#include <functional>

#include "base/text.h"
#include "evaluate/report_sections.h"

namespace sengi::evaluate {
namespace {

using Field = std::optional<double> EpochRecord::*;

// One line a phase, so that the break between float training and int8 fine-tuning shows.
void add_lines(page::Chart& chart, const std::vector<EpochRecord>& epochs, const std::string& name,
               Field field, const std::string& colour) {
  for (const bool fine_tuning : {false, true}) {
    page::Series line{.name = name + (fine_tuning ? ", int8" : ""),
                      .values = {},
                      .colour = colour,
                      .dashed = fine_tuning};
    bool any = false;
    for (const EpochRecord& epoch : epochs) {
      const bool mine = (epoch.phase == "int8") == fine_tuning;
      line.values.push_back(mine ? epoch.*field : std::nullopt);
      any = any || line.values.back().has_value();
    }
    if (any) chart.series.push_back(line);
  }
}

page::Chart curves(const TrainingRecord& training, std::string id, std::string caption) {
  page::Chart chart;
  chart.id = std::move(id);
  chart.caption = std::move(caption);
  chart.x_title = "epoch";
  chart.source = page::Source::measured;
  std::size_t number = 0;
  for (std::size_t i = 0; i < training.epochs.size(); ++i) {
    chart.labels.push_back(fmt::to_string(++number));
  }
  return chart;
}

std::string accuracy_curves(const TrainingRecord& training) {
  page::Chart chart = curves(training, "accuracy-curve", "Accuracy while learning");
  chart.y_title = "right";
  chart.percent = true;
  chart.high = 1;
  add_lines(chart, training.epochs, "training", &EpochRecord::train_accuracy, "cool");
  add_lines(chart, training.epochs, "validation", &EpochRecord::validation_accuracy, "accent");
  return chart.series.empty() ? "" : page::chart(chart);
}

std::string loss_curves(const TrainingRecord& training) {
  page::Chart chart = curves(training, "loss-curve", "Loss while learning");
  chart.y_title = "cross-entropy";
  chart.low = 0;
  add_lines(chart, training.epochs, "training", &EpochRecord::train_loss, "cool");
  add_lines(chart, training.epochs, "validation", &EpochRecord::validation_loss, "accent");
  return chart.series.empty() ? "" : page::chart(chart);
}

}  // namespace

page::Section training_section(const ReportData& data) {
  page::Section section{.id = "training", .title = "Training", .lead = "", .body = ""};
  if (!data.training || data.training->epochs.empty()) {
    section.lead = "No record of the training is beside this model (out/training.json).";
    return section;
  }
  const TrainingRecord& training = *data.training;
  section.lead = fmt::format(
      "{} over {}{}. Augmented clips make training harder than validation, so the training line "
      "may "
      "lie below.",
      page::text(data.project.model.architecture), counted(training.epochs.size(), "epoch"),
      training.parameters ? fmt::format(", {} parameters", with_thousands(*training.parameters))
                          : "");
  section.body =
      "<div class=\"pair\">\n" + accuracy_curves(training) + loss_curves(training) + "</div>\n";
  return section;
}

}  // namespace sengi::evaluate
