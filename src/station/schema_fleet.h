// SPDX-License-Identifier: Apache-2.0
// The steps of the tables (schema.cpp) that are about devices as a fleet.
#pragma once

namespace sengi::station {

// Zones, who a device belongs to and what wears it, which versions it has.
inline constexpr const char* fleet_step = R"sql(
CREATE TABLE zone_sets (
  version INTEGER PRIMARY KEY,
  made_ms INTEGER NOT NULL,
  made_by TEXT NOT NULL,
  geojson TEXT NOT NULL             -- as station_geojson() writes it
);
CREATE TABLE tags (                 -- what people say of a device, heard or not
  device TEXT PRIMARY KEY,          -- as in devices
  name TEXT NOT NULL,
  owner TEXT NOT NULL,
  kind TEXT NOT NULL,
  fleet TEXT NOT NULL,              -- the group that it is told things with
  notes TEXT NOT NULL,
  changed_ms INTEGER NOT NULL
) WITHOUT ROWID;
CREATE TABLE deployments (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  device TEXT NOT NULL,
  animal TEXT NOT NULL,             -- or the site
  taxon TEXT NOT NULL,              -- or the crop
  from_ms INTEGER NOT NULL,
  to_ms INTEGER,                    -- null: it goes on
  notes TEXT NOT NULL
);
CREATE INDEX deployments_by_device ON deployments(device, from_ms);
CREATE INDEX deployments_by_animal ON deployments(animal, from_ms);
CREATE TABLE versions (             -- a row each time that another was reported
  device_id INTEGER NOT NULL REFERENCES devices(id),
  part TEXT NOT NULL,               -- firmware, model, zones, settings
  since_ms INTEGER NOT NULL,
  version INTEGER NOT NULL,         -- 0: none
  last_ms INTEGER NOT NULL,         -- when it was reported last
  PRIMARY KEY (device_id, part, since_ms)
) WITHOUT ROWID;
ALTER TABLE devices ADD COLUMN broker TEXT NOT NULL DEFAULT '';  -- that brought its last uplink
ALTER TABLE devices ADD COLUMN topic TEXT NOT NULL DEFAULT '';   -- of that uplink
)sql";

}  // namespace sengi::station
