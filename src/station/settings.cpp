// SPDX-License-Identifier: Apache-2.0
#include "station/settings.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "base/files.h"
#include "link/hex.h"
#include "project/config_reader.h"
#include "sengi/link/readings.h"
#include "station/mqtt_source.h"

namespace sengi::station {
namespace {

constexpr std::array<std::string_view, 3> severity_names = {"notice", "warning", "critical"};
constexpr std::int64_t day_ms = 86'400'000;
constexpr std::int64_t minute_ms = 60'000;

Severity severity_named(std::string_view name) {
  for (std::size_t i = 0; i < severity_names.size(); ++i) {
    if (severity_names[i] == name) return static_cast<Severity>(i);
  }
  return Severity::warning;
}

// "22:30" in minutes.
Result<int> minutes_in(const std::string& text, std::string_view key) {
  const auto digit = [&](std::size_t at) { return text[at] >= '0' && text[at] <= '9'; };
  const bool form =
      text.size() == 5 && digit(0) && digit(1) && text[2] == ':' && digit(3) && digit(4);
  const int hour = form ? (text[0] - '0') * 10 + text[1] - '0' : 24;
  const int minute = form ? (text[3] - '0') * 10 + text[4] - '0' : 60;
  if (hour > 23 || minute > 59) {
    return Error{fmt::format("{}: '{}' is no time of day such as \"22:30\"", key, text)};
  }
  return hour * 60 + minute;
}

// "soil_moisture.3" is 3.
Result<std::vector<int>> moisture_sensors(const std::vector<std::string>& names,
                                          std::string_view file) {
  constexpr std::string_view quantity = "soil_moisture.";
  std::vector<int> sensors;
  for (const std::string& name : names) {
    const std::string digits = name.starts_with(quantity) ? name.substr(quantity.size()) : "";
    const bool is_one = !digits.empty() && digits.size() <= 2 &&
                        digits.find_first_not_of("0123456789") == std::string::npos &&
                        std::stoi(digits) < link::sensors_max;
    if (!is_one) {
      return Error{fmt::format(
          "{}: irrigation.sensors: '{}' is no sensor such as \"soil_moisture.0\"", file, name)};
    }
    sensors.push_back(std::stoi(digits));
  }
  return sensors;
}

Result<std::string> secret_in(const std::filesystem::path& path) {
  SENGI_TRY(text, read_text(path));
  text.erase(text.find_last_not_of(" \r\n\t") + 1);
  constexpr std::string_view prefix = "whsec_";
  if (text.starts_with(prefix)) text.erase(0, prefix.size());
  const auto bytes = link::from_base64(text);
  if (!bytes.ok() || bytes.value().size() < 24) {
    return Error{path.string() +
                 ": a secret of at least 24 bytes in base64 belongs here; make one with: openssl "
                 "rand -base64 32"};
  }
  return std::string(bytes.value().begin(), bytes.value().end());
}

// What stands in no comment is ASCII without control characters (\u00E9 in quotes is an e with an
// accent): elsewhere toml++ 3.3 gets where it says that nothing gets (found by settings_fuzz.cpp).
// Texts of several lines have no place here.
Result<void> check_text(std::string_view text, std::string_view file) {
  char quote = '\0';
  bool comment = false;
  bool escaped = false;
  int line = 1;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    const auto byte = static_cast<unsigned char>(c);
    const bool control = (byte < 32 && c != '\t' && c != '\n' && c != '\r') || byte == 127;
    const std::string_view three = text.substr(i, 3);
    if (control || (!comment && byte >= 128) || three == "\"\"\"" || three == "\'\'\'") {
      return Error{
          fmt::format("{}:{}: only comments may be other than ASCII (in quotes \\u00E9 is an "
                      "accented e), and no text may be over several lines",
                      file, line)};
    }
    if (c == '\n') {
      quote = '\0';
      comment = false;
      escaped = false;
      ++line;
    } else if (escaped) {
      escaped = false;
    } else if (quote == '"' && c == '\\') {
      escaped = true;
    } else if (quote != '\0') {
      if (c == quote) quote = '\0';
    } else if (!comment) {
      comment = c == '#';
      if (c == '"' || c == '\'') quote = c;
    }
  }
  return {};
}

// A word or two in a file of its own, so that station.toml can be shown around.
Result<void> take_word(const std::filesystem::path& folder, const std::string& name,
                       std::string& word) {
  if (name.empty()) return {};
  SENGI_TRY(text, read_text(folder / name));
  text.erase(text.find_last_not_of(" \r\n\t") + 1);
  if (text.empty()) return Error{(folder / name).string() + ": nothing stands in it"};
  word = std::move(text);
  return {};
}

Result<void> check_telling(const Settings::Telling& telling, std::string_view file) {
  const Settings::Mail& mail = telling.mail;
  if (!mail.to.empty() && (mail.from.empty() || mail.server.empty())) {
    return Error{fmt::format("{}: mail needs telling.mail_from and telling.mail_server", file)};
  }
  if (!mail.server.empty() && !mail.server.starts_with("smtp://") &&
      !mail.server.starts_with("smtps://")) {
    return Error{
        fmt::format("{}: telling.mail_server: '{}' is no address such as "
                    "\"smtps://mail.example.org\"",
                    file, mail.server)};
  }
  std::vector<std::string> addresses = mail.to;
  if (!mail.from.empty()) addresses.push_back(mail.from);
  for (const std::string& address : addresses) {
    if (address.find('@') == std::string::npos ||
        address.find_first_of(" <>,;\r\n") != std::string::npos) {
      return Error{fmt::format("{}: telling: '{}' is no address of mail", file, address)};
    }
  }
  if (!telling.mqtt.empty()) {
    const auto broker = parse_mqtt_address(telling.mqtt);
    if (!broker.ok())
      return Error{fmt::format("{}: telling.mqtt: {}", file, broker.error().message)};
    if (telling.mqtt_topic.empty() || telling.mqtt_topic.find_first_of("+#") != std::string::npos) {
      return Error{fmt::format("{}: telling.mqtt_topic: without + and #", file)};
    }
  }
  const Settings::EarthRanger& site = telling.earthranger;
  if (site.url.empty()) return {};
  if (!site.url.starts_with("http://") && !site.url.starts_with("https://")) {
    return Error{
        fmt::format("{}: telling.earthranger: '{}' is no http or https address", file, site.url)};
  }
  if (site.token.empty()) {
    return Error{fmt::format("{}: telling.earthranger_token_file is missing", file)};
  }
  return {};
}

Result<void> check(const Settings& settings, std::string_view file) {
  SENGI_CHECK(check_telling(settings.telling, file));
  if (settings.battery.good_mv < settings.battery.low_mv) {
    return Error{fmt::format("{}: battery.good_mv is below battery.low_mv", file)};
  }
  if (settings.temperature.high_c < settings.temperature.low_c) {
    return Error{fmt::format("{}: temperature.high_c is below temperature.low_c", file)};
  }
  if (settings.moisture.high < settings.moisture.low) {
    return Error{fmt::format("{}: moisture.high is below moisture.low", file)};
  }
  if (settings.irrigation.soil.field_capacity <= settings.irrigation.soil.wilting_point) {
    return Error{
        fmt::format("{}: irrigation.field_capacity must be above irrigation.wilting_point", file)};
  }
  for (const std::string& url : settings.telling.webhooks) {
    if (!url.starts_with("http://") && !url.starts_with("https://")) {
      return Error{
          fmt::format("{}: telling.webhooks: '{}' is no http or https address", file, url)};
    }
  }
  if (!settings.telling.webhooks.empty() && settings.telling.secret.empty()) {
    return Error{fmt::format(
        "{}: telling.secret_file is missing: without it nobody knows who calls a webhook", file)};
  }
  return {};
}

}  // namespace

