// SPDX-License-Identifier: Apache-2.0
// A graph of the IR realised in libtorch, in three states: float with batch normalisation after
// each convolution (Ioffe and Szegedy 2015), folded float, and folded with fake quantisation (Jacob
// et al. 2018, section 3). Inside this room only: it includes torch, which takes long to compile.
//
// Tensors of rank 4 are NCHW here and NHWC in the IR.
#pragma once

#include <ATen/core/Generator.h>
#include <torch/types.h>

#include <string>
#include <utility>
#include <vector>

#include "base/result.h"
#include "model/graph.h"
#include "quantize/quantize.h"
#include "train/meeting.h"

namespace sengi::train {

// What one run of the network is for.
struct Pass {
  bool training = false;         // batch statistics and dropout; else running statistics
  double dropout = 0;            // of what fully connected layers take from other layers
  bool observe = false;          // let the ranges of activations follow what is seen
  at::Generator generator = {};  // of the dropout masks; required where dropout > 0
  Seat seat = {};                // with those who share its batch statistics, if any
};

class Network {
 public:
  // Weights are drawn (He et al. 2015; a GRU's as draw_gru() says) from `seed`; the graph's own are
  // not looked at. Errors: a graph that is not float32, has neither a softmax at its end nor an
  // output as large as its input, or has an operator that cannot be trained (named).
  static Result<Network> make(const model::Graph& graph, std::uint64_t seed);

  // features: [N, H, W, C] of the graph's input. Returns what goes into the final softmax, [N, L];
  // of a network that says its input again, what it says, [N, H * W * C].
  torch::Tensor logits(const torch::Tensor& features, const Pass& pass);
  // The final softmax's answer, [N, L].
  torch::Tensor scores(const torch::Tensor& logits) const;

  // Puts batch normalisation into the weights and biases before it. Once.
  void fold();
  // From now on weights and activations are fake-quantised. Requires: folded.
  void quantize();
  bool folded() const { return folded_; }
  // Whether its output is to be its input again.
  bool reconstructs() const { return reconstructs_; }

  // A network that has the same weights, not copies of them, and statistics and ranges of its own:
  // what another thread needs to learn from other examples of the same batch.
  Network twin() const;
  // Gives the twin this one's statistics and ranges.
  void brief(Network& twin) const;
  // Takes as statistics and ranges the mean of all, its own among them.
  void agree_with(const std::vector<Network>& twins);

  // The graph with the present weights. Requires: folded.
  model::Graph graph() const;
  // One for each tensor of the graph; constants' are empty. Requires: activations were observed.
  std::vector<quantize::Range> ranges() const;

  // What learns, split by whether weight decay applies to it.
  std::vector<torch::Tensor> weights() const;
  std::vector<torch::Tensor> offsets() const;  // biases, batch normalisation
  // What is seen rather than learned: running statistics, ranges of activations.
  std::vector<torch::Tensor> statistics() const;
  // All tensors that make up the present state, in a fixed order, sharing memory with it.
  std::vector<torch::Tensor> state() const;

 private:
  struct Layer {
    model::Operator op;
    torch::Tensor weight = {}, bias = {};  // absent for operators without weights
    torch::Tensor recurrent = {};          // of a GRU
    torch::Tensor gamma = {}, beta = {};   // absent where not batch-normalised
    torch::Tensor mean = {}, variance = {};
  };

  torch::Tensor run(const Layer& layer, const std::vector<torch::Tensor>& values, const Pass& pass);
  torch::Tensor recurrent(const Layer& layer, const torch::Tensor& x) const;
  torch::Tensor weighted(const Layer& layer, torch::Tensor x, const Pass& pass);
  torch::Tensor normalised(const Layer& layer, torch::Tensor y, const Pass& pass) const;
  torch::Tensor fake_quantized(const torch::Tensor& x, model::TensorIndex index, bool observe);
  void draw_weights(std::uint64_t seed);
  const model::Shape& shape(model::TensorIndex index) const;

  model::Graph graph_;  // as given; its constants are not kept up to date
  std::vector<Layer> layers_;
  torch::Tensor ranges_;                      // [tensors, 2]: lowest and highest seen
  std::vector<model::TensorIndex> range_of_;  // whose range a tensor is quantised by
  bool reconstructs_ = false;
  bool folded_ = false;
  bool quantized_ = false;
};

}  // namespace sengi::train
