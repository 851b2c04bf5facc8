// SPDX-License-Identifier: Apache-2.0
#include "train/pointwise.h"

#include <torch/torch.h>

namespace sengi::train {
namespace {

using torch::Tensor;
using torch::autograd::AutogradContext;

Tensor convolved(const Tensor& x, const Tensor& weight, const c10::optional<Tensor>& bias = {}) {
  return at::mkldnn_convolution(x, weight, bias, {0, 0}, {1, 1}, {1, 1}, 1);
}

// Dilation means nothing to one tap, but with it libtorch takes oneDNN.
Tensor gradient_of_weight(const Tensor& x, const Tensor& weight, const Tensor& dy) {
  const std::vector<std::int64_t> dilation{2, 2};
  return std::get<1>(at::convolution_backward(dy, x, weight, c10::nullopt, {1, 1}, {0, 0}, dilation,
                                              /*transposed=*/false, {0, 0}, /*groups=*/1,
                                              {false, true, false}));
}

class Pointwise : public torch::autograd::Function<Pointwise> {
 public:
  static Tensor forward(AutogradContext* context, const Tensor& x, const Tensor& weight,
                        const Tensor& bias) {
    context->save_for_backward({x, weight});
    return convolved(x.contiguous(), weight.contiguous(), bias);
  }

  static torch::autograd::variable_list backward(AutogradContext* context,
                                                 torch::autograd::variable_list gradients) {
    const auto saved = context->get_saved_variables();
    const Tensor dy = gradients[0].contiguous();
    return {convolved(dy, saved[1].transpose(0, 1).contiguous()),
            gradient_of_weight(saved[0].contiguous(), saved[1], dy), dy.sum({0, 2, 3})};
  }
};

}  // namespace

Tensor pointwise_convolved(const Tensor& x, const Tensor& weight, const Tensor& bias) {
  return Pointwise::apply(x, weight, bias.defined() ? bias : torch::zeros({weight.size(0)}));
}

}  // namespace sengi::train