std::string_view name_of(Severity severity) {
  return severity_names[static_cast<std::size_t>(severity)];
}

std::vector<std::string> Settings::Telling::targets() const {
  std::vector<std::string> all = webhooks;
  if (!mail.to.empty()) all.emplace_back(by_mail);
  if (!mqtt.empty()) all.emplace_back(by_mqtt);
  if (!earthranger.url.empty()) all.emplace_back(by_earthranger);
  return all;
}

std::int64_t QuietHours::due_ms(std::int64_t now_ms) const {
  const std::int64_t local = now_ms + utc_offset_min * minute_ms;
  const std::int64_t of_day = (local % day_ms + day_ms) % day_ms;
  const std::int64_t length = ((to_min - from_min) * minute_ms + day_ms) % day_ms;
  const std::int64_t into = (of_day - from_min * minute_ms + day_ms) % day_ms;
  return into < length ? now_ms + length - into : now_ms;
}

Result<Settings> parse_settings(std::string_view text, std::string_view file,
                                const std::filesystem::path& folder) {
  using namespace project;
  Settings s;
  const std::vector<std::string> severities(severity_names.begin(), severity_names.end());
  std::string approach = "warning";
  std::string inside = "critical";
  std::string still = "critical";
  std::string silent = "warning";
  std::string battery = "warning";
  std::string temperature = "warning";
  std::string moisture = "warning";
  std::string irrigation = "warning";
  std::string sensors = "notice";
  std::string call = "notice";
  std::string drift = "notice";
  std::vector<std::string> root_zone;
  std::string from = "00:00";
  std::string to = "00:00";
  const std::vector<Key> keys = {
      {"zones", "file", Text{&s.zones.file}},
      {"zones", "kinds", Texts{&s.zones.kinds}},
      {"zones", "near_m", Whole{&s.zones.near_m, 0, 100'000}},
      {"zones", "margin_m", Whole{&s.zones.margin_m, 0, 100'000}},
      {"zones", "approach_min", Whole{&s.zones.approach_min, 1, 100'000}},
      {"zones", "approach_severity", Choice{&approach, severities}},
      {"zones", "inside_severity", Choice{&inside, severities}},
      {"still", "radius_m", Whole{&s.still.radius_m, 1, 100'000}},
      {"still", "hours", Whole{&s.still.hours, 0, 10'000}},
      {"still", "severity", Choice{&still, severities}},
      {"silent", "watch", Flag{&s.silent.watch}},
      {"silent", "interval_min", Whole{&s.silent.interval_min, 0, 100'000}},
      {"silent", "severity", Choice{&silent, severities}},
      {"battery", "low_mv", Whole{&s.battery.low_mv, 0, 30'000}},
      {"battery", "good_mv", Whole{&s.battery.good_mv, 0, 30'000}},
      {"battery", "severity", Choice{&battery, severities}},
      {"temperature", "low_c", Whole{&s.temperature.low_c, -273, 1'000}},
      {"temperature", "high_c", Whole{&s.temperature.high_c, -273, 1'000}},
      {"temperature", "margin_c", Whole{&s.temperature.margin_c, 0, 100}},
      {"temperature", "severity", Choice{&temperature, severities}},
      {"moisture", "low", Number{&s.moisture.low, -1, 2}},
      {"moisture", "high", Number{&s.moisture.high, -1, 2}},
      {"moisture", "margin", Number{&s.moisture.margin, 0, 1}},
      {"moisture", "severity", Choice{&moisture, severities}},
      {"irrigation", "sensors", Texts{&root_zone}},
      {"irrigation", "field_capacity", Number{&s.irrigation.soil.field_capacity, 0, 1}},
      {"irrigation", "wilting_point", Number{&s.irrigation.soil.wilting_point, 0, 1}},
      {"irrigation", "root_m", Number{&s.irrigation.soil.root_m, 0.01, 10}},
      {"irrigation", "depletion", Number{&s.irrigation.soil.depletion, 0.01, 1}},
      {"irrigation", "efficiency", Number{&s.irrigation.soil.efficiency, 0.01, 1}},
      {"irrigation", "lead_days", Number{&s.irrigation.soil.lead_days, 0, 100}},
      {"irrigation", "severity", Choice{&irrigation, severities}},
      {"sensors", "faulty_after", Whole{&s.sensors.faulty_after, 0, 1'000}},
      {"sensors", "severity", Choice{&sensors, severities}},
      {"keep", "positions_days", Whole{&s.keep.positions_days, 0, 100'000}},
      {"keep", "positions_every_h", Whole{&s.keep.positions_every_h, 1, 8'760}},
      {"keep", "readings_days", Whole{&s.keep.readings_days, 0, 100'000}},
      {"keep", "readings_every_h", Whole{&s.keep.readings_every_h, 1, 8'760}},
      {"keep", "uplinks_days", Whole{&s.keep.uplinks_days, 0, 100'000}},
      {"call", "score", Whole{&s.call.score, 0, 255}},
      {"call", "quiet_min", Whole{&s.call.quiet_min, 1, 100'000}},
      {"call", "severity", Choice{&call, severities}},
      {"drift", "watch", Flag{&s.drift.watch}},
      {"drift", "baseline_days", Whole{&s.drift.baseline_days, 1, 1'000}},
      {"drift", "window_days", Whole{&s.drift.window_days, 1, 1'000}},
      {"drift", "probability", Number{&s.drift.probability, 0, 1}},
      {"drift", "distance", Number{&s.drift.distance, 0, 1}},
      {"drift", "severity", Choice{&drift, severities}},
      {"downlinks", "a_day", Whole{&s.downlinks.a_day, 0, 100'000}},
      {"downlinks", "frame_bytes", Whole{&s.downlinks.frame_bytes, 11, 51}},
      {"downlinks", "give_up_days", Whole{&s.downlinks.give_up_days, 1, 10'000}},
      {"telling", "webhooks", Texts{&s.telling.webhooks}},
      {"telling", "secret_file", Text{&s.telling.secret_file}},
      {"telling", "mail_to", Texts{&s.telling.mail.to}},
      {"telling", "mail_from", Text{&s.telling.mail.from}},
      {"telling", "mail_server", Text{&s.telling.mail.server}},
      {"telling", "mail_user", Text{&s.telling.mail.user}},
      {"telling", "mail_password_file", Text{&s.telling.mail.password_file}},
      {"telling", "mail_ca_file", Text{&s.telling.mail.ca_file}},
      {"telling", "mail_plain", Flag{&s.telling.mail.plain}},
      {"telling", "mqtt", Text{&s.telling.mqtt}},
      {"telling", "mqtt_topic", Text{&s.telling.mqtt_topic}},
      {"telling", "earthranger", Text{&s.telling.earthranger.url}},
      {"telling", "earthranger_provider", Text{&s.telling.earthranger.provider}},
      {"telling", "earthranger_token_file", Text{&s.telling.earthranger.token_file}},
      {"telling", "escalate_min", Whole{&s.telling.escalate_min, 0, 100'000}},
      {"telling", "escalations", Whole{&s.telling.escalations, 0, 100}},
      {"telling", "quiet_from", Text{&from}},
      {"telling", "quiet_to", Text{&to}},
      {"telling", "utc_offset_min", Whole{&s.telling.quiet.utc_offset_min, -720, 840}},
  };
  SENGI_CHECK(check_text(text, file));
  SENGI_CHECK(read_config(text, file, keys));
  s.zones.approach = severity_named(approach);
  s.zones.inside = severity_named(inside);
  s.still.severity = severity_named(still);
  s.silent.severity = severity_named(silent);
  s.battery.severity = severity_named(battery);
  s.temperature.severity = severity_named(temperature);
  s.moisture.severity = severity_named(moisture);
  s.irrigation.severity = severity_named(irrigation);
  s.sensors.severity = severity_named(sensors);
  s.call.severity = severity_named(call);
  s.drift.severity = severity_named(drift);
  SENGI_TRY(zone, moisture_sensors(root_zone, file));
  s.irrigation.sensors = std::move(zone);
  SENGI_TRY(from_min, minutes_in(from, "telling.quiet_from"));
  SENGI_TRY(to_min, minutes_in(to, "telling.quiet_to"));
  s.telling.quiet.from_min = from_min;
  s.telling.quiet.to_min = to_min;
  if (!s.zones.file.empty()) s.zones.file = (folder / s.zones.file).string();
  if (!s.telling.secret_file.empty()) {
    SENGI_TRY(secret, secret_in(folder / s.telling.secret_file));
    s.telling.secret = std::move(secret);
  }
  SENGI_CHECK(take_word(folder, s.telling.mail.password_file, s.telling.mail.password));
  SENGI_CHECK(take_word(folder, s.telling.earthranger.token_file, s.telling.earthranger.token));
  if (!s.telling.mail.ca_file.empty()) {
    s.telling.mail.ca_file = (folder / s.telling.mail.ca_file).string();
  }
  SENGI_CHECK(check(s, file));
  return s;
}

Result<Settings> load_settings(const std::filesystem::path& path) {
  SENGI_TRY(text, read_text(path));
  return parse_settings(text, path.string(), path.parent_path());
}

}  // namespace sengi::station
