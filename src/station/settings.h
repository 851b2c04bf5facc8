// SPDX-License-Identifier: Apache-2.0
// What a station watches for and whom it tells: station.toml (SPEC.md, "station.toml").
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "station/water.h"

namespace sengi::station {

enum class Severity : std::uint8_t { notice, warning, critical };
std::string_view name_of(Severity severity);

// A time of day in which what is not critical waits; none where from and to are the same.
struct QuietHours {
  int from_min = 0;  // minutes from midnight
  int to_min = 0;
  int utc_offset_min = 0;  // of the place's clock

  // When what is to be told at `now_ms` is told: then, or when the quiet hours that it falls into
  // end.
  std::int64_t due_ms(std::int64_t now_ms) const;
};

struct Settings {
  struct Zones {
    std::string file;  // GeoJSON, beside station.toml; empty: only what collars tell themselves
    std::vector<std::string> kinds = {"farm", "settlement", "risk"};
    int near_m = 0;          // this near is "approaching"; 0: only where a collar warns
    int margin_m = 100;      // is out, or no longer near, only when this much farther
    int approach_min = 360;  // after which an approach that came to nothing is over
    Severity approach = Severity::warning;
    Severity inside = Severity::critical;
  } zones;
  struct Still {
    int radius_m = 50;
    int hours = 12;  // within the radius; 0: only where a collar tells
    Severity severity = Severity::critical;
  } still;
  struct Silent {
    bool watch = true;
    int interval_min = 0;  // between messages; 0: learned from each device
    Severity severity = Severity::warning;
  } silent;
  struct Battery {
    int low_mv = 3300;
    int good_mv = 3500;  // charged again
    Severity severity = Severity::warning;
  } battery;
  struct Temperature {
    int low_c = -100;
    int high_c = 155;
    int margin_c = 2;
    Severity severity = Severity::warning;
  } temperature;
  struct Moisture {  // of soil, m3 a m3, at each sensor
    double low = -1;
    double high = 2;
    double margin = 0.01;
    Severity severity = Severity::warning;
  } moisture;
  struct Irrigation {
    std::vector<int> sensors;  // of soil moisture, whose mean is the root zone's; none: no advice
    Soil soil;
    Severity severity = Severity::warning;
  } irrigation;
  struct Sensors {
    int faulty_after = 6;  // readings in a row that are missing or cannot be; 0: never
    Severity severity = Severity::notice;
  } sensors;
  struct Keep {  // 0 days: for ever
    int positions_days = 0;
    int positions_every_h = 6;
    int readings_days = 0;
    int readings_every_h = 24;
    int uplinks_days = 0;
  } keep;
  struct Call {
    int score = 0;       // at which a collar's call is told, 1 to 255; 0: none is
    int quiet_min = 60;  // without one it is over
    Severity severity = Severity::notice;
  } call;
  struct Drift {
    bool watch = true;
    int baseline_days = 21;     // what is usual: from the first sample on
    int window_days = 14;       // what is compared with it
    double probability = 1e-4;  // below which it is drift, from this distance on
    double distance = 0.25;
    Severity severity = Severity::notice;
  } drift;
  struct Downlinks {
    int a_day = 10;         // to a device; The Things Network's fair use
    int frame_bytes = 51;   // what the slowest rate that devices listen at takes
    int give_up_days = 60;  // without progress
  } downlinks;
  struct Mail {
    std::vector<std::string> to;  // none: no mail
    std::string from;
    std::string server;  // smtps://HOST or smtp://HOST, which must then offer TLS
    std::string user;
    std::string password_file;  // beside station.toml
    std::string password;       // what stands in it
    std::string ca_file;        // whom to trust, instead of the system's
    bool plain = false;         // without TLS: for a server on this machine
  };
  struct EarthRanger {
    std::string url;  // of a site; none: not told
    std::string provider = "sengi";
    std::string token_file;  // beside station.toml
    std::string token;       // what stands in it
  };
  struct Telling {
    std::vector<std::string> webhooks;  // URLs
    std::string secret_file;            // beside station.toml
    std::string secret;                 // what stands in it, decoded
    Mail mail;
    std::string mqtt;  // a broker's address; none: not told
    std::string mqtt_topic = "sengi/alerts";
    EarthRanger earthranger;
    int escalate_min = 30;  // told again while nobody acknowledges; 0: never
    int escalations = 3;
    QuietHours quiet;

    // What letters are addressed to: webhooks by their URLs, and these.
    static constexpr const char* by_mail = "mail";
    static constexpr const char* by_mqtt = "mqtt";
    static constexpr const char* by_earthranger = "earthranger";
    std::vector<std::string> targets() const;
  } telling;
};

// `folder`: of the file, against which the names of others in it are read.
// Errors: as project::read_config() tells them, with line and column; a zone file or a secret that
// cannot be read; bounds that contradict one another.
Result<Settings> parse_settings(std::string_view text, std::string_view file,
                                const std::filesystem::path& folder);
Result<Settings> load_settings(const std::filesystem::path& path);

}  // namespace sengi::station
