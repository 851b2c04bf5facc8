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
)sql";

// What devices are told.
inline constexpr const char* orders_step = R"sql(
CREATE TABLE orders (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  device TEXT NOT NULL,             -- as in devices, which may not have heard it yet
  kind INTEGER NOT NULL,            -- link::BlobKind
  version INTEGER NOT NULL,         -- that it is or will be on the device
  what TEXT NOT NULL,               -- for people
  content BLOB NOT NULL,
  frame_bytes INTEGER NOT NULL,
  made_ms INTEGER NOT NULL,
  changed_ms INTEGER NOT NULL,
  made_by TEXT NOT NULL,
  release_id INTEGER,
  state TEXT NOT NULL,              -- transfer.h
  transfer BLOB NOT NULL            -- Transfer::to_bytes()
);
CREATE INDEX orders_active ON orders(device) WHERE state IN ('waiting', 'sending', 'trial');
CREATE INDEX orders_by_device ON orders(device, kind, version);
CREATE INDEX orders_by_release ON orders(release_id) WHERE release_id IS NOT NULL;
CREATE TABLE order_states (
  order_id INTEGER NOT NULL REFERENCES orders(id),
  at_ms INTEGER NOT NULL,
  state TEXT NOT NULL,
  note TEXT NOT NULL
);
CREATE INDEX order_states_by_order ON order_states(order_id);
CREATE TABLE downlinks (            -- frames, in the order of their sending
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  order_id INTEGER NOT NULL REFERENCES orders(id),
  device TEXT NOT NULL,
  made_ms INTEGER NOT NULL,
  frame BLOB NOT NULL,
  broker TEXT NOT NULL,             -- empty: somebody came for it
  topic TEXT NOT NULL,
  body TEXT NOT NULL,
  sent_ms INTEGER                   -- when the broker had it
);
CREATE INDEX downlinks_waiting ON downlinks(broker) WHERE sent_ms IS NULL;
CREATE INDEX downlinks_by_device ON downlinks(device, made_ms);
CREATE TABLE replies (              -- the newest that was taken down
  device_id INTEGER PRIMARY KEY REFERENCES devices(id),
  session TEXT NOT NULL,
  counter INTEGER NOT NULL
);
)sql";

// What devices heard and did, as far as it is compared.
inline constexpr const char* samples_step = R"sql(
CREATE TABLE samples (
  device_id INTEGER NOT NULL REFERENCES devices(id),
  series TEXT NOT NULL,             -- call_score.CLASS, activity.CLASS
  time_ms INTEGER NOT NULL,
  value REAL NOT NULL,
  PRIMARY KEY (device_id, series, time_ms, value)
) WITHOUT ROWID;
)sql";

// What is told in stages.
inline constexpr const char* releases_step = R"sql(
CREATE TABLE release_keys (         -- that are trusted
  name TEXT PRIMARY KEY,
  key TEXT NOT NULL,                -- public, Ed25519, base64
  added_ms INTEGER NOT NULL
) WITHOUT ROWID;
CREATE TABLE releases (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  name TEXT NOT NULL,
  kind INTEGER NOT NULL,            -- link::BlobKind
  content BLOB NOT NULL,
  fleet TEXT NOT NULL,
  canaries INTEGER NOT NULL,
  watch_h INTEGER NOT NULL,
  rolls_back INTEGER NOT NULL,
  state TEXT NOT NULL,              -- releases.h
  widened INTEGER NOT NULL,         -- whether it ever was
  note TEXT NOT NULL,
  made_ms INTEGER NOT NULL,
  made_by TEXT NOT NULL,
  changed_ms INTEGER NOT NULL
);
)sql";

}  // namespace sengi::station
