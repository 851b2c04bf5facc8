// SPDX-License-Identifier: Apache-2.0
// A front end's constants as C++ for the device.
#pragma once

#include <string>

#include "signal/front_end_tables.h"
#include "signal/series_tables.h"

namespace sengi::signal {

// Definitions, one array a comment, of everything a FrontEndTables points to, in an unnamed
// namespace, and of `const sengi::signal::FrontEndTables NAME` behind them. Wrapped at 100 columns.
std::string tables_as_cpp(const OwnedTables& tables, const std::string& name);

// The spec as designated initialisers, a line each: "    .sample_rate_hz = 16000,\n" ...
std::string spec_as_cpp(const FrontEndSpec& spec);

// The same of a series: `const sengi::signal::SeriesTables NAME`, and its spec.
std::string series_tables_as_cpp(const OwnedSeriesTables& tables, const std::string& name);
std::string series_spec_as_cpp(const SeriesSpec& spec);

}  // namespace sengi::signal
