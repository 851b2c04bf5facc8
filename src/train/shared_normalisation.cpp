// SPDX-License-Identifier: Apache-2.0
#include "train/shared_normalisation.h"

#include <torch/torch.h>

#include <algorithm>
#include <cmath>
#include <span>
#include <utility>

#include "train/sums.h"

namespace sengi::train {
namespace {

using torch::Tensor;
using torch::autograd::AutogradContext;

// Where a channel's values lie: `planes` runs of `plane` values.
struct Layout {
  explicit Layout(const Tensor& x)
      : planes(x.size(0)), channels(x.size(1)), plane(planes > 0 ? x[0].numel() / channels : 0) {}
  std::int64_t planes, channels, plane;

  std::int64_t begin(std::int64_t n, std::int64_t c) const { return (n * channels + c) * plane; }
  double values() const { return static_cast<double>(planes * plane); }
};

// For each channel the sum over its values; value(i, c) of the one at i.
template <typename Value>
Meeting::Numbers channel_sums(const Layout& at, Value value) {
  Meeting::Numbers sums(static_cast<std::size_t>(at.channels), 0.0);
  for (std::int64_t n = 0; n < at.planes; ++n) {
    for (std::int64_t c = 0; c < at.channels; ++c) {
      const std::int64_t begin = at.begin(n, c);
      sums[static_cast<std::size_t>(c)] +=
          sum_of(at.plane, [&](std::int64_t i) { return value(begin + i, c); });
    }
  }
  return sums;
}

struct Moments {
  std::vector<float> mean, inverse_deviation;  // by channel
  std::vector<double> variance;                // divided by the count
  double count = 0;                            // values a channel
};

// Count, means and squared deviations of each part make those of all (Chan, Golub and LeVeque
// 1983).
Moments moments_of(const Layout& at, const float* x, double epsilon, const Seat& seat) {
  const auto channels = static_cast<std::size_t>(at.channels);
  Meeting::Numbers means = channel_sums(at, [&](std::int64_t i, std::int64_t) { return x[i]; });
  for (double& mean : means) mean /= std::max(1.0, at.values());
  const std::vector<float> near(means.begin(), means.end());
  Meeting::Numbers notes = channel_sums(at, [&](std::int64_t i, std::int64_t c) {
    const float d = x[i] - near[static_cast<std::size_t>(c)];
    return d * d;
  });
  notes.insert(notes.end(), near.begin(), near.end());
  notes.push_back(at.values());
  const auto& told = seat.meeting->tell(seat.part, std::move(notes));

  Moments all{std::vector<float>(channels), std::vector<float>(channels),
              std::vector<double>(channels), 0};
  for (const auto& part : told) all.count += part.back();
  for (std::size_t c = 0; c < channels; ++c) {
    double mean = 0;
    for (const auto& part : told) mean += part[channels + c] * (part.back() / all.count);
    double squares = 0;
    for (const auto& part : told) {
      const double away = part[channels + c] - mean;
      squares += part[c] + away * away * part.back();
    }
    all.mean[c] = static_cast<float>(mean);
    all.variance[c] = squares / all.count;
    all.inverse_deviation[c] = static_cast<float>(1 / std::sqrt(all.variance[c] + epsilon));
  }
  return all;
}

void move(const RunningStatistics& running, const Moments& seen) {
  float* mean = running.mean.data_ptr<float>();
  float* variance = running.variance.data_ptr<float>();
  for (std::size_t c = 0; c < seen.mean.size(); ++c) {
    const double unbiased = seen.variance[c] * seen.count / (seen.count - 1);
    mean[c] += static_cast<float>(running.momentum * (static_cast<double>(seen.mean[c] - mean[c])));
    variance[c] +=
        static_cast<float>(running.momentum * (unbiased - static_cast<double>(variance[c])));
  }
}

std::span<const float> row(const Tensor& tensor) {
  return {tensor.data_ptr<float>(), static_cast<std::size_t>(tensor.numel())};
}

class Together : public torch::autograd::Function<Together> {
 public:
  static Tensor forward(AutogradContext* context, const Tensor& given, const Tensor& gamma,
                        const Tensor& beta, const RunningStatistics& running, double epsilon,
                        const Seat& seat) {
    const Tensor x = given.contiguous();
    const Layout at(x);
    const float* in = x.data_ptr<float>();
    const Moments seen = moments_of(at, in, epsilon, seat);
    move(running, seen);
    Tensor y = torch::empty_like(x);
    float* out = y.data_ptr<float>();
    for (std::int64_t n = 0; n < at.planes; ++n) {
      for (std::int64_t c = 0; c < at.channels; ++c) {
        const auto channel = static_cast<std::size_t>(c);
        const float factor = row(gamma)[channel] * seen.inverse_deviation[channel];
        const float offset = row(beta)[channel];
        const float mean = seen.mean[channel];
        const std::int64_t begin = at.begin(n, c);
        for (std::int64_t i = begin; i < begin + at.plane; ++i)
          out[i] = (in[i] - mean) * factor + offset;
      }
    }
    context->save_for_backward(
        {x, gamma, torch::tensor(seen.mean), torch::tensor(seen.inverse_deviation)});
    context->saved_data["count"] = seen.count;
    context->saved_data["meeting"] = reinterpret_cast<std::int64_t>(seat.meeting);
    context->saved_data["part"] = static_cast<std::int64_t>(seat.part);
    return y;
  }

