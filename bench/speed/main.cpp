// SPDX-License-Identifier: Apache-2.0
// How fast the trainer and the front end are, each beside something that anybody would write, in
// one run on one machine:
//
//   cmake --build --preset release --target speed_bench
//   build/release/bench/speed/speed_bench [THREADS]
//
// The plain loop is the network of "Hello Edge" in torch::nn modules, AdamW, float tensors that are
// ready in memory. Ours is what `sengi train` runs, from the same features to the same kind of
// step.
#include <fmt/format.h>
#include <sys/wait.h>
#include <torch/torch.h>
#include <unistd.h>

#include <chrono>
#include <cmath>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <functional>
#include <vector>

#include "signal/front_end_tables.h"
#include "train/architectures.h"
#include "train/learner.h"
#include "train/memory.h"
#include "train/parallel.h"
#include "train/random.h"

namespace {

using Clock = std::chrono::steady_clock;
using namespace sengi;

constexpr std::int64_t height = 49, width = 10, labels = 12, channels = 64;

double seconds(const std::function<void()>& work) {
  const auto start = Clock::now();
  work();
  return std::chrono::duration<double>(Clock::now() - start).count();
}

// What `work` returns in a process of its own, so that neither side has the other's threads, memory
// or settings.
double alone(const std::function<double()>& work) {
  std::fflush(stdout);
  int ends[2];
  if (pipe(ends) != 0) std::abort();
  if (fork() == 0) {
    const double result = work();
    std::_Exit(write(ends[1], &result, sizeof(result)) == sizeof(result) ? 0 : 1);
  }
  close(ends[1]);
  double result = 0;
  if (read(ends[0], &result, sizeof(result)) != sizeof(result)) std::abort();
  wait(nullptr);
  close(ends[0]);
  return result;
}

// Depthwise-separable convolutions as torch's tutorials write them.
torch::nn::Sequential plain_network() {
  using torch::nn::BatchNorm2d;
  using torch::nn::Conv2d;
  using torch::nn::Conv2dOptions;
  using torch::nn::ReLU;
  torch::nn::Sequential net;
  net->push_back(Conv2d(Conv2dOptions(1, channels, {10, 4}).stride(2).padding({5, 1}).bias(false)));
  net->push_back(BatchNorm2d(channels));
  net->push_back(ReLU());
  for (int block = 0; block < 4; ++block) {
    net->push_back(
        Conv2d(Conv2dOptions(channels, channels, 3).padding(1).groups(channels).bias(false)));
    net->push_back(BatchNorm2d(channels));
    net->push_back(ReLU());
    net->push_back(Conv2d(Conv2dOptions(channels, channels, 1).bias(false)));
    net->push_back(BatchNorm2d(channels));
    net->push_back(ReLU());
  }
  net->push_back(torch::nn::AdaptiveAvgPool2d(torch::nn::AdaptiveAvgPool2dOptions({1, 1})));
  net->push_back(torch::nn::Flatten());
  net->push_back(torch::nn::Linear(channels, labels));
  return net;
}

double plain_rate(std::int64_t batch, int steps, int threads) {
  torch::set_num_threads(threads);
  auto net = plain_network();
  torch::optim::AdamW optimizer(net->parameters(), torch::optim::AdamWOptions(0.003));
  const auto x = torch::randn({batch, 1, height, width});
  const auto y = torch::randint(labels, {batch}, torch::kInt64);
  const auto step = [&] {
    optimizer.zero_grad();
    torch::nn::functional::cross_entropy(net->forward(x), y).backward();
    optimizer.step();
  };
  step();
  const double spent = seconds([&] {
    for (int i = 0; i < steps; ++i) step();
  });
  return static_cast<double>(batch * steps) / spent;
}

double our_rate(std::int64_t batch, int steps, int threads) {
  train::keep_freed_memory();
  auto graph = train::build_network({}, {height, width, 1}, labels);
  auto learner = train::Learner::make(graph.value(), {.seed = 1, .threads = threads});
  train::Random random({1});
  train::Examples examples{static_cast<std::size_t>(height * width), {}, {}};
  for (std::int64_t i = 0; i < batch; ++i) {
    for (std::int64_t k = 0; k < height * width; ++k) {
      examples.features.push_back(static_cast<std::int8_t>(random.below(256) - 128));
    }
    examples.labels.push_back(static_cast<std::int32_t>(random.below(labels)));
  }
  learner.value().step(examples, 0.003);
  const double spent = seconds([&] {
    for (int i = 0; i < steps; ++i) learner.value().step(examples, 0.003);
  });
  return static_cast<double>(batch * steps) / spent;
}

// Seconds of one core for an hour of sound.
double hour_of_features(signal::Feature feature) {
  signal::FrontEndSpec spec;
  spec.feature = feature;
  const auto size = static_cast<std::size_t>(spec.column_size());
  const auto tables = signal::make_tables(spec, {std::vector<std::int32_t>(size, 0),
                                                 std::vector<std::int32_t>(size, 1 << 9)})
                          .value();
  train::Random random({2});
  std::vector<std::int16_t> minute(60 * 16000);
  for (std::int16_t& x : minute) x = static_cast<std::int16_t>(2000 * random.noise());
  return 60 * seconds([&] { signal::features(*tables, minute); });
}

}  // namespace

int main(int argc, char** argv) {
  const int threads = train::thread_count(argc > 1 ? std::atoi(argv[1]) : 0);
  fmt::print("{} threads, {}\n\n", threads, train::training_library());
  fmt::print("training the keyword network, samples a second\n");
  fmt::print("  batch   plain loop   sengi   ratio\n");
  for (const std::int64_t batch : {16, 32, 64, 256}) {
    const auto steps = static_cast<int>(6400 / batch);
    double plain = 0;
    double ours = 0;
    // One after the other, three times, so that neither has the quieter machine.
    for (int round = 0; round < 3; ++round) {
      plain = std::max(plain, alone([&] { return plain_rate(batch, steps, threads); }));
      ours = std::max(ours, alone([&] { return our_rate(batch, steps, threads); }));
    }
    fmt::print("  {:>5}  {:>11.0f}  {:>6.0f}  {:>6.2f}\n", batch, plain, ours, ours / plain);
    std::fflush(stdout);
  }
  fmt::print("\nfeatures of an hour at 16 kHz, seconds of one core\n");
  for (const auto& [name, feature] :
       {std::pair{"mfcc", signal::Feature::mfcc}, std::pair{"log-mel", signal::Feature::log_mel},
        std::pair{"pcan", signal::Feature::pcan}}) {
    fmt::print("  {:<8} {:.2f}\n", name, hour_of_features(feature));
  }
}
