// SPDX-License-Identifier: Apache-2.0
#include "project/trained.h"

#include <gmock/gmock.h>

#include <nlohmann/json.hpp>
#include <string>

#include "base/files.h"
#include "base/hash.h"

namespace sengi::project {
namespace {

using testing::HasSubstr;
using Json = nlohmann::json;

class TrainedFiles : public testing::Test {
 protected:
  void SetUp() override {
    auto folder = TemporaryFolder::make();
    ASSERT_TRUE(folder.ok());
    folder_.emplace(std::move(folder).value());
    project_.folder = folder_->path();
    project_.detect.threshold = 0.75;

    trained_.name = "owl";
    trained_.labels = {"hoot", "Käuzchen", "_silence_"};
    trained_.silence = "_silence_";
    trained_.feature_offset.assign(10, -70000);
    trained_.feature_multiplier.assign(10, 2147483647);
    trained_.columns = 49;
    trained_.clip_samples = 16000;
    trained_.config_sha256 = sha256(std::string_view("config"));
    trained_.model_sha256 = sha256(std::string_view("model"));
  }

  void save() {
    const auto saved = save_trained(project_, trained_);
    ASSERT_TRUE(saved.ok()) << saved.error().message;
    ASSERT_TRUE(write_text(model_path(project_), "model").ok());
  }

  Json stored() { return Json::parse(read_text(pipeline_path(project_)).value()); }

  std::string fault_of(const Json& json) {
    EXPECT_TRUE(write_text(pipeline_path(project_), json.dump()).ok());
    const auto loaded = load_trained(project_);
    return loaded.ok() ? "no fault" : loaded.error().message;
  }

