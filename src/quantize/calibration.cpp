// SPDX-License-Identifier: Apache-2.0
#include "quantize/calibration.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <cstring>
#include <numeric>

#include "base/progress.h"
#include "model/interpreter.h"

namespace sengi::quantize {
namespace {

// Many, so that one value far out leaves enough of them to the rest.
constexpr std::size_t bins = 8192;

// visit(tensor, value) for all that is computed in float over the inputs.
template <typename Visit>
void each_value(model::Interpreter& interpreter, const Inputs& inputs, Progress& progress,
                const Visit& visit) {
  const model::Graph& graph = interpreter.graph();
  for (const std::vector<std::byte>& input : inputs) {
    interpreter.run(input);
    for (std::size_t t = 0; t < graph.tensors.size(); ++t) {
      const model::Tensor& tensor = graph.tensors[t];
      if (tensor.constant() || tensor.type != model::Type::float32) continue;
      const auto bytes = interpreter.tensor(static_cast<model::TensorIndex>(t));
      for (std::size_t at = 0; at < bytes.size(); at += sizeof(float)) {
        float value = 0;
        std::memcpy(&value, bytes.data() + at, sizeof(value));
        visit(t, value);
      }
    }
    progress.advance();
  }
}

}  // namespace

double Observation::Histogram::width() const {
  return (static_cast<double>(range.highest) - static_cast<double>(range.lowest)) /
         static_cast<double>(bins);
}

double Observation::Histogram::value(double bin) const {
  return static_cast<double>(range.lowest) + bin * width();
}

Result<Observation> Observation::make(const model::Graph& graph, const Inputs& inputs) {
  SENGI_TRY(interpreter, model::Interpreter::make(graph));
  Progress progress("observing " + graph.name, 2 * inputs.size());
  Observation observation;
  std::vector<Histogram>& histograms = observation.histograms_;
  histograms.resize(graph.tensors.size());
  std::vector<bool> seen(graph.tensors.size(), false);
  bool finite = true;
  std::size_t at_fault = 0;
  each_value(interpreter, inputs, progress, [&](std::size_t t, float value) {
    if (!std::isfinite(value)) {
      if (finite) at_fault = t;
      finite = false;
      return;
    }
    Range& range = histograms[t].range;
    range.lowest = seen[t] ? std::min(range.lowest, value) : value;
    range.highest = seen[t] ? std::max(range.highest, value) : value;
    seen[t] = true;
  });
  if (!finite) {
    return Error{
        fmt::format("{}: tensor {} gets a value that is not finite from the calibration inputs",
                    graph.name, tensor_label(graph, static_cast<model::TensorIndex>(at_fault)))};
  }
  for (Histogram& histogram : histograms) histogram.counts.assign(bins, 0);
  each_value(interpreter, inputs, progress, [&](std::size_t t, float value) {
    Histogram& histogram = histograms[t];
    const double width = histogram.width();
    if (width <= 0) return;
    const double bin =
        (static_cast<double>(value) - static_cast<double>(histogram.range.lowest)) / width;
    ++histogram.counts[std::min(bins - 1, static_cast<std::size_t>(std::max(0.0, bin)))];
  });
  return observation;
}

Range Observation::without_tails(const Histogram& histogram, double kept) {
  const auto all = std::accumulate(histogram.counts.begin(), histogram.counts.end(), 0.0);
  const double tail = all * (1 - kept);
  std::size_t first = 0;
  std::size_t last = bins;
  for (double cut = histogram.counts[first]; cut <= tail && first + 1 < last;) {
    cut += histogram.counts[++first];
  }
  for (double cut = histogram.counts[last - 1]; cut <= tail && last > first + 1;) {
    cut += histogram.counts[--last - 1];
  }
  return {static_cast<float>(histogram.value(static_cast<double>(first))),
          static_cast<float>(histogram.value(static_cast<double>(last)))};
}

Range Observation::least_square_error(const Histogram& histogram) {
  const auto error = [&](double lowest, double highest) {
    const double step = (std::max(highest, 0.0) - std::min(lowest, 0.0)) / 255;
    double sum = 0;
    for (std::size_t i = 0; i < bins; ++i) {
      if (histogram.counts[i] == 0) continue;
      const double x = histogram.value(static_cast<double>(i) + 0.5);
      const double beyond = std::max({0.0, x - highest, lowest - x});
      sum += histogram.counts[i] * (beyond > 0 ? beyond * beyond : step * step / 12);
    }
    return sum;
  };
  double lowest = static_cast<double>(histogram.range.lowest);
  double highest = static_cast<double>(histogram.range.highest);
  // Each end in turn comes closer to zero as long as something is gained.
  double best = error(lowest, highest);
  for (double* end : {&highest, &lowest}) {
    const double whole = *end;
    double kept = whole;
    for (double part = 0.95; part > 0.001; part *= 0.95) {
      *end = whole * part;
      if (lowest > highest) break;
      const double now = error(lowest, highest);
      if (now < best) {
        best = now;
        kept = *end;
      }
    }
    *end = kept;
  }
  return {static_cast<float>(lowest), static_cast<float>(highest)};
}

std::vector<Range> Observation::extremes() const {
  std::vector<Range> ranges;
  for (const Histogram& histogram : histograms_) ranges.push_back(histogram.range);
  return ranges;
}

std::vector<Range> Observation::percentile(double kept) const {
  std::vector<Range> ranges;
  for (const Histogram& histogram : histograms_) {
    ranges.push_back(histogram.width() > 0 ? without_tails(histogram, kept) : histogram.range);
  }
  return ranges;
}

std::vector<Range> Observation::least_square_error() const {
  std::vector<Range> ranges;
  for (const Histogram& histogram : histograms_) {
    ranges.push_back(histogram.width() > 0 ? least_square_error(histogram) : histogram.range);
  }
  return ranges;
}

}  // namespace sengi::quantize
