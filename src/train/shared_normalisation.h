// SPDX-License-Identifier: Apache-2.0
// Batch normalisation of a batch that lies in parts with several threads: mean and variance are
// those of the whole batch, and so are the gradients (as across GPUs in Peng et al. 2018, "MegDet",
// section 3.2). Inside this room only: it includes torch.
#pragma once

#include <torch/types.h>

#include "train/meeting.h"

namespace sengi::train {

// The part's own running statistics, which follow the whole batch.
struct RunningStatistics {
  torch::Tensor mean, variance;  // [C]
  double momentum = 0.1;
};

// `x` is this thread's part, float32 [N, C] or [N, C, H, W]; all parts hold at least two values a
// channel together. Its gradients are right where each part's loss is its share of the whole one.
// Requires: inside of seat.meeting's attend(), for the same layers in the same order in each part.
torch::Tensor normalised_together(const torch::Tensor& x, const torch::Tensor& gamma,
                                  const torch::Tensor& beta, const RunningStatistics& running,
                                  double epsilon, const Seat& seat);

}  // namespace sengi::train