  std::optional<TemporaryFolder> folder_;
  Project project_;
  Trained trained_;
};

TEST_F(TrainedFiles, OfADecimatingFrontEndAreAFormatOfTheirOwn) {
  trained_.signal = {.sample_rate_hz = 16000,
                     .window_samples = 8000,
                     .hop_samples = 2000,
                     .fft_size = 1024,
                     .mel_channels = 10,
                     .low_hz = 8,
                     .high_hz = 800,
                     .feature = signal::Feature::log_mel,
                     .decimate = 8};
  trained_.columns = 29;
  trained_.clip_samples = 64000;
  save();
  EXPECT_EQ(stored().at("format"), 3);
  const auto loaded = load_trained(project_);
  ASSERT_TRUE(loaded.ok()) << loaded.error().message;
  EXPECT_EQ(loaded.value().signal, trained_.signal);

  Json json = stored();
  json["signal"].erase("decimate");
  EXPECT_THAT(fault_of(json), HasSubstr("signal.decimate is missing"));
  json["signal"]["decimate"] = 7;
  EXPECT_THAT(fault_of(json), HasSubstr("decimating 16000 Hz by 7"));
  json["signal"]["decimate"] = 16;
  EXPECT_THAT(fault_of(json), HasSubstr("what the decimator passes, 400 Hz"));
}

TEST_F(TrainedFiles, ComeBackAsTheyWere) {
  save();
  const auto loaded = load_trained(project_);
  ASSERT_TRUE(loaded.ok()) << loaded.error().message;
  const Trained& t = loaded.value();
  EXPECT_EQ(t.name, trained_.name);
  EXPECT_EQ(t.labels, trained_.labels);
  EXPECT_EQ(t.unknown, "");
  EXPECT_EQ(t.silence, "_silence_");
  EXPECT_EQ(t.signal, trained_.signal);
  EXPECT_EQ(t.feature_offset, trained_.feature_offset);
  EXPECT_EQ(t.feature_multiplier, trained_.feature_multiplier);
  EXPECT_EQ(t.columns, 49);
  EXPECT_EQ(t.clip_samples, 16000);
  EXPECT_EQ(t.config_sha256, trained_.config_sha256);
  EXPECT_EQ(t.model_sha256, trained_.model_sha256);
  EXPECT_EQ(t.detect.threshold, 0.75);  // the project's, as it is now
}

TEST_F(TrainedFiles, MissingOnesSayHowToTrain) {
  const auto nothing = load_trained(project_);
  ASSERT_FALSE(nothing.ok());
  EXPECT_THAT(nothing.error().message, HasSubstr("run sengi train " + project_.folder.string()));
  save();
  std::filesystem::remove(model_path(project_));
  const auto no_model = load_trained(project_);
  ASSERT_FALSE(no_model.ok());
  EXPECT_THAT(no_model.error().message, HasSubstr("model.tflite is missing"));
}

TEST_F(TrainedFiles, AnotherModelIsRefused) {
  save();
  ASSERT_TRUE(write_text(model_path(project_), "modem").ok());
  const auto loaded = load_trained(project_);
  ASSERT_FALSE(loaded.ok());
  EXPECT_THAT(loaded.error().message, HasSubstr("model.tflite: not the model that"));
}

TEST_F(TrainedFiles, EveryFieldIsNeededAndOfItsType) {
  save();
  const Json whole = stored();
  for (const auto& [name, value] : whole.items()) {
    Json without = whole;
    without.erase(name);
    EXPECT_THAT(fault_of(without), HasSubstr(name + " is missing"));
    Json wrong = whole;
    wrong[name] = true;
    EXPECT_THAT(fault_of(wrong), HasSubstr(name + " must be "));
  }
  for (const auto& [name, value] : whole["signal"].items()) {
    Json without = whole;
    without["signal"].erase(name);
    EXPECT_THAT(fault_of(without), HasSubstr("signal." + name + " is missing"));
    Json wrong = whole;
    wrong["signal"][name] = Json::array();
    EXPECT_THAT(fault_of(wrong), HasSubstr("signal." + name + " must be "));
  }
  EXPECT_EQ(fault_of(whole), "no fault");
}

TEST_F(TrainedFiles, ValuesMustFitOneAnother) {
  save();
  const Json whole = stored();
  const auto with = [&](const char* pointer, const Json& value) {
    Json changed = whole;
    changed[Json::json_pointer(pointer)] = value;
    return fault_of(changed);
  };
  EXPECT_THAT(with("/format", 1), HasSubstr("written in format 1, this program reads 2 and 3"));
  EXPECT_THAT(with("/kind", "collar"), HasSubstr("kind must be \"keyword\", \"motion\""));
  EXPECT_THAT(with("/kind", "image"), HasSubstr("signal.frame_width is missing"));
  EXPECT_THAT(with("/signal/fft_size", 500), HasSubstr("power of two"));
  EXPECT_THAT(with("/signal/feature", "mel"), HasSubstr("signal.feature must be \"mfcc\""));
  EXPECT_THAT(with("/labels", {"one"}), HasSubstr("labels must name at least two"));
  EXPECT_THAT(with("/labels", {"one", "one"}), HasSubstr("labels must differ"));
  EXPECT_THAT(with("/labels/1", 7), HasSubstr("labels[1] must be text"));
  EXPECT_THAT(with("/columns", 48), HasSubstr("columns does not follow"));
  EXPECT_THAT(with("/clip_samples", 10), HasSubstr("shorter than one window"));
  EXPECT_THAT(with("/feature_offset", Json::array({1})), HasSubstr("of the 10 that the front end"));
  for (const Json& number :
       {Json(1e3), Json(2147483648), Json(-2147483649), Json(18446744073709551615U)}) {
    EXPECT_THAT(with("/columns", number), HasSubstr("columns must be a whole number of 32 bits"));
  }
}

TEST_F(TrainedFiles, ASeriesComesBackAsItWas) {
  trained_.kind = "motion";
  trained_.series.columns = {"x [g]", "y", "z"};
  trained_.series.sample_rate_hz = 10.54;
  trained_.series.low = {-4, -4, -8.5};
  trained_.series.high = {4, 4, 8.5};
  trained_.series.spec = {40, 3, signal::SeriesFeature::statistics, 2, 8, 1};
  trained_.clip_samples = 120;
  trained_.feature_offset.assign(24, 5);
  trained_.feature_multiplier.assign(24, 6);
  save();
  const auto loaded = load_trained(project_);
  ASSERT_TRUE(loaded.ok()) << loaded.error().message;
  EXPECT_EQ(loaded.value().kind, "motion");
  EXPECT_EQ(loaded.value().series, trained_.series);
  EXPECT_TRUE(loaded.value().watches_stream());

  const Json whole = stored();
  const auto with = [&](const char* pointer, const Json& value) {
    Json changed = whole;
    changed[Json::json_pointer(pointer)] = value;
    return fault_of(changed);
  };
  EXPECT_THAT(with("/signal/rows", 41), HasSubstr("clip_samples does not follow"));
  EXPECT_THAT(with("/signal/low", {1, 2}), HasSubstr("one value for each axis"));
  EXPECT_THAT(with("/signal/low", {4, 4, 4}), HasSubstr("low must be below high"));
  EXPECT_THAT(with("/signal/low", {"a", "b", "c"}), HasSubstr("must be a number"));
  EXPECT_THAT(with("/signal/feature", "mfcc"), HasSubstr("must be \"raw\""));
  EXPECT_THAT(with("/signal/segments", 41), HasSubstr("segments"));
}

TEST_F(TrainedFiles, AnImageComesBackAsItWas) {
  trained_.kind = "image";
  trained_.image = {160, 120, 3, 64, 48};
  trained_.clip_samples = 160 * 120 * 3;
  trained_.feature_offset.assign(3, 5);
  trained_.feature_multiplier.assign(3, 6);
  save();
  const auto loaded = load_trained(project_);
  ASSERT_TRUE(loaded.ok()) << loaded.error().message;
  EXPECT_EQ(loaded.value().image, trained_.image);
  EXPECT_FALSE(loaded.value().watches_stream());
  Json changed = stored();
  changed["clip_samples"] = 7;
  EXPECT_THAT(fault_of(changed), HasSubstr("does not follow from the frame"));
}

TEST_F(TrainedFiles, CutAtEveryByteIsAnError) {
  save();
  const std::string text = read_text(pipeline_path(project_)).value();
  const std::size_t closing = text.rfind('}');
  for (std::size_t bytes = 0; bytes <= closing; ++bytes) {
    const auto parsed = parse_trained(std::string_view(text).substr(0, bytes), "pipeline.json");
    ASSERT_FALSE(parsed.ok()) << bytes;
    EXPECT_THAT(parsed.error().message, HasSubstr("pipeline.json: "));
  }
}

TEST_F(TrainedFiles, WhatDoesNotFitIsNotWritten) {
  save();
  const std::string before = read_text(pipeline_path(project_)).value();
  trained_.columns = 7;
  EXPECT_FALSE(save_trained(project_, trained_).ok());
  EXPECT_EQ(read_text(pipeline_path(project_)).value(), before);
}

}  // namespace
}  // namespace sengi::project
