// SPDX-License-Identifier: Apache-2.0
// Releases in stages: to a few devices first (canaries), which are watched, then to the rest.
//
//   canary ──▶ widened ──▶ done
//      │          │
//      └──────────┴──▶ held (a canary failed, or people said so) ──▶ canary or widened again
//                        └──▶ rolled_back
//
// Canaries are well when each has confirmed the release and was heard after that, `watch_h` have
// passed since, and no alert of silence or battery is open that was raised since they were given
// it.
//
// Thread rule: with the database.
#pragma once

#include <cstdint>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "station/orders.h"
#include "station/release_file.h"

namespace sengi::station {

struct Stages {
  std::string fleet;        // empty: all that were heard
  int canaries = 1;         // how many are told first
  int watch_h = 72;         // how long they are watched
  bool rolls_back = false;  // what fails is rolled back at once, and not only held
};

class Releases {
 public:
  Releases(Database& database, const Settings::Downlinks& settings)
      : database_(database), settings_(settings) {}

  // Keys that releases may be signed with. Errors: no key; a name that is taken.
  Result<void> trust(const std::string& name, const std::string& key, std::int64_t now_ms);
  // Errors: there is none (Outcome::no).
  Result<void> distrust(const std::string& name);
  Result<std::vector<std::string>> trusted();  // the keys

  // Takes a release's file and tells the canaries, in a transaction of the caller's.
  // Errors: those of open_release(); no such devices.
  Result<std::int64_t> give(std::string_view file, const Stages& stages, std::string_view who,
                            std::int64_t now_ms);
  // Nobody further is told it, and who was not reached is not. Errors: there is none, or it is over
  // (Outcome::no); here and below.
  Result<void> hold(std::int64_t id, const std::string& why, std::int64_t now_ms);
  // What was held goes on where it was.
  Result<void> go_on(std::int64_t id, std::string_view who, std::int64_t now_ms);
  // Who is on trial with it goes back; who confirmed it is told again what it had before, as far as
  // this station had told it that.
  Result<void> roll_back(std::int64_t id, const std::string& why, std::string_view who,
                         std::int64_t now_ms);

  // Widens, holds, ends. Between transactions.
  Result<void> tick(std::int64_t now_ms);

  // By number; one, or all.
  Result<nlohmann::ordered_json> json(std::optional<std::int64_t> id = {});

 private:
  struct Row;
  struct Told;  // an order of a release, without what it says
  Result<std::vector<Row>> rows(std::optional<std::int64_t> id);
  Result<Row> row(std::int64_t id);
  Result<void> set_state(std::int64_t id, std::string_view state, const std::string& note,
                         std::int64_t now_ms);
  Result<std::vector<Told>> orders_of(std::int64_t id);
  Result<void> tell(const Row& release, std::int64_t most, std::string_view who,
                    std::int64_t now_ms);
  Result<std::string> failure_in(const std::vector<Told>& orders);
  Result<bool> are_well(const Row& release, const std::vector<Told>& orders, std::int64_t now_ms);
  Result<void> look_at(const Row& release, std::int64_t now_ms);

  Database& database_;
  const Settings::Downlinks& settings_;
};

}  // namespace sengi::station
