// SPDX-License-Identifier: Apache-2.0
#include "train/epochs.h"

#include <algorithm>

#include "train/parallel.h"

namespace sengi::train {
namespace {

// What a stream of random numbers is for, so that no two uses share one.
enum class Stream : std::uint64_t { clip_order = 1, example_order, variation };

Random stream(std::uint64_t seed, Stream use, std::uint64_t first, std::uint64_t second) {
  return Random({seed, static_cast<std::uint64_t>(use), first, second});
}

void place(Examples& examples, std::size_t i, std::span<const std::int8_t> features) {
  std::ranges::copy(
      features, examples.features.begin() + static_cast<std::ptrdiff_t>(i * examples.feature_size));
}

Examples room_for(std::size_t count, std::size_t feature_size) {
  return {feature_size, std::vector<std::int8_t>(count * feature_size),
          std::vector<std::int32_t>(count)};
}

}  // namespace

Examples plain_examples(const std::vector<LabelledClip>& clips, const signal::Extractor& extractor,
                        std::size_t feature_size, int threads) {
  Examples examples = room_for(clips.size(), feature_size);
  parallel_for(clips.size(), threads, [&](std::size_t i) {
    place(examples, i, extractor.features(clips[i].samples));
    examples.labels[i] = clips[i].label;
  });
  return examples;
}

EpochMaker::EpochMaker(const Corpus& corpus, const project::Project& project,
                       const signal::Extractor& extractor, int threads)
    : corpus_(corpus),
      variation_(make_variation(project, corpus, extractor)),
      seed_(project.train.seed),
      feature_size_(extractor.shape(project.clip_samples()).values()),
      threads_(threads),
      clips_of_(corpus.labels.size()),
      quota_(corpus.labels.size()) {
  for (std::size_t i = 0; i < corpus.train.size(); ++i) {
    clips_of_[static_cast<std::size_t>(corpus.train[i].label)].push_back(
        static_cast<std::uint32_t>(i));
  }
  const std::size_t labels = corpus.labels.size();
  // A network that is to know what is normal has one label's clips alone.
  const auto with_clips = static_cast<std::size_t>(
      std::ranges::count_if(clips_of_, [](const auto& clips) { return !clips.empty(); }));
  const std::size_t fair_share = (corpus.train.size() + with_clips - 1) / with_clips;
  for (std::size_t label = 0; label < labels; ++label) {
    const bool many_words = corpus.unknown == static_cast<std::int32_t>(label);
    if (clips_of_[label].empty()) continue;
    quota_[label] =
        many_words ? std::clamp(clips_of_[label].size(), fair_share, 2 * fair_share) : fair_share;
  }
}

std::size_t EpochMaker::size() const {
  std::size_t sum = 0;
  for (const std::size_t quota : quota_) sum += quota;
  return sum;
}

std::vector<EpochMaker::Pick> EpochMaker::picks(std::uint64_t epoch) const {
  std::vector<Pick> picks;
  for (std::size_t label = 0; label < clips_of_.size(); ++label) {
    // A label's clips are dealt from an endless row of shuffled packs; an epoch takes the next
    // quota of them.
    const std::vector<std::uint32_t>& clips = clips_of_[label];
    std::vector<std::uint32_t> pack;
    std::uint64_t use = epoch * quota_[label];
    for (const std::uint64_t end = use + quota_[label]; use < end; ++use) {
      const std::size_t at = use % clips.size();
      if (pack.empty() || at == 0) {
        pack =
            stream(seed_, Stream::clip_order, label, use / clips.size()).permutation(clips.size());
      }
      picks.push_back({clips[pack[at]], use});
    }
  }
  const auto order = stream(seed_, Stream::example_order, epoch, 0).permutation(picks.size());
  std::vector<Pick> shuffled;
  shuffled.reserve(order.size());
  for (const std::uint32_t i : order) shuffled.push_back(picks[i]);
  return shuffled;
}

std::vector<std::int8_t> EpochMaker::varied(const Pick& pick) const {
  const LabelledClip& clip = corpus_.train[pick.clip];
  Random random =
      stream(seed_, Stream::variation, static_cast<std::uint64_t>(clip.label), pick.use);
  return variation_->example(clip, random);
}

Examples EpochMaker::make(std::uint64_t epoch) const {
  const std::vector<Pick> chosen = picks(epoch);
  Examples examples = room_for(chosen.size(), feature_size_);
  parallel_for(chosen.size(), threads_, [&](std::size_t i) {
    place(examples, i, varied(chosen[i]));
    examples.labels[i] = corpus_.train[chosen[i].clip].label;
  });
  return examples;
}

}  // namespace sengi::train
