// SPDX-License-Identifier: Apache-2.0
// Where animals were and when, from the files that collars' makers and archives give.
#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "sengi/geo/fix_history.h"

namespace sengi::movement {

struct Track {
  std::string animal;           // as the file names it, else the file's own name
  std::vector<geo::Fix> fixes;  // by rising time, no two of one time
};

struct TrackFile {
  std::vector<Track> tracks;       // by the animals' names
  std::vector<std::string> notes;  // what was left out or put in order, with file and line
};

struct TrackOptions {
  // Faster than this from a fix to the next is an error of the receiver, and left out. An elephant
  // runs at 25 km/h for a minute.
  double fastest_km_per_h = 40;
};

// By what the file is: GPX where it is XML, else a table.
// Errors: it cannot be read; those below.
Result<TrackFile> read_tracks(const std::filesystem::path& path, const TrackOptions& options = {});

// A table with a header, separated by commas, semicolons or tabs. Columns are found by their names
// in any order, never by their place:
//   latitude   location-lat, latitude, lat, decimalLatitude, gps-lat ...
//   longitude  location-long, longitude, lon, long, lng, decimalLongitude ...
//   time       timestamp, time, datetime, date ...: ISO 8601, UTC where no zone is given; with a
//              column of the time of day beside a date
//   animal     individual-local-identifier, tag-local-identifier, animal, id ..., if any
// Rows that Movebank marks as outliers (visible = false) and rows without a position are counted
// and left out; other bad rows are told by line and left out. Errors: no header, no latitude,
// longitude or time (naming the columns that are there); columns of metres; more than a tenth of
// the rows are bad; latitudes beyond a pole that would fit as longitudes (the names are swapped);
// nothing is left.
Result<TrackFile> parse_track_table(std::string_view text, std::string_view file,
                                    const TrackOptions& options = {});

// GPX 1.0 or 1.1: the points of tracks (trk), a track an animal.
// Errors: no XML, nothing of GPX, no points with times; with the place in the file.
Result<TrackFile> parse_gpx(std::string_view text, std::string_view file,
                            const TrackOptions& options = {});

// The fixes that a collar on a schedule would have taken: for each multiple of the interval the
// first real fix from then on that is less than half an interval (at most ten minutes) late.
// Nothing is made up where none is.
Track resampled(const Track& track, std::uint32_t interval_s);

// The median of the times between fixes, in seconds. 0 where there are fewer than two.
std::uint32_t median_interval_s(const Track& track);

// Where the animal was between two fixes if it went straight and evenly.
// Requires: a.time_s < time_s < b.time_s.
geo::Position between(const geo::Fix& a, const geo::Fix& b, std::uint32_t time_s);

// "2010-01-01 07:20"
std::string time_text(std::uint32_t time_s);

}  // namespace sengi::movement
