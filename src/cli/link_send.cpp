// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <memory>
#include <nlohmann/json.hpp>

#include "base/files.h"
#include "cli/link.h"
#include "link/downlinks.h"
#include "link/uplink.h"

namespace sengi::cli {
namespace {

using Json = nlohmann::ordered_json;
using link::Bytes;

struct Sending {
  std::string blob;
  std::string missing;  // a reply
  std::string kind = "settings";
  std::vector<std::string> settings;
  std::uint16_t version = 0;
  std::uint16_t first = 0;
  std::size_t frame_bytes = link::downlink_bytes_max;
  bool base64 = false;
};

link::BlobKind kind_of(const Sending& sending) {
  return sending.kind == "zones" ? link::BlobKind::zones : link::BlobKind::settings;
}

Result<Status> show(const std::vector<Bytes>& frames, const Sending& sending,
                    const Session& session) {
  std::string words;
  Json list = Json::array();
  for (const Bytes& frame : frames) {
    list.push_back({{"fPort", link::downlink_port},
                    {"hex", link::to_hex(frame)},
                    {"base64", link::to_base64(frame)}});
    words += (sending.base64 ? link::to_base64(frame) : link::to_hex(frame)) + "\n";
  }
  SENGI_CHECK(say(session.json ? list.dump(2) + "\n" : words));
  return Status::done;
}

Result<Status> send_set(const Sending& sending, const Session& session) {
  std::map<std::string, std::int32_t> settings;
  for (const std::string& one : sending.settings) {
    const auto equals = one.find('=');
    if (equals == std::string::npos) return Error{one + ": settings are given as name=value"};
    const std::string value = one.substr(equals + 1);
    std::size_t read = 0;
    try {
      settings[one.substr(0, equals)] = std::stoi(value, &read);
    } catch (const std::exception&) {
      read = 0;
    }
    if (read == 0 || read != value.size()) {
      return Error{fmt::format("{}: '{}' is no whole number", one, value)};
    }
  }
  SENGI_TRY(frame, link::settings_frame(sending.version, settings));
  return show({frame}, sending, session);
}

Result<Status> send_blob(const Sending& sending, const Session& session) {
  SENGI_TRY(file, read_file(sending.blob));
  const std::span blob(reinterpret_cast<const std::uint8_t*>(file.data()), file.size());
  auto frames = link::transfer_frames(kind_of(sending), sending.version, blob, sending.frame_bytes);
  if (!frames.ok()) return Error{sending.blob + ": " + frames.error().message};
  if (sending.missing.empty()) return show(frames.value(), sending, session);
  SENGI_TRY(bytes, link::from_text(sending.missing));
  SENGI_TRY(uplink, link::decode_uplink(bytes));
  const auto* reply = std::get_if<link::Reply>(&uplink);
  if (reply == nullptr) return Error{"--missing takes a reply to a downlink, and this is none"};
  SENGI_TRY(missing, link::missing_frames(frames.value(), *reply));
  return show(missing, sending, session);
}

CLI::App* add_one(CLI::App& group, const char* name, const char* words, Sending& sending,
                  Session& session) {
  CLI::App* command = group.add_subcommand(name, words);
  command->add_option("--version", sending.version, "Of what is sent, above all before: 1 .. 65535")
      ->required()
      ->check(CLI::Range(1, 65'535));
  command->add_flag("--base64", sending.base64, "Print base64 instead of hexadecimal");
  add_json(*command, session);
  return command;
}

void add_kind(CLI::App& command, Sending& sending) {
  command.add_option("--kind", sending.kind, "settings or zones")
      ->check(CLI::IsMember({"settings", "zones"}))
      ->capture_default_str();
}

void add_order(CLI::App& group, Session& session, const char* name, const char* words,
               link::Operation operation) {
  auto sending = std::make_shared<Sending>();
  CLI::App* command = add_one(group, name, words, *sending, session);
  add_kind(*command, *sending);
  if (operation == link::Operation::query) {
    command->add_option("--first", sending->first, "The first piece to ask about");
  }
  command->callback([sending, operation, &session] {
    session.action = [sending, operation, &session]() -> Result<Status> {
      SENGI_TRY(frame,
                link::order_frame(operation, kind_of(*sending), sending->version, sending->first));
      return show({frame}, *sending, session);
    };
  });
}

}  // namespace

void add_link_send(CLI::App& group, Session& session) {
  CLI::App* send = group.add_subcommand("send", "Downlinks, as the frames to queue on port 17");
  send->require_subcommand(1);

  auto setting = std::make_shared<Sending>();
  CLI::App* set = add_one(*send, "set", "Change settings", *setting, session);
  set->add_option("SETTING", setting->settings, "name=value, up to nine")->required();
  set->callback([setting, &session] {
    session.action = [setting, &session] { return send_set(*setting, session); };
  });

  auto sending = std::make_shared<Sending>();
  CLI::App* blob = add_one(*send, "blob", "Send a file in pieces", *sending, session);
  blob->add_option("FILE", sending->blob, "What to send, such as zones")->required();
  add_kind(*blob, *sending);
  blob->add_option("--frame-bytes", sending->frame_bytes, "The longest downlink, 11 .. 51")
      ->check(CLI::Range(11, 51))
      ->capture_default_str();
  blob->add_option("--missing", sending->missing,
                   "The collar's reply, in hexadecimal or base64: only what it lacks");

  blob->callback([sending, &session] {
    session.action = [sending, &session] { return send_blob(*sending, session); };
  });
  add_order(*send, session, "query", "Ask which pieces are missing", link::Operation::query);
  add_order(*send, session, "commit", "Take what has arrived into use, on trial",
            link::Operation::commit);
  add_order(*send, session, "confirm", "Keep what is on trial", link::Operation::confirm);
  add_order(*send, session, "roll-back", "Go back to what was before", link::Operation::roll_back);
  send->footer(
      "A frame a line, in the order to send them. The collar answers on port 17; what it is given "
      "is\n"
      "on trial until it is confirmed, and gone again if it is not.\n\n"
      "Examples:\n"
      "  sengi link send set --version 3 gps_interval_min_s=600 call_threshold=180\n"
      "  sengi link send blob zones.bin --kind zones --version 9 --base64\n"
      "  sengi link send blob zones.bin --kind zones --version 9 --missing EE081424200100052007\n"
      "  sengi link send confirm --kind zones --version 9");
}

}  // namespace sengi::cli
