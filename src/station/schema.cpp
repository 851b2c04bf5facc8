// SPDX-License-Identifier: Apache-2.0
#include "station/schema.h"

#include <fmt/format.h>

#include <array>

#include "station/schema_fleet.h"

namespace sengi::station {
namespace {

// A step is never changed once it was released; what changes is a further step. Times are Unix
// time in milliseconds; places 1e-7 degree.
constexpr std::array steps = {
    // 1: what is heard.
    R"sql(
CREATE TABLE devices (
  id INTEGER PRIMARY KEY,
  device TEXT NOT NULL UNIQUE,      -- its EUI, or what the network calls it
  name TEXT NOT NULL DEFAULT '',
  network TEXT NOT NULL,            -- that it was heard through last
  first_heard_ms INTEGER NOT NULL,
  last_heard_ms INTEGER NOT NULL,   -- by the network, never ahead of this machine's clock
  latest_ms INTEGER,                -- the newest time of its own that is not in the future
  battery_mv INTEGER,
  position_ms INTEGER, latitude_e7 INTEGER, longitude_e7 INTEGER  -- the newest
);
CREATE TABLE uplinks (
  id INTEGER PRIMARY KEY,
  device_id INTEGER NOT NULL REFERENCES devices(id),
  identity BLOB NOT NULL,           -- the same of an uplink that comes again
  arrived_ms INTEGER NOT NULL,      -- here, for the first time
  heard_ms INTEGER,                 -- by the network's clock
  time_ms INTEGER NOT NULL,         -- the device's own, else heard_ms, else arrived_ms
  counter INTEGER,
  port INTEGER NOT NULL,
  payload BLOB NOT NULL,
  kind TEXT NOT NULL,               -- empty where the payload cannot be read
  marks INTEGER NOT NULL,
  rssi_dbm INTEGER, snr_db REAL, gateways INTEGER NOT NULL,
  copies INTEGER NOT NULL DEFAULT 0 -- how often it came again
);
CREATE INDEX uplinks_by_identity ON uplinks(device_id, identity);
CREATE INDEX uplinks_by_time ON uplinks(device_id, time_ms);
CREATE TABLE positions (
  device_id INTEGER NOT NULL REFERENCES devices(id),
  time_ms INTEGER NOT NULL,
  latitude_e7 INTEGER NOT NULL,
  longitude_e7 INTEGER NOT NULL,
  uplink_id INTEGER NOT NULL REFERENCES uplinks(id),
  PRIMARY KEY (device_id, time_ms, latitude_e7, longitude_e7)
) WITHOUT ROWID;
CREATE TABLE refused (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  arrived_ms INTEGER NOT NULL,
  source TEXT NOT NULL,
  fault TEXT NOT NULL,
  body BLOB NOT NULL
);
CREATE TABLE counts (name TEXT PRIMARY KEY, value INTEGER NOT NULL) WITHOUT ROWID;
INSERT INTO counts VALUES ('uplinks', 0), ('duplicates', 0), ('positions', 0), ('refused', 0);
)sql",
    // 2: what is watched, and who is told.
    R"sql(
CREATE TABLE watches (
  device_id INTEGER PRIMARY KEY REFERENCES devices(id),
  schedule BLOB NOT NULL,           -- schedule.h
  silent_from_ms INTEGER,           -- null: not known, or told already
  position_ms INTEGER NOT NULL,     -- the newest that was looked at
  anchor_ms INTEGER NOT NULL,       -- since when it is within a radius of
  anchor_latitude_e7 INTEGER NOT NULL, anchor_longitude_e7 INTEGER NOT NULL
);
CREATE INDEX watches_by_silence ON watches(silent_from_ms) WHERE silent_from_ms IS NOT NULL;
CREATE TABLE alerts (
  id INTEGER PRIMARY KEY,
  device_id INTEGER NOT NULL REFERENCES devices(id),
  kind TEXT NOT NULL,
  subject TEXT NOT NULL,            -- of the zones' kinds the zone's id, else empty
  severity TEXT NOT NULL,
  state TEXT NOT NULL,              -- open, acknowledged, cleared
  level INTEGER NOT NULL DEFAULT 0, -- how often it was told again
  detail TEXT NOT NULL,             -- JSON
  raised_ms INTEGER NOT NULL,
  signal_ms INTEGER NOT NULL,       -- when it was last seen to be so
  acknowledged_ms INTEGER, acknowledged_by TEXT,
  cleared_ms INTEGER
);
CREATE UNIQUE INDEX alerts_active ON alerts(device_id, kind, subject) WHERE state <> 'cleared';
CREATE INDEX alerts_open ON alerts(raised_ms) WHERE state <> 'cleared';
CREATE TABLE outbox (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  alert_id INTEGER NOT NULL REFERENCES alerts(id),
  target TEXT NOT NULL,             -- a webhook's address
  body TEXT NOT NULL,
  made_ms INTEGER NOT NULL,
  due_ms INTEGER NOT NULL,
  attempts INTEGER NOT NULL DEFAULT 0,
  fault TEXT NOT NULL DEFAULT '',   -- of the last attempt
  delivered_ms INTEGER
);
CREATE INDEX outbox_due ON outbox(due_ms) WHERE delivered_ms IS NULL;
CREATE INDEX outbox_by_alert ON outbox(alert_id);
)sql",
    // 3: who may ask.
    R"sql(
CREATE TABLE accounts (
  id INTEGER PRIMARY KEY,
  name TEXT NOT NULL UNIQUE,
  role TEXT NOT NULL,
  password TEXT NOT NULL,           -- argon2id, as libsodium writes it
  made_ms INTEGER NOT NULL
);
CREATE TABLE tokens (
  id INTEGER PRIMARY KEY,
  hash TEXT NOT NULL UNIQUE,        -- SHA-256; the token itself is kept nowhere
  account_id INTEGER REFERENCES accounts(id) ON DELETE CASCADE,  -- null: of a program
  name TEXT NOT NULL,               -- of the account or the program
  role TEXT NOT NULL,
  made_ms INTEGER NOT NULL,
  expires_ms INTEGER                -- null: never
);
CREATE INDEX tokens_by_account ON tokens(account_id);
CREATE TABLE audit (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  at_ms INTEGER NOT NULL,
  who TEXT NOT NULL,
  what TEXT NOT NULL
);
)sql",
    // 4: what sensors read.
    R"sql(
