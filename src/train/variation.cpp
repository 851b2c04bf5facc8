// SPDX-License-Identifier: Apache-2.0
#include "train/variation.h"

#include <cmath>

#include "data/made_ground.h"
#include "train/augment.h"
#include "train/image_variation.h"
#include "train/noise.h"
#include "train/series_variation.h"

namespace sengi::train {
namespace {

using Tables = std::shared_ptr<const signal::OwnedTables>;

std::vector<Tables> heard_by(const Tables& tables, double vocal_tract_percent) {
  if (vocal_tract_percent == 0) return {tables};
  std::vector<Tables> all;
  constexpr int steps = 4;
  for (int step = -steps; step <= steps; ++step) {
    all.push_back(
        signal::warped(tables, std::pow(1 + vocal_tract_percent / 100, double(step) / steps)));
  }
  return all;
}

// Of the silence label half is background mixed anew at a random level.
class AudioVariation : public Variation {
 public:
  AudioVariation(const project::Project& project, const Corpus& corpus, const Tables& tables)
      : silence_(corpus.silence),
        noise_(corpus.backgrounds, project.signal.sample_rate_hz),
        augmenter_(project.train.augment, project.signal.sample_rate_hz, noise_),
        tables_(heard_by(tables, project.train.augment.vocal_tract_percent)),
        column_size_(static_cast<std::size_t>(project.signal.column_size())) {}

  std::vector<std::int8_t> example(const LabelledClip& clip, Random& random) const override {
    const bool mixed_anew = silence_ == clip.label && random.chance(0.5);
    const std::vector<std::int16_t> samples = mixed_anew
                                                  ? noise_.draw_silence(clip.samples.size(), random)
                                                  : augmenter_.vary_samples(clip.samples, random);
    const auto& tables = tables_.size() == 1 ? *tables_[0] : *tables_[random.below(tables_.size())];
    std::vector<std::int8_t> features = signal::features(tables, samples);
    augmenter_.mask_features(features, column_size_, random);
    return features;
  }

 private:
  std::optional<std::int32_t> silence_;
  NoiseSource noise_;
  Augmenter augmenter_;
  // As the device hears, and as it would hear shorter and longer vocal tracts; each as often.
  std::vector<Tables> tables_;
  std::size_t column_size_;
};

// Standard deviation of each axis over all clips, in counts.
std::vector<float> spread_of(const std::vector<LabelledClip>& clips, std::size_t axes) {
  std::vector<double> sum(axes, 0);
  std::vector<double> squares(axes, 0);
  double rows = 0;
  for (const LabelledClip& clip : clips) {
    for (std::size_t i = 0; i < clip.samples.size(); ++i) {
      const double value = clip.samples[i];
      sum[i % axes] += value;
      squares[i % axes] += value * value;
    }
    rows += static_cast<double>(clip.samples.size() / axes);
  }
  std::vector<float> spread;
  for (std::size_t axis = 0; axis < axes && rows > 0; ++axis) {
    const double mean = sum[axis] / rows;
    spread.push_back(
        static_cast<float>(std::sqrt(std::max(0.0, squares[axis] / rows - mean * mean))));
  }
  spread.resize(axes);
  return spread;
}

class SeriesExamples : public Variation {
 public:
  SeriesExamples(const project::Project& project, const Corpus& corpus,
                 const signal::Extractor& extractor)
      : extractor_(extractor),
        variation_(project.train.series_augment, project.series.spec.rows, project.series.spec.axes,
                   project.series.spec.vectors,
                   spread_of(corpus.train, static_cast<std::size_t>(project.series.spec.axes))) {}

  std::vector<std::int8_t> example(const LabelledClip& clip, Random& random) const override {
    return extractor_.features(variation_.vary(clip.samples, random));
  }

 private:
  signal::Extractor extractor_;
  SeriesVariation variation_;
};

class ImageExamples : public Variation {
 public:
  ImageExamples(const project::Project& project, const signal::Extractor& extractor)
      : extractor_(extractor),
        variation_(project.train.image_augment, project.image),
        spec_(project.image),
        ground_probability_(project.train.image_augment.ground_probability) {}

  std::vector<std::int8_t> example(const LabelledClip& clip, Random& random) const override {
    // Drawn from a stream of its own, so that a project without grounds learns what it did.
    Random same = random;
    Random ground({same.bits(), 1});
    if (!ground.chance(ground_probability_)) {
      return extractor_.features(variation_.vary(clip.samples, random));
    }
    const auto placed = data::on_made_ground(clip.samples, spec_, ground.bits());
    return extractor_.features(variation_.vary(placed, random));
  }

 private:
  signal::Extractor extractor_;
  ImageVariation variation_;
  signal::ImageSpec spec_;
  double ground_probability_;
};

}  // namespace

std::unique_ptr<const Variation> make_variation(const project::Project& project,
                                                const Corpus& corpus,
                                                const signal::Extractor& extractor) {
  switch (project.sense()) {
    case project::Sense::audio:
      break;
    case project::Sense::series:
      return std::make_unique<SeriesExamples>(project, corpus, extractor);
    case project::Sense::image:
      return std::make_unique<ImageExamples>(project, extractor);
  }
  return std::make_unique<AudioVariation>(project, corpus, extractor.audio());
}

}  // namespace sengi::train
