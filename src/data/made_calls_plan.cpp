// SPDX-License-Identifier: Apache-2.0
#include "data/made_calls_plan.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cmath>

#include "data/made_calls_voice.h"

namespace sengi::data {
namespace {

std::string text_of(const Range& range) { return fmt::format("{}-{}", range.low, range.high); }

template <typename Named>
std::string text_of(const std::vector<Named>& names) {
  std::string text;
  for (const Named each : names) text += std::string(name_of(each)) + ' ';
  return text;
}

std::string text_of(const CallRanges& r) {
  return fmt::format("{}|{}|{}|{}|{}|{}|{}|{}|{}|{}|{}|{}|{}|{}|{}", text_of(r.f0_hz),
                     text_of(r.duration_s), text_of(r.contours), text_of(r.depth_percent),
                     text_of(r.jitter_percent), text_of(r.shimmer_db), text_of(r.tract_m),
                     text_of(r.mouth_m), r.mouth, text_of(r.tilt_db), text_of(r.breath_db),
                     text_of(r.level_db), r.subharmonics, r.rough, r.company);
}

std::string text_of(const Surroundings& a) {
  return fmt::format("{}|{}|{}|{}|{}|{}|{}|{}|{}|{}|{}|{}", text_of(a.distance_m),
                     text_of(a.absorption), text_of(a.ground_dip_db), a.reverberation,
                     text_of(a.backdrops), text_of(a.others), text_of(a.snr_db),
                     text_of(a.noise_level_db), a.recorded, text_of(a.roll_off_hz),
                     text_of(a.full_scale_db), text_of(a.self_noise_db));
}

std::string text_of(const CallWorld& world) {
  return text_of(world.rumble) + '/' + text_of(world.trumpet) + '/' + text_of(world.around);
}

std::string in_range(double value, const std::vector<int>& edges) {
  for (std::size_t i = 1; i < edges.size(); ++i) {
    if (value < edges[i]) return fmt::format("{} to {}", edges[i - 1], edges[i]);
  }
  return fmt::format("{} on", edges.back());
}

class Planning {
 public:
  Planning(const CallRecipe& recipe, const project::Project& project,
           const std::set<Split>& with_others)
      : recipe_(recipe), project_(project), with_others_(with_others) {
    for (const CallRecordings& each : recipe.recordings) {
      recordings_ += each.mix ? each.folder + ' ' : "";
    }
  }

  void plan(bool of_test) {
    const CallWorld& world = of_test ? recipe_.test : recipe_.training;
    world_text_ = text_of(world);
    const CallCounts& clips = recipe_.clips;
    const auto count = [&](std::int32_t all) {
      const double share = of_test ? clips.test_percent / 100 : 1;
      return static_cast<std::int32_t>(std::lround(all * share));
    };
    calls(ClipKind::rumble, "rumble", count(clips.rumble), of_test);
    calls(ClipKind::trumpet, "trumpet", count(clips.trumpet), of_test);
    for (std::int32_t i = 0; i < count(clips.other); ++i) {
      CallClip clip = begin(ClipKind::other, "other", i, i, of_test);
      const auto& all = world.around.others;
      clip.other = all[static_cast<std::size_t>(i) % all.size()];
      clip.label = project_.data.unknown;
      clip.other_recorded = clip.recorded && with_others_.contains(clip.split);
      finish(std::move(clip), clip.what());
    }
    for (std::int32_t i = 0; i < count(clips.background); ++i) {
      CallClip clip = begin(ClipKind::background, "background", i, i, of_test);
      clip.label = project_.data.silence;
      finish(std::move(clip), "background");
    }
  }

  std::vector<CallClip> clips() && { return std::move(clips_); }

 private:
  void calls(ClipKind kind, const std::string& label, std::int32_t count, bool of_test) {
    for (std::int32_t i = 0; i < count; ++i) {
      CallClip clip = begin(kind, label, i, i / recipe_.clips.calls_an_animal, of_test);
      clip.animal = clip.group;
      clip.label = label;
      finish(std::move(clip), label);
    }
  }

  CallClip begin(ClipKind kind, const std::string& name, std::int32_t i, std::int32_t group,
                 bool of_test) {
    CallClip clip;
    clip.kind = kind;
    clip.of_test = of_test;
    const char* const world = of_test ? "test" : "train";
    clip.name = fmt::format("{}/{}/{}", world, name, i);
    const CallWorld& from = of_test ? recipe_.test : recipe_.training;
    Dice dice(recipe_.seed, clip.name + "/plan");
    clip.contour = dice.one_of((kind == ClipKind::trumpet ? from.trumpet : from.rumble).contours);
    clip.snr_db = thrown(from.around.snr_db, dice);
    clip.distance_m = std::min(
        thrown_by_octaves(from.around.distance_m, dice),
        farthest_m((kind == ClipKind::trumpet ? from.trumpet : from.rumble).level_db, clip.snr_db));
    clip.backdrop = dice.one_of(from.around.backdrops);
    clip.recorded = dice.chance(from.around.recorded);
    clip.group = fmt::format("{}-{}-{}", name, world, group);
    const auto every =
        static_cast<std::int32_t>(std::lround(100 / recipe_.clips.validation_percent));
    clip.split = of_test ? Split::test : group % every == 0 ? Split::validation : Split::train;
    return clip;
  }

  void finish(CallClip clip, const std::string& what) {
    // The number in front changes whenever the way from a plan to a sound does.
    const std::string all =
        fmt::format("2|{}|{}|{}|{}|{}|{}", recipe_.seed, clip.name, clip.group, world_text_,
                    project_.clip_samples(), project_.signal.sample_rate_hz) +
        recordings_;
    clip.path = fmt::format("made/{}/{}-{}.wav", file_name(clip.label), what, key_of(all));
    clips_.push_back(std::move(clip));
  }

  const CallRecipe& recipe_;
  const project::Project& project_;
  const std::set<Split>& with_others_;
  std::string recordings_;
  std::string world_text_;
  std::vector<CallClip> clips_;
};

}  // namespace

std::string CallClip::what() const {
  if (is_call()) return std::string(name_of(contour));
  if (other_recorded) return "recorded";
  return std::string(kind == ClipKind::other ? name_of(other) : name_of(backdrop));
}

std::string CallClip::snr_range() const {
  return is_call() ? in_range(snr_db, {-30, -10, -5, 0, 5, 10, 20, 30}) : "";
}

std::string CallClip::distance_range() const {
  return is_call() ? in_range(distance_m, {0, 50, 200, 500, 1000, 2000, 4000}) : "";
}

std::vector<CallClip> plan_calls(const CallRecipe& recipe, const project::Project& project,
                                 const std::set<Split>& with_others) {
  Planning planning(recipe, project, with_others);
  planning.plan(false);
  planning.plan(true);
  return std::move(planning).clips();
}

}  // namespace sengi::data
