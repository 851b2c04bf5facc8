// SPDX-License-Identifier: Apache-2.0
// The tables, and how a database of an older version becomes one of this.
#pragma once

#include "base/result.h"
#include "station/sql.h"

namespace sengi::station {

// Each step runs once, in a transaction with the number that says so (PRAGMA user_version).
// Errors: the database is of a newer version than this program knows.
Result<void> migrate(Database& database);

}  // namespace sengi::station
