// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <cstdio>
#include <filesystem>
#include <map>
#include <memory>
#include <nlohmann/json.hpp>
#include <sstream>
#include <variant>

#include "base/files.h"
#include "base/text.h"
#include "cli/link.h"
#include "cli/table.h"
#include "data/audio.h"
#include "link/uplink.h"
#include "sengi/link/airtime.h"
#include "sengi/link/keys.h"
#include "signal/clip_pieces.h"

namespace sengi::cli {
namespace {

using Json = nlohmann::ordered_json;
using link::Bytes;

// ---- decode

struct Decoding {
  std::string what;
  std::optional<int> port;
  std::string clips;  // a folder for their sound; empty: none
  std::int32_t clip_hz = 2000;
};

// Lines of a file, each a message, with "PORT " before it or not; else one message.
struct Line {
  std::string where;  // "uplinks.txt:3: ", or empty
  std::string text;
  std::optional<int> port;
};

Result<std::vector<Line>> lines_of(const Decoding& decoding) {
  if (!std::filesystem::is_regular_file(decoding.what)) {
    return std::vector<Line>{{"", decoding.what, decoding.port}};
  }
  SENGI_TRY(text, read_text(decoding.what));
  std::vector<Line> lines;
  std::istringstream stream(text);
  std::size_t number = 0;
  for (std::string one; std::getline(stream, one);) {
    ++number;
    if (const auto comment = one.find('#'); comment != std::string::npos) one.resize(comment);
    if (one.find_first_not_of(" \t\r") == std::string::npos) continue;
    Line line{fmt::format("{}:{}: ", decoding.what, number), one, decoding.port};
    if (const auto colon = one.find('@'); colon != std::string::npos) {
      line.text = one.substr(0, colon);
      int port = 0;
      const std::string digits = one.substr(colon + 1);
      if (std::sscanf(digits.c_str(), "%d", &port) != 1 || port < 0 || port > 255) {
        return Error{line.where + "a port from 0 to 255 belongs behind @"};
      }
      line.port = port;
    }
    lines.push_back(std::move(line));
  }
  return lines;
}

using Pieces = std::map<std::uint16_t, std::vector<Bytes>>;  // by clip

// Each clip that a piece came of, as WAV; what did not come is silence.
Result<void> write_clips(const Pieces& clips, const Decoding& decoding) {
  for (const auto& [number, pieces] : clips) {
    SENGI_TRY(clip, signal::join_pieces(pieces));
    const auto file = std::filesystem::path(decoding.clips) / fmt::format("clip_{:05}.wav", number);
    SENGI_CHECK(data::write_wav(file, {decoding.clip_hz, clip.samples}));
    const std::string missing =
        clip.missing_pieces.empty()
            ? std::string()
            : fmt::format(", {} of it missing", counted(clip.missing_pieces.size(), "piece"));
    fmt::print(stderr, "wrote {}: {:.1f} s{}\n", file.string(),
               static_cast<double>(clip.samples.size()) / decoding.clip_hz, missing);
  }
  return {};
}

Result<Status> decode(const Decoding& decoding) {
  SENGI_TRY(lines, lines_of(decoding));
  Pieces clips;
  std::string words;
  for (const Line& line : lines) {
    const auto bytes = link::from_text(line.text);
    if (!bytes.ok()) {
      return Error{line.where.empty()
                       ? fmt::format("{}: no file, and {}", line.text, bytes.error().message)
                       : line.where + bytes.error().message};
    }
    const auto uplink = link::decode_uplink(bytes.value(), line.port);
    if (!uplink.ok()) {
      // Of what was typed in: what it was taken for may not be what was meant.
      return Error{
          line.where.empty()
              ? fmt::format("{}: no uplink of Sengi's or OpenCollar Edge's; taken for {}, {}",
                            line.text, counted(bytes.value().size(), "byte"),
                            uplink.error().message)
              : line.where + uplink.error().message};
    }
    if (const auto* clip = std::get_if<link::Clip>(&uplink.value())) {
      clips[clip->number].push_back(clip->bytes);
    }
    words += lines.size() == 1 ? Json::parse(link::to_json(uplink.value())).dump(2)
                               : link::to_json(uplink.value());
    words += '\n';
  }
  SENGI_CHECK(say(words));
  if (!decoding.clips.empty()) SENGI_CHECK(write_clips(clips, decoding));
  return Status::done;
}

void add_decode(CLI::App& group, Session& session) {
  auto decoding = std::make_shared<Decoding>();
  CLI::App* command = group.add_subcommand("decode", "What an uplink says, as JSON");
  command
      ->add_option("MESSAGE", decoding->what,
                   "Hexadecimal or base64, or a file with a message a line")
      ->required();
  command->add_option("--port", decoding->port, "The LoRaWAN port that it came on")
      ->check(CLI::Range(0, 255));
  command->add_option("--clips", decoding->clips,
                      "A folder to write the sound into of which there are pieces");
  command->add_option("--clip-hz", decoding->clip_hz, "Its samples a second")
      ->check(CLI::Range(100, 192000))
      ->capture_default_str();
  add_json(*command, session);
  command->footer(
      "Messages of Sengi and of OpenCollar Edge. In a file, '@23' behind a message is its port "
      "and\n"
      "what follows # is not read; each line's JSON is a line. Always JSON, with --json or "
      "without.\n\n"
      "Examples:\n"
      "  sengi link decode 9D0F1C04C8AD4A0306A65F5C7CC0BC4536\n"
      "  sengi link decode nQ8cBMitSgMGpl9cfMC8RTY= --port 24\n"
      "  sengi link decode uplinks.txt | jq .time\n"
      "  sengi link decode uplinks.txt --clips heard/");
  command->callback(
      [decoding, &session] { session.action = [decoding] { return decode(*decoding); }; });
}

// ---- airtime

struct Airtime {
  std::string region = "EU868";
  std::uint32_t bytes = 51;
  std::uint32_t options = 0;
};

Result<Status> airtime(const Airtime& asked, const Session& session) {
  const bool is_eu = asked.region == "EU868";
  const link::Region region = is_eu ? link::Region::eu868 : link::Region::us915;
  Json list = Json::array();
  std::string words = fmt::format("{} bytes of payload, {} with LoRaWAN around it\n\n", asked.bytes,
                                  asked.bytes + asked.options + link::lorawan_bytes);
  Table table({"rate", ">SF", ">kHz", ">airtime ms", is_eu ? ">an hour" : "fits"});
  for (std::uint8_t rate = 0;; ++rate) {
    const link::DataRate data_rate = link::uplink_data_rate(region, rate);
    if (data_rate.payload_max == 0) break;
    const auto most =
        link::uplink_bytes_max(region, rate, static_cast<std::uint8_t>(asked.options));
    const std::uint32_t us = link::uplink_us(region, rate, asked.bytes, asked.options);
    const bool fits = asked.bytes <= most;
    const std::uint32_t an_hour = 36'000'000 / us;
    list.push_back({{"data_rate", rate},
                    {"spreading_factor", data_rate.modulation.spreading_factor},
                    {"bandwidth_khz", data_rate.modulation.bandwidth_khz},
                    {"airtime_us", us},
                    {"payload_max", most},
                    {"fits", fits},
                    {"messages_an_hour", is_eu ? Json(an_hour) : Json(nullptr)}});
    table.add({fmt::format("DR{}", rate), std::to_string(data_rate.modulation.spreading_factor),
               std::to_string(data_rate.modulation.bandwidth_khz), fmt::format("{:.1f}", us / 1e3),
               !fits   ? fmt::format("{} at most", most)
               : is_eu ? std::to_string(an_hour)
                       : "yes"});
  }
  if (session.json) {
    SENGI_CHECK(say(list.dump(2) + "\n"));
    return Status::done;
  }
  words += table.text();
  words +=
      is_eu ? "\nAn hour: messages within 1 % of the time (ETSI EN 300 220, 868.0 to 868.6 MHz).\n"
            : "\nNo transmission may take more than 400 ms on 125 kHz (FCC 15.247).\n";
  SENGI_CHECK(say(words));
  return Status::done;
}

void add_airtime(CLI::App& group, Session& session) {
  auto asked = std::make_shared<Airtime>();
  CLI::App* command = group.add_subcommand("airtime", "How long an uplink of so many bytes takes");
  command->add_option("--region", asked->region, "EU868 or US915")
      ->check(CLI::IsMember({"EU868", "US915"}))
      ->capture_default_str();
  command->add_option("--bytes", asked->bytes, "Of the message, without LoRaWAN's own")
      ->check(CLI::Range(0, 242))
      ->capture_default_str();
  command->add_option("--options", asked->options, "Bytes of LoRaWAN frame options beside it")
      ->check(CLI::Range(0, 15))
      ->capture_default_str();
  add_json(*command, session);
  command->footer(
      "Semtech's formula (SX1276 datasheet, 4.1.1.7) at each uplink rate of a region.\n\n"
      "Examples:\n"
      "  sengi link airtime --region EU868 --bytes 51\n"
      "  sengi link airtime --region US915 --bytes 11 --json");
  command->callback([asked, &session] {
    session.action = [asked, &session] { return airtime(*asked, session); };
  });
}

// ---- key

std::string_view words_of(link::WeakKey weakness) {
  switch (weakness) {
    case link::WeakKey::none:
      return "not a key that is known to be public";
    case link::WeakKey::wrong_length:
      return "not 16 bytes";
    case link::WeakKey::all_same:
      return "all its bytes are the same";
    case link::WeakKey::sequence:
      return "its bytes count up or down in even steps";
    case link::WeakKey::repeated:
      return "its second half repeats the first";
    case link::WeakKey::published:
      return "a default or an example that is in print";
  }
  return "";
}

// Keys come in a file: what is on a command line is in the shell's history.
Result<Status> check_keys(const std::string& path, const Session& session) {
  SENGI_TRY(text, read_text(path));
  std::istringstream stream(text);
  std::size_t number = 0;
  std::size_t keys = 0;
  bool weak = false;
  Json list = Json::array();
  std::string words;
  for (std::string line; std::getline(stream, line);) {
    ++number;
    if (const auto comment = line.find('#'); comment != std::string::npos) line.resize(comment);
    if (line.find_first_not_of(" \t\r") == std::string::npos) continue;
    const auto key = link::from_hex(line);
    // The message of from_hex would show a character of the key.
    if (!key.ok()) return Error{fmt::format("{}:{}: no hexadecimal key", path, number)};
    const link::WeakKey weakness = link::weakness_of(key.value());
    ++keys;
    weak = weak || weakness != link::WeakKey::none;
    list.push_back({{"line", number},
                    {"weak", weakness != link::WeakKey::none},
                    {"why", std::string(words_of(weakness))}});
    words += fmt::format("{}:{}: {}\n", path, number, words_of(weakness));
  }
  if (keys == 0) return Error{path + ": no keys; one a line, in hexadecimal"};
  if (session.json) {
    SENGI_CHECK(say(list.dump(2) + "\n"));
  } else if (session.talks()) {
    SENGI_CHECK(say(words));
  }
  return weak ? Status::no : Status::done;
}

void add_keys(CLI::App& group, Session& session) {
  auto path = std::make_shared<std::string>();
  CLI::App* command = group.add_subcommand("keys", "Whether a device's keys are public knowledge");
  command->add_option("FILE", *path, "A file with a key a line, in hexadecimal")->required();
  add_json(*command, session);
  add_quiet(*command, session);
  command->footer(
      "Ends with 1 where a key is a vendor's default, an example of a standard, all the same byte, "
      "a\n"
      "sequence, or a repetition. A collar with such a key does not start. No key is printed.\n\n"
      "Example:\n"
      "  sengi link keys collar-17.keys && provision collar-17.keys");
  command->callback([path, &session] {
    session.action = [path, &session] { return check_keys(*path, session); };
  });
}

}  // namespace

void add_link(CLI::App& app, Session& session) {
  CLI::App* command = app.add_subcommand("link", "What a device sends and is told by radio");
  command->require_subcommand(1);
  add_decode(*command, session);
  add_link_send(*command, session);
  add_link_readings(*command, session);
  add_airtime(*command, session);
  add_keys(*command, session);
  command->footer(
      "Examples:\n"
      "  sengi link decode 9D0F1C04C8AD4A0306A65F5C7CC0BC4536\n"
      "  sengi link send set --version 3 gps_interval_min_s=600\n"
      "  sengi link send blob zones.bin --kind zones --version 9\n"
      "  sengi link airtime --region EU868 --bytes 51");
}

}  // namespace sengi::cli
