// SPDX-License-Identifier: Apache-2.0
// Convolution by one tap, for few examples. Of fewer than sixteen and one thread libtorch 1.13
// makes a product of matrices, by the machine's BLAS. On a plain Debian that is the reference
// implementation, several times as slow as oneDNN, which does all other convolutions. Inside this
// room only: it includes torch.
#pragma once

#include <torch/types.h>

namespace sengi::train {

// What torch::conv2d(x, weight, bias) gives, and its gradients, by oneDNN.
// x: float32 [N, I, H, W]; weight: [O, I, 1, 1]; bias: [O], or undefined.
torch::Tensor pointwise_convolved(const torch::Tensor& x, const torch::Tensor& weight,
                                  const torch::Tensor& bias);

}  // namespace sengi::train
