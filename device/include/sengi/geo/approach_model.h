// SPDX-License-Identifier: Apache-2.0
// The weights of approach.h that ship. Learned from three elephants (Etosha, Gourma and Kruger; 80
// entries into zones drawn by rule) at fixes every 20 minutes to 4 hours:
//
//   sengi zones study --track etosha.csv gourma.csv kruger.csv --fit
//
// How good such weights are for an animal that had no part in them is what --rotate shows.
#pragma once

#include "sengi/geo/approach.h"

namespace sengi::geo {

// In the order of ApproachFeatures::Name.
inline constexpr ApproachModel default_approach_model = {.bias = -1250,
                                                         .weight = {261, 121, 35, 98, 53}};

}  // namespace sengi::geo
