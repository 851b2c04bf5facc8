// SPDX-License-Identifier: Apache-2.0
// Whose the devices are, and what wears them, in Movebank's terms: a tag is a device with what
// people say of it; a deployment is a tag on an animal (or at a site) for a time, so that a track
// is an animal's and not a collar's.
//
// Thread rule: with the database.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/result.h"
#include "station/sql.h"

namespace sengi::station {

struct Tag {
  std::string device;  // as uplinks name it; it need not have been heard yet
  std::string name;
  std::string owner;
  std::string kind;   // "collar", "soil station"
  std::string fleet;  // the group that it is told things with
  std::string notes;
  bool operator==(const Tag&) const = default;
};

struct Deployment {
  std::int64_t id = 0;
  std::string device;
  std::string animal;  // or a site
  std::string taxon;   // or a crop
  std::int64_t from_ms = 0;
  std::optional<std::int64_t> to_ms;  // not in it; none: it goes on
  std::string notes;
  bool operator==(const Deployment&) const = default;
};

inline constexpr std::size_t tag_text_bytes_max = 1'000;  // of each field

class Fleet {
 public:
  explicit Fleet(Database& database) : database_(database) {}

  // A new tag, or others' words of one that is there. Errors: those of check().
  Result<void> keep(const Tag& tag, std::int64_t now_ms);
  Result<std::optional<Tag>> tag(const std::string& device);
  // By device, from the one after `after` on; of one fleet, or all.
  Result<std::vector<Tag>> tags(const std::string& after, std::int64_t limit,
                                const std::optional<std::string>& fleet = {});
  // Errors: there is none (Outcome::no).
  Result<void> remove_tag(const std::string& device);

  // A new deployment, or with an id another form of one that is there; returns its id.
  // Errors: those of check(); the device is deployed elsewhere at that time; no such id
  // (Outcome::no).
  Result<std::int64_t> keep(const Deployment& deployment);
  Result<std::optional<Deployment>> deployment(std::int64_t id);
  // By device and time; of one device or one animal, or all.
  Result<std::vector<Deployment>> deployments(const std::optional<std::string>& device = {},
                                              const std::optional<std::string>& animal = {});
  // Errors: there is none (Outcome::no).
  Result<void> remove_deployment(std::int64_t id);

 private:
  Database& database_;
};

// Errors: no device or one that cannot be; a text that is too long or has control characters; an
// end that is not after the beginning.
Result<void> check(const Tag& tag);
Result<void> check(const Deployment& deployment);

}  // namespace sengi::station
