// SPDX-License-Identifier: Apache-2.0
#include "train/architectures.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "base/text.h"
#include "train/layer_stack.h"

namespace sengi::train {
namespace {

using model::Activation;
using model::Graph;
using project::ModelConfig;
using signal::FeatureShape;

constexpr std::int32_t most_channels = 4096;

void classify(LayerStack& net, std::size_t labels) {
  net.average_pool("pool");
  net.fully_connected("dense", static_cast<std::int32_t>(labels));
  net.softmax("scores");
}

// Depthwise-separable convolutions over time and frequency (Zhang, Suda, Lai and Chandra 2017,
// "Hello Edge: Keyword Spotting on Microcontrollers").
Graph ds_cnn(const ModelConfig& config, FeatureShape input, std::size_t labels) {
  LayerStack net("ds_cnn", {1, input.height, input.width, input.channels});
  const FirstConvolution first = first_convolution(input);
  net.conv("conv", {.channels = config.channels,
                    .kernel_h = first.kernel_h,
                    .kernel_w = first.kernel_w,
                    .stride_h = first.stride_h,
                    .stride_w = first.stride_w});
  for (std::int32_t block = 1; block <= config.blocks; ++block) {
    net.depthwise(fmt::format("block{}/depthwise", block));
    net.conv(fmt::format("block{}/pointwise", block), {.channels = config.channels});
  }
  classify(net, labels);
  return net.finish();
}

// Both networks over time alone begin with this: the features of a moment become the channels of a
// map one wide, and `channels` filters look at three moments at a time.
LayerStack over_time(const std::string& name, std::int32_t channels, FeatureShape input) {
  LayerStack net(name, {1, input.height, input.width, input.channels});
  if (input.width > 1) net.reshape("columns", {1, input.height, 1, input.width * input.channels});
  net.conv("conv", {.channels = channels, .kernel_h = 3});
  return net;
}

// Channels of a residual block, from 1: they double every second block and are half as many more in
// between, so 16 goes on as 24, 32, 48, 64.
std::int32_t block_channels(std::int32_t first, std::int32_t block) {
  const std::int64_t doubled = std::int64_t{first} << (block / 2);
  return static_cast<std::int32_t>(block % 2 == 0 ? doubled : (3 * doubled + 1) / 2);
}

// Temporal convolutions with residual additions (Choi, Seo, Shin, Byun, Kersner, Kim, Kim and Ha
// 2019, "Temporal Convolution for Real-time Keyword Spotting on Mobile Devices"); 16 channels and
// three blocks of nine columns are its TC-ResNet8.
Graph tc_resnet(const ModelConfig& config, FeatureShape input, std::size_t labels) {
  LayerStack net = over_time("tc_resnet", config.channels, input);
  for (std::int32_t block = 1; block <= config.blocks; ++block) {
    const auto named = [&](const char* part) { return fmt::format("block{}/{}", block, part); };
    const std::int32_t channels = block_channels(config.channels, block);
    const model::TensorIndex before = net.last();
    net.conv(named("shortcut"), {.channels = channels, .stride_h = 2});
    const model::TensorIndex shortcut = net.last();
    net.go_on_from(before);
    net.conv(named("conv1"),
             {.channels = channels, .kernel_h = config.kernel_columns, .stride_h = 2});
    net.conv(
        named("conv2"),
        {.channels = channels, .kernel_h = config.kernel_columns, .activation = Activation::none});
    net.add(named("sum"), shortcut);
  }
  classify(net, labels);
  return net.finish();
}

// Plain convolutions over time, every one of which halves the number of columns while more than a
// kernel's are left.
Graph cnn_1d(const ModelConfig& config, FeatureShape input, std::size_t labels) {
  LayerStack net = over_time("cnn_1d", config.channels, input);
  for (std::int32_t block = 1; block <= config.blocks; ++block) {
    net.conv(fmt::format("conv{}", block + 1),
             {.channels = config.channels,
              .kernel_h = config.kernel_columns,
              .stride_h = net.shape()[1] > config.kernel_columns ? 2 : 1});
  }
  classify(net, labels);
  return net.finish();
}

// Layers of rectified sums over everything, for features that have no neighbours.
Graph dense(const ModelConfig& config, FeatureShape input, std::size_t labels) {
  LayerStack net("dense", {1, input.height, input.width, input.channels});
  for (std::int32_t block = 1; block <= config.blocks; ++block) {
    net.fully_connected(fmt::format("hidden{}", block), config.channels, Activation::relu);
  }
  net.fully_connected("dense", static_cast<std::int32_t>(labels));
  net.softmax("scores");
  return net.finish();
}

// Gated recurrent units go over the rows in time (Cho et al. 2014); what they hold after the last
// is judged. Layers before the last hand on what they hold after each.
Graph gru(const ModelConfig& config, FeatureShape input, std::size_t labels) {
  LayerStack net("gru", {1, input.height, input.width, input.channels});
  net.reshape("rows", {1, input.height, input.width * input.channels});
  for (std::int32_t block = 1; block <= config.blocks; ++block) {
    net.gru(fmt::format("gru{}", block), config.channels, block < config.blocks);
  }
  net.fully_connected("dense", static_cast<std::int32_t>(labels));
  net.softmax("scores");
  return net.finish();
}

// Whether a map is still large enough to lose every second row and column.
bool can_halve(const model::Shape& map) { return std::min(map[1], map[2]) > 5; }

// Depthwise-separable convolutions over an image (Howard et al. 2017, "MobileNets: Efficient
// Convolutional Neural Networks for Mobile Vision Applications"): every second block halves the map
// and doubles the channels.
Graph mobilenet(const ModelConfig& config, FeatureShape input, std::size_t labels) {
  LayerStack net("mobilenet", {1, input.height, input.width, input.channels});
  std::int32_t channels = config.channels;
  const std::int32_t first = can_halve(net.shape()) ? 2 : 1;
  net.conv(
      "conv",
      {.channels = channels, .kernel_h = 3, .kernel_w = 3, .stride_h = first, .stride_w = first});
  for (std::int32_t block = 1; block <= config.blocks; ++block) {
    const bool halve = block % 2 == 1 && can_halve(net.shape());
    net.depthwise(fmt::format("block{}/depthwise", block), halve ? 2 : 1);
    if (halve) channels = std::min(2 * channels, most_channels);
    net.conv(fmt::format("block{}/pointwise", block), {.channels = channels});
  }
  classify(net, labels);
  return net.finish();
}

// Pairs of convolutions with the way around them (He, Zhang, Ren and Sun 2016, "Deep Residual
// Learning for Image Recognition"); every block but the first halves the map and doubles the
// channels.
Graph resnet(const ModelConfig& config, FeatureShape input, std::size_t labels) {
  LayerStack net("resnet", {1, input.height, input.width, input.channels});
  std::int32_t channels = config.channels;
  constexpr std::int32_t large = 40;  // images of more rows are halved at once
  const std::int32_t first = input.height > large ? 2 : 1;
  net.conv(
      "conv",
      {.channels = channels, .kernel_h = 3, .kernel_w = 3, .stride_h = first, .stride_w = first});
  for (std::int32_t block = 1; block <= config.blocks; ++block) {
    const auto named = [&](const char* part) { return fmt::format("block{}/{}", block, part); };
    const bool halve = block > 1 && can_halve(net.shape());
    const std::int32_t stride = halve ? 2 : 1;
    if (halve) channels = std::min(2 * channels, most_channels);
    const model::TensorIndex before = net.last();
    model::TensorIndex around = before;
    if (halve) {
      net.conv(named("shortcut"), {.channels = channels, .stride_h = stride, .stride_w = stride});
      around = net.last();
      net.go_on_from(before);
    }
    net.conv(named("conv1"), {.channels = channels,
                              .kernel_h = 3,
                              .kernel_w = 3,
                              .stride_h = stride,
                              .stride_w = stride});
    net.conv(named("conv2"),
             {.channels = channels, .kernel_h = 3, .kernel_w = 3, .activation = Activation::none});
    net.add(named("sum"), around);
  }
  classify(net, labels);
  return net.finish();
}

// What it has learnt to say again through a narrow middle it has met before (Hinton and
// Salakhutdinov 2006). Hidden layers halve towards the middle and double behind it.
Graph autoencoder(const ModelConfig& config, FeatureShape input, std::size_t) {
  LayerStack net("autoencoder", {1, input.height, input.width, input.channels});
  const auto width = [&](std::int32_t block) {
    return std::max(2, config.channels >> (block - 1));
  };
  for (std::int32_t block = 1; block <= config.blocks; ++block) {
    net.fully_connected(fmt::format("encode{}", block), width(block), Activation::relu);
  }
  for (std::int32_t block = config.blocks - 1; block >= 1; --block) {
    net.fully_connected(fmt::format("decode{}", block), width(block), Activation::relu);
  }
  net.fully_connected("said_again", static_cast<std::int32_t>(input.values()));
  return net.finish();
}

struct Architecture {
  const char* name;
  Graph (*build)(const ModelConfig&, FeatureShape, std::size_t labels);
};
constexpr std::array architectures = {
    Architecture{"ds-cnn", ds_cnn}, Architecture{"tc-resnet", tc_resnet},
    Architecture{"cnn-1d", cnn_1d}, Architecture{"gru", gru},
    Architecture{"dense", dense},   Architecture{"mobilenet", mobilenet},
    Architecture{"resnet", resnet}, Architecture{"autoencoder", autoencoder}};

Result<void> check_sizes(const ModelConfig& config, FeatureShape input, std::size_t labels) {
  if (config.channels < 1 || config.channels > 512 || config.blocks < 0 || config.blocks > 32) {
    return Error{fmt::format(
        "[model] channels = {} and blocks = {}: channels must be 1 to 512, blocks 0 to 32",
        config.channels, config.blocks)};
  }
  if (config.kernel_columns < 1 || config.kernel_columns > 63) {
    return Error{fmt::format("[model] kernel_columns = {} must be 1 to 63", config.kernel_columns)};
  }
  if (config.architecture == "tc-resnet" &&
      (config.blocks > 16 || block_channels(config.channels, config.blocks) > most_channels)) {
    return Error{fmt::format(
        "[model] blocks = {}: channels double every second block of a tc-resnet, and {} would "
        "become more than {}",
        config.blocks, config.channels, most_channels)};
  }
  if (config.architecture == "gru" && (config.blocks < 1 || input.height == 1)) {
    return Error{fmt::format(
        "[model] architecture = \"gru\" goes from row to row in time through a layer or more: {} "
        "layers (blocks), and features of {} rows and {} values",
        config.blocks, input.height, input.width * input.channels)};
  }
  if (input.height < 1 || input.width < 1 || input.channels < 1 || labels < 2) {
    return Error{
        fmt::format("a network needs at least 1x1x1 features and 2 labels, not {}x{}x{} and {}",
                    input.height, input.width, input.channels, labels)};
  }
  return {};
}

}  // namespace

const std::vector<std::string>& network_names() {
  static const std::vector<std::string> names = [] {
    std::vector<std::string> all;
    for (const Architecture& architecture : architectures) all.emplace_back(architecture.name);
    return all;
  }();
  return names;
}

FirstConvolution first_convolution(FeatureShape input) {
  const std::int32_t stride_h = (input.height + 24) / 25;
  const std::int32_t stride_w = input.width <= 4 ? 1 : std::max(2, (input.width + 9) / 10);
  return {.kernel_h = std::min(input.height, 5 * stride_h),
          .kernel_w = std::min(input.width, 2 * stride_w),
          .stride_h = stride_h,
          .stride_w = stride_w};
}

Result<Graph> build_network(const ModelConfig& config, FeatureShape input, std::size_t labels) {
  const auto* found = std::ranges::find(architectures, config.architecture, &Architecture::name);
  if (found == architectures.end()) {
    const auto meant = nearest(config.architecture, network_names());
    return Error{fmt::format("[model] architecture = \"{}\" is not known; {} \"{}\"",
                             config.architecture, meant ? "did you mean" : "there is",
                             meant.value_or(network_names().front()))};
  }
  SENGI_CHECK(check_sizes(config, input, labels));
  return found->build(config, input, labels);
}

}  // namespace sengi::train