  static torch::autograd::variable_list backward(AutogradContext* context,
                                                 torch::autograd::variable_list gradients) {
    const auto saved = context->get_saved_variables();
    const Tensor& x = saved[0];
    const auto gamma = row(saved[1]);
    const auto mean = row(saved[2]);
    const auto inverse = row(saved[3]);
    const double count = context->saved_data["count"].toDouble();
    auto* meeting = reinterpret_cast<Meeting*>(context->saved_data["meeting"].toInt());
    const auto part = static_cast<std::size_t>(context->saved_data["part"].toInt());

    const Layout at(x);
    const auto channels = static_cast<std::size_t>(at.channels);
    const Tensor given = gradients[0].contiguous();
    const float* in = x.data_ptr<float>();
    const float* dy = given.data_ptr<float>();
    Meeting::Numbers notes = channel_sums(at, [&](std::int64_t i, std::int64_t) { return dy[i]; });
    const Meeting::Numbers along = channel_sums(at, [&](std::int64_t i, std::int64_t c) {
      const auto channel = static_cast<std::size_t>(c);
      return dy[i] * ((in[i] - mean[channel]) * inverse[channel]);
    });
    Tensor of_gamma = torch::empty({at.channels});
    Tensor of_beta = torch::empty({at.channels});
    for (std::size_t c = 0; c < channels; ++c) {
      of_gamma.data_ptr<float>()[c] = static_cast<float>(along[c]);
      of_beta.data_ptr<float>()[c] = static_cast<float>(notes[c]);
    }
    notes.insert(notes.end(), along.begin(), along.end());
    const auto& told = meeting->tell(part, std::move(notes));

    Tensor of_x = torch::empty_like(x);
    float* dx = of_x.data_ptr<float>();
    for (std::int64_t c = 0; c < at.channels; ++c) {
      const auto channel = static_cast<std::size_t>(c);
      double sum = 0;
      double sum_along = 0;
      for (const auto& one : told) {
        sum += one[channel];
        sum_along += one[channels + channel];
      }
      const float factor = gamma[channel] * inverse[channel];
      const float slope = -factor * inverse[channel] * static_cast<float>(sum_along / count);
      const float offset = -factor * static_cast<float>(sum / count);
      const float middle = mean[channel];
      for (std::int64_t n = 0; n < at.planes; ++n) {
        const std::int64_t begin = at.begin(n, c);
        for (std::int64_t i = begin; i < begin + at.plane; ++i) {
          dx[i] = dy[i] * factor + (in[i] - middle) * slope + offset;
        }
      }
    }
    return {of_x, of_gamma, of_beta, Tensor(), Tensor(), Tensor()};
  }
};

}  // namespace

Tensor normalised_together(const Tensor& x, const Tensor& gamma, const Tensor& beta,
                           const RunningStatistics& running, double epsilon, const Seat& seat) {
  return Together::apply(x, gamma, beta, running, epsilon, seat);
}

}  // namespace sengi::train
