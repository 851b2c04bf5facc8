// SPDX-License-Identifier: Apache-2.0
// Whether a GPS receiver is kept ready between two fixes.
//
//   Receiver receiver(3 * 3600);
//   receiver.found(now_s);                    // after each fix
//   receiver.plan(now_s, plan.fix_in_s);      // and whenever the next is planned anew
//   receiver.ready()                          // whether its backup supply stays on until then
//
// A receiver that has the satellites' orbits says where it is within seconds; else it takes half a
// minute to load them. On its backup supply it keeps them, but that current flows all the time, and
// orbits are good for some hours only. So it is kept ready where the next fix comes while they are,
// and is wholly off where that fix will have to load them anyway.
#pragma once

#include <cstdint>

namespace sengi::power {

class Receiver {
 public:
  // `orbits_valid_s`: from when they were loaded; 0: it is never kept ready.
  explicit constexpr Receiver(std::uint32_t orbits_valid_s) : orbits_valid_s_(orbits_valid_s) {}

  // Whether a fix that begins now has the orbits.
  constexpr bool knows_orbits(std::uint32_t now_s) const {
    return ready_ && now_s - loaded_s_ < orbits_valid_s_;
  }

  // A fix was had now, and with it, where it had to load them, the orbits.
  constexpr void found(std::uint32_t now_s) {
    if (!knows_orbits(now_s)) loaded_s_ = now_s;
    ready_ = orbits_valid_s_ > 0;
  }

  // The next fix comes in so many seconds. What was let go stays so until then.
  constexpr void plan(std::uint32_t now_s, std::uint32_t fix_in_s) {
    const std::uint32_t age_s = now_s - loaded_s_;
    ready_ = ready_ && age_s < orbits_valid_s_ && fix_in_s < orbits_valid_s_ - age_s;
  }

  constexpr bool ready() const { return ready_; }

 private:
  std::uint32_t orbits_valid_s_;
  std::uint32_t loaded_s_ = 0;
  bool ready_ = false;
};

}  // namespace sengi::power