CREATE TABLE readings (
  device_id INTEGER NOT NULL REFERENCES devices(id),
  quantity INTEGER NOT NULL,        -- link::Quantity
  sensor INTEGER NOT NULL,
  time_ms INTEGER NOT NULL,
  value INTEGER,                    -- in the quantity's steps; null: the sensor gave nothing
  fault INTEGER NOT NULL,           -- ReadingFault
  PRIMARY KEY (device_id, quantity, sensor, time_ms)
) WITHOUT ROWID;
)sql",
    // 5: what need not be kept as it came.
    R"sql(
CREATE TABLE thinned (              -- up to when
  device_id INTEGER PRIMARY KEY REFERENCES devices(id),
  positions_ms INTEGER,
  readings_ms INTEGER
);
CREATE INDEX positions_by_uplink ON positions(uplink_id);
)sql",
    fleet_step, orders_step, samples_step, releases_step};

Result<int> version_of(Database& database) {
  Statement select(database, "PRAGMA user_version");
  SENGI_TRY(found, select.next());
  return found ? static_cast<int>(select.whole(0)) : 0;
}

}  // namespace

Result<void> migrate(Database& database) {
  SENGI_TRY(version, version_of(database));
  const int newest = static_cast<int>(steps.size());
  if (version > newest) {
    return Error{fmt::format(
        "the station's database is of version {} and this sengi knows up to {}; use a newer sengi",
        version, newest)};
  }
  for (int step = version; step < newest; ++step) {
    SENGI_TRY(transaction, Transaction::begin(database));
    SENGI_CHECK(database.run(steps[static_cast<std::size_t>(step)]));
    SENGI_CHECK(database.run(fmt::format("PRAGMA user_version = {}", step + 1).c_str()));
    SENGI_CHECK(transaction.commit());
  }
  return {};
}

}  // namespace sengi::station
