// SPDX-License-Identifier: Apache-2.0
// Which side of the split a group of clips is on.
#pragma once

#include <cstdint>
#include <string_view>

#include "data/dataset.h"

namespace sengi::data {

// The side of one group, from nothing but the seed and its name: recordings that are added later,
// of this group or of others, move nothing. Over many groups the shares are the percentages.
Split side_of(std::string_view group, std::uint64_t seed, std::int32_t validation_percent,
              std::int32_t test_percent);

}  // namespace sengi::data
