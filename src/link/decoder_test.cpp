// SPDX-License-Identifier: Apache-2.0
// firmware/collar/decoder.js against the C++ decoder, under node.
#include <gtest/gtest.h>

#include <fstream>
#include <nlohmann/json.hpp>
#include <random>
#include <sstream>

#include "base/files.h"
#include "base/process.h"
#include "link/downlinks.h"
#include "link/random_uplinks.h"
#include "link/uplink.h"

namespace sengi::link {
namespace {

using nlohmann::json;

// Calls functions of decoder.js with each line of a file, and prints what they return.
constexpr std::string_view driver = R"(
var fs = require('fs');
var vm = require('vm');
vm.runInThisContext(fs.readFileSync(process.argv[2], 'utf8'));
var out = [];
fs.readFileSync(process.argv[3], 'utf8').split('\n').forEach(function (line) {
  if (!line) return;
  var call = JSON.parse(line);
  out.push(JSON.stringify(globalThis[call.call](call.input)));
});
fs.writeFileSync(process.argv[4], out.join('\n') + '\n');
)";

std::vector<json> through_node(const std::vector<json>& calls) {
  const auto folder = TemporaryFolder::make();
  EXPECT_TRUE(folder.ok());
  const auto& path = folder.value().path();
  std::string lines;
  for (const json& call : calls) lines += call.dump() + "\n";
  EXPECT_TRUE(write_text(path / "driver.js", driver).ok());
  EXPECT_TRUE(write_text(path / "calls.jsonl", lines).ok());
  const auto run =
      run_process({"node", (path / "driver.js").string(),
                   std::string(SENGI_SOURCE_DIR) + "/firmware/collar/decoder.js",
                   (path / "calls.jsonl").string(), (path / "answers.jsonl").string()});
  EXPECT_TRUE(run.ok());
  if (!run.ok()) return {};
  EXPECT_EQ(run.value().exit_status, 0) << run.value().err;
  std::vector<json> answers;
  std::ifstream file(path / "answers.jsonl");
  for (std::string line; std::getline(file, line);) answers.push_back(json::parse(line));
  return answers;
}

TEST(DecoderJs, SaysOfEveryUplinkWhatTheDecoderHereSays) {
  if (!find_program("node")) GTEST_SKIP() << "node is missing";
  std::mt19937 random(1);
  std::vector<json> calls;
  std::vector<std::pair<Bytes, std::optional<int>>> sent;
  for (int i = 0; i < 40'000; ++i) {
    auto [bytes, port] = random_uplink(random);
    if (i % 2 != 0) damage(bytes, random);
    if (random() % 8 == 0) port = static_cast<int>(random() % 40);
    std::optional<int> known = port;
    if (random() % 8 == 0) known.reset();
    json input{{"bytes", bytes}};
    if (known) input["fPort"] = *known;
    calls.push_back({{"call", "decodeUplink"}, {"input", input}});
    sent.emplace_back(bytes, known);
  }
  const std::vector<json> answers = through_node(calls);
  ASSERT_EQ(answers.size(), sent.size());
  std::size_t sound = 0;
  std::map<std::string, int> kinds;
  for (std::size_t i = 0; i < sent.size(); ++i) {
    const auto& [bytes, port] = sent[i];
    const auto uplink = decode_uplink(bytes, port);
    if (uplink.ok()) {
      const json expected = json::parse(to_json(uplink.value()));
      ASSERT_EQ(answers[i].value("data", json()), expected)
          << to_hex(bytes) << " on port " << port.value_or(-1);
      ASSERT_TRUE(answers[i]["errors"].empty());
      ++sound;
      ++kinds[expected["message"]];
    } else {
      ASSERT_FALSE(answers[i].contains("data"))
          << to_hex(bytes) << " on port " << port.value_or(-1) << ": " << uplink.error().message;
      ASSERT_EQ(answers[i]["errors"], json::array({uplink.error().message}))
          << to_hex(bytes) << " on port " << port.value_or(-1);
      ++kinds[uplink.error().message.substr(uplink.error().message.find(':'))];
    }
  }
  // Each kind of message and of fault was among them, often.
  EXPECT_GT(sound, 10'000U);
  EXPECT_EQ(kinds.size(), 23U + 6U);
  for (const auto& [kind, count] : kinds) EXPECT_GT(count, 20) << kind;
}

TEST(DecoderJs, EncodesDownlinksAsTheEncoderHereDoes) {
  if (!find_program("node")) GTEST_SKIP() << "node is missing";
  std::mt19937 random(2);
  std::vector<json> calls;
  std::vector<Bytes> expected;
  const auto expect = [&](json data, Bytes bytes) {
    calls.push_back({{"call", "encodeDownlink"}, {"input", {{"data", std::move(data)}}}});
    calls.push_back({{"call", "decodeDownlink"}, {"input", {{"fPort", 17}, {"bytes", bytes}}}});
    expected.push_back(std::move(bytes));
  };
  for (int i = 0; i < 2000; ++i) {
    const auto version = static_cast<std::uint16_t>(1 + random() % 65'535);
    std::map<std::string, std::int32_t> settings;
    const std::size_t count = 1 + random() % 4;
    while (settings.size() < count) {
      const std::size_t at = random() % settings_count;
      const SettingBounds& bounds = setting_bounds[at];
      settings[setting_names[at]] =
          std::uniform_int_distribution<std::int32_t>(bounds.lowest, bounds.highest)(random);
    }
    const auto frame = settings_frame(version, settings);
    if (!frame.ok()) continue;  // two that do not go together
    json set = settings;
    set["version"] = version;
    expect({{"set", set}}, frame.value());
  }
  const Bytes blob(1000, 0x5C);
  const auto frames = transfer_frames(BlobKind::zones, 9, blob).value();
  expect({{"begin",
           {{"kind", "zones"},
            {"version", 9},
            {"length", 1000},
            {"piece_bytes", 44},
            {"crc", crc32(blob)}}}},
         frames[0]);
  for (std::size_t i = 1; i + 1 < frames.size(); ++i) {
    const Bytes data(frames[i].begin() + 7, frames[i].end());
    expect({{"piece", {{"kind", "zones"}, {"version", 9}, {"index", i - 1}, {"bytes", data}}}},
           frames[i]);
  }
  expect({{"commit", {{"kind", "zones"}, {"version", 9}}}}, frames.back());
  const auto order = [](Operation operation, std::uint16_t first = 0) {
    return order_frame(operation, BlobKind::settings, 258, first).value();
  };
  expect({{"confirm", {{"kind", "settings"}, {"version", 258}}}}, order(Operation::confirm));
  expect({{"roll_back", {{"kind", "settings"}, {"version", 258}}}}, order(Operation::roll_back));
  expect({{"query", {{"kind", "settings"}, {"version", 258}, {"first", 513}}}},
         order(Operation::query, 513));

  const std::vector<json> answers = through_node(calls);
  ASSERT_EQ(answers.size(), 2 * expected.size());
  for (std::size_t i = 0; i < expected.size(); ++i) {
    ASSERT_EQ(answers[2 * i]["bytes"], json(expected[i])) << calls[2 * i].dump();
    ASSERT_EQ(answers[2 * i]["fPort"], 17);
    // And what it reads back is what it was asked for.
    ASSERT_EQ(answers[2 * i + 1]["data"], calls[2 * i]["input"]["data"]);
  }
}

TEST(DecoderJs, RefusesDownlinksOutOfBounds) {
  if (!find_program("node")) GTEST_SKIP() << "node is missing";
  std::vector<json> calls;
  for (std::size_t i = 0; i < settings_count; ++i) {
    for (const std::int32_t value : {setting_bounds[i].lowest - 1, setting_bounds[i].highest + 1}) {
      calls.push_back(
          {{"call", "encodeDownlink"},
           {"input", {{"data", {{"set", {{"version", 1}, {setting_names[i], value}}}}}}}});
    }
  }
  for (const json& data :
       {json{{"set", {{"version", 1}}}}, json{{"set", {{"version", 1}, {"speed", 1}}}},
        json{{"dance", json::object()}}, json{{"commit", {{"kind", "dogs"}, {"version", 1}}}},
        json{{"commit", {{"kind", "zones"}, {"version", 0}}}}}) {
    calls.push_back({{"call", "encodeDownlink"}, {"input", {{"data", data}}}});
  }
  for (const json& answer : through_node(calls)) {
    EXPECT_FALSE(answer.contains("bytes"));
    EXPECT_EQ(answer["errors"].size(), 1U);
  }
}

}  // namespace
}  // namespace sengi::link
