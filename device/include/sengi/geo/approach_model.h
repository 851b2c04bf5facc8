// SPDX-License-Identifier: Apache-2.0
// The weights of approach.h that ship.
#pragma once

#include "sengi/geo/approach.h"

namespace sengi::geo {

inline constexpr ApproachModel default_approach_model = {
    .bias = -600, .weight = {150, 200, 50, 60, 50, 20, 0, 50}};

}  // namespace sengi::geo
