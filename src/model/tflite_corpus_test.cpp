// SPDX-License-Identifier: Apache-2.0
// Whole models, cut short and changed in every way that takes seconds: nothing may crash, and what
// is still read must be whole. Run under ASan and UBSan too (preset asan).
#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <cstring>
#include <filesystem>
#include <random>
#include <string>

#include "base/files.h"
#include "model/operator_graphs.h"
#include "model/test_graphs.h"
#include "model/tflite_exercise.h"

namespace sengi::model {
namespace {

using Bytes = std::vector<std::byte>;

struct Seed {
  std::string name;
  Bytes bytes;
};

constexpr std::size_t small_file = 20'000;
constexpr std::size_t tiny_file = 10'000;

// Our own small models always; others' where they are on this machine.
std::vector<Seed> seeds() {
  std::vector<Seed> all{{"int8", write_tflite(small_network(Type::int8, 1))},
                        {"float32", write_tflite(small_network(Type::float32, 2))}};
  for (const Graph& graph : operator_graphs()) all.push_back({graph.name, write_tflite(graph)});
  const auto models = std::filesystem::path(SENGI_SHARED_DATA) / "tflite_models";
  for (const char* file :
       {"tflite-micro/tensorflow__lite__micro__examples__hello_world__models__hello_world_int8",
        "tflite-micro/"
        "tensorflow__lite__micro__examples__memory_footprint__models__simple_add_model",
        "tflite-micro/tensorflow__lite__micro__examples__micro_speech__models__micro_speech_"
        "quantized",
        "tflite-micro/tensorflow__lite__micro__examples__micro_speech__models__audio_preprocessor_"
        "int8",
        "tinyml-example-anomaly-detection/autoencoder__models__fan_low_model-deploy",
        "tflite-micro/tensorflow__lite__micro__models__keyword_scrambled",
        "test_data/tools__split_concat", "tiny/kws_ref_model", "tiny/str_ww_ref_model"}) {
    auto bytes = read_file((models / file).string() + ".tflite");
    if (bytes.ok()) all.push_back({file, std::move(bytes).value()});
  }
  return all;
}

TEST(TfliteCorpus, CutAtEveryByte) {
  for (const Seed& seed : seeds()) {
    SCOPED_TRACE(seed.name);
    const auto whole = read_tflite(seed.bytes, "model");
    const std::size_t step = seed.bytes.size() < small_file ? 1 : 41;
    for (std::size_t size = 0; size < seed.bytes.size(); size += step) {
      const auto cut = std::span(seed.bytes).first(size);
      // Only bytes that say nothing may be missing.
      const auto graph = read_tflite(cut, "model");
      const bool harmless = !graph.ok() || (whole.ok() && graph.value() == whole.value());
      ASSERT_TRUE(harmless) << "cut to " << size << " bytes";
      ASSERT_EQ(fault_with(cut), "") << "cut to " << size << " bytes";
    }
  }
}

TEST(TfliteCorpus, EveryWordSetToItsExtremes) {
  constexpr std::array<std::uint32_t, 4> extremes{0, 0xffffffff, 0x7fffffff, 0x00010000};
  for (const Seed& seed : seeds()) {
    if (seed.bytes.size() > tiny_file) continue;
    SCOPED_TRACE(seed.name);
    for (std::size_t at = 0; at + 4 <= seed.bytes.size(); at += 4) {
      for (const std::uint32_t extreme : extremes) {
        Bytes changed = seed.bytes;
        std::memcpy(&changed[at], &extreme, sizeof(extreme));
        ASSERT_EQ(fault_with(changed), "") << extreme << " at byte " << at;
      }
    }
  }
}

TEST(TfliteCorpus, RandomBytesChanged) {
  std::mt19937 random(7);
  std::size_t accepted = 0;
  std::size_t refused = 0;
  for (const Seed& seed : seeds()) {
    SCOPED_TRACE(seed.name);
    const int rounds = seed.bytes.size() < small_file ? 2000 : 200;
    for (int round = 0; round < rounds; ++round) {
      Bytes changed = seed.bytes;
      const std::size_t changes = 1 + random() % 3;
      for (std::size_t i = 0; i < changes; ++i) {
        changed[random() % changed.size()] = static_cast<std::byte>(random());
      }
      ASSERT_EQ(fault_with(changed), "") << "round " << round;
      ++(read_tflite(changed, "model").ok() ? accepted : refused);
    }
  }
  // Both paths were walked: changed weights are still a model, changed offsets are not.
  EXPECT_GT(accepted, 500U);
  EXPECT_GT(refused, 1000U);
}

// Structure lies in the first part of what our writer makes; change that part alone.
TEST(TfliteCorpus, StructureChanged) {
  std::mt19937 random(8);
  for (const Type type : {Type::int8, Type::float32}) {
    const Bytes whole = write_tflite(small_network(type, 5));
    for (int round = 0; round < 3000; ++round) {
      Bytes changed = whole;
      const std::size_t at = random() % (whole.size() / 2);
      changed[at] =
          static_cast<std::byte>(std::to_integer<unsigned>(changed[at]) ^ (1U << (random() % 8)));
      ASSERT_EQ(fault_with(changed), "") << "round " << round << ", byte " << at;
    }
  }
}

}  // namespace
}  // namespace sengi::model
