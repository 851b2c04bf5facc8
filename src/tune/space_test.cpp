// SPDX-License-Identifier: Apache-2.0
#include "tune/space.h"

#include <gmock/gmock.h>

#include <set>

namespace sengi::tune {
namespace {

using testing::HasSubstr;
using testing::IsEmpty;

project::Project parsed(const std::string& text) {
  auto project = project::parse_project(text, "k/sengi.toml");
  EXPECT_TRUE(project.ok()) << project.error().message;
  return project.value();
}

// One of each kind, and some that are written otherwise than the defaults.
const std::vector<std::string> projects = {
    "",
    "[model]\narchitecture = \"tc-resnet\"\n",
    "[signal]\nfeature = \"log-mel\"\n",
    "[signal]\nwindow_ms = 31\n[train]\ndropout = 0.15\n",
    "[project]\nkind = \"motion\"\n",
    "[project]\nkind = \"motion\"\n[signal]\nfeature = \"spectral\"\nsegments = 2\n"
    "[model]\narchitecture = \"gru\"\nchannels = 20\n",
    "[project]\nkind = \"sequence\"\n[data]\ntable = \"t.csv\"\n",
    "[project]\nkind = \"sequence\"\n[data]\ntable = \"t.csv\"\n[model]\n"
    "architecture = \"boosted-trees\"\ndepth = 5\n",
    "[project]\nkind = \"image\"\n",
    "[project]\nkind = \"image\"\n[signal]\nframe_width = 96\nframe_height = 96\nwidth = 32\n"
    "pixels = \"grey\"\n",
    "[project]\nkind = \"anomaly\"\n",
    "[project]\nkind = \"anomaly\"\n[model]\narchitecture = \"mahalanobis\"\n",
};

TEST(Space, EveryKindHasATable) {
  for (const std::string& kind : project::kind_names()) {
    project::Project project = parsed("");
    project.kind = kind;
    project.model = project::default_model(kind, project::architecture_names(kind).front());
    EXPECT_TRUE(space_of(project).ok()) << kind;
  }
}

TEST(Space, TheProjectAsItIsChangesNothing) {
  for (const std::string& text : projects) {
    const Space space = space_of(parsed(text)).value();
    EXPECT_THAT(space.changes(space.own()), IsEmpty());
    EXPECT_EQ(words_of(space, space.own()), "the project as it is");
  }
}

// Written into the project's text, the changes make a project whose own values are the candidate's.
TEST(Space, ChangesMakeTheCandidate) {
  for (const std::string& text : projects) {
    SCOPED_TRACE(text);
    const Space space = space_of(parsed(text)).value();
    Dice dice(1, 2);
    Values candidate = space.own();
    int taken = 0;
    for (int i = 0; i < 300; ++i) {
      candidate = i % 10 == 0 ? space.random(dice) : space.mutated(candidate, dice);
      const std::string written = with_values(text, space.changes(candidate)).value();
      const auto project = project::parse_project(written, "k/sengi.toml");
      if (!project.ok()) continue;
      ++taken;
      EXPECT_EQ(space_of(project.value()).value().own(), candidate);
    }
    EXPECT_GT(taken, 150);
  }
}

TEST(Space, KeysCountOnlyForWhatTheyAreOf) {
  const Space space = space_of(parsed("")).value();
  Dice dice(1, 1);
  for (int i = 0; i < 200; ++i) {
    const Values values = space.random(dice);
    EXPECT_EQ(values.contains("signal.coefficients"), values.at("signal.feature") == "\"mfcc\"");
    const std::string& architecture = values.at("model.architecture");
    EXPECT_EQ(values.contains("model.kernel_columns"),
              architecture == "\"tc-resnet\"" || architecture == "\"cnn-1d\"");
    EXPECT_EQ(values.contains("model.depth"), !values.contains("model.channels"));
    if (values.at("model.architecture") == "\"tc-resnet\"") {
      EXPECT_LE(std::stoi(values.at("model.channels")), 32);
    }
  }
}

TEST(Space, EveryValueOfTheTableIsDrawn) {
  for (const std::string& text : projects) {
    const Space space = space_of(parsed(text)).value();
    std::set<std::pair<std::string, std::string>> drawn;
    Dice dice(1, 1);
    for (int i = 0; i < 3000; ++i) {
      for (const auto& pair : space.random(dice)) drawn.insert(pair);
    }
    for (const Dimension& dimension : space.dimensions()) {
      for (const std::string& value : dimension.values) {
        EXPECT_TRUE(drawn.contains({dimension.key, value})) << dimension.key << " " << value;
      }
    }
  }
}

TEST(Space, ItsSizeIsTheNumberOfItsCandidates) {
  const Space space({{"a", {"1", "2"}, "1", "", {}},
                     {"b", {"1", "2", "3"}, "1", "a", {"1"}},
                     {"b", {"7", "8"}, "7", "a", {"2"}},
                     {"c", {"x", "y"}, "x", "", {}}});
  std::set<Values> met;
  Dice dice(5, 5);
  for (int i = 0; i < 2000; ++i) met.insert(space.random(dice));
  EXPECT_EQ(static_cast<double>(met.size()), space.size());
}

TEST(Space, WordsNameWhatIsOther) {
  const Space space = space_of(parsed("")).value();
  Values values = space.own();
  values["signal.mel_channels"] = "32";
  values["train.augment.speed_percent"] = "5";
  EXPECT_EQ(words_of(space, values), "mel channels 32, speed 5 %");
}

TEST(Space, AKindWithoutATableIsTold) {
  project::Project project = parsed("");
  project.kind = "smell";
  EXPECT_THAT(space_of(project).error().message, HasSubstr("'smell'"));
}

}  // namespace
}  // namespace sengi::tune
