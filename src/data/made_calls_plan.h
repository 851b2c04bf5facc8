// SPDX-License-Identifier: Apache-2.0
// A call recipe worked out to single clips.
#pragma once

#include <set>
#include <string>
#include <vector>

#include "data/made_calls_recipe.h"
#include "data/made_speech_plan.h"
#include "project/project.h"

namespace sengi::data {

enum class ClipKind : std::uint8_t { rumble, trumpet, other, background };

struct CallClip : Planned {
  ClipKind kind = ClipKind::background;
  std::string name;    // throws this clip's dice
  std::string animal;  // throws the caller's
  Other other = Other::engine;
  bool of_test = false;  // whose world it is drawn from
  Contour contour = Contour::flat;
  double distance_m = 0;
  double snr_db = 0;
  Backdrop backdrop = Backdrop::still;
  bool recorded = false;        // whether a recording is its background, where there are any
  bool other_recorded = false;  // whether a recording is the other sound

  bool is_call() const { return kind == ClipKind::rumble || kind == ClipKind::trumpet; }
  // For the manifest: the contour, the other sound or the background; how loud a call is against
  // what lies behind it, in its own band, and how far away, as ranges ("5 to 10").
  std::string what() const;
  std::string snr_range() const;
  std::string distance_range() const;
};

// The same arguments give the same plan. `with_others`: the sides that have recordings of other
// sounds.
std::vector<CallClip> plan_calls(const CallRecipe& recipe, const project::Project& project,
                                 const std::set<Split>& with_others);

}  // namespace sengi::data
