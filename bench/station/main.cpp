// SPDX-License-Identifier: Apache-2.0
// What a station bears, on one core, with messages that emulated collars sent:
//
//   sengi run applications/elephant --track TRACK --accel made --days 30   # writes
//   out/uplinks.jsonl cmake --build --preset release --target station_bench
//   build/release/bench/station/station_bench FOLDER applications/elephant/out/uplinks.jsonl
//     [DEVICES] [SECONDS]
//
// Messages are as the collar sent them but for their time, which is moved to now. FOLDER is on the
// disk that is to be judged. Prints uplinks a second, each on disk before it counts, with so many
// devices known; how long the questions of a dashboard take; how long from an uplink to its alert
// at a webhook while uplinks come in; and the most memory that the process ever had.
#include <fmt/format.h>
#include <httplib.h>
#include <sched.h>

#include <algorithm>
#include <chrono>
#include <fstream>
#include <map>
#include <nlohmann/json.hpp>
#include <thread>

#include "base/files.h"
#include "link/hex.h"
#include "sengi/link/event.h"
#include "station/api.h"
#include "station/clock.h"
#include "station/envelope.h"
#include "station/intake.h"
#include "station/latest_positions.h"
#include "station/outbox.h"
#include "station/watch.h"
#include "station/webhook.h"

namespace {

using namespace sengi;
using namespace sengi::station;
using Clock = std::chrono::steady_clock;

constexpr std::size_t sources = 4;
constexpr std::size_t brought_at_once = 100;  // by each source, as a broker hands over
constexpr double usual_a_second = 3'000;      // beside which alerts are timed
constexpr std::int64_t day_ms = 86'400'000;

double ms_since(Clock::time_point start) {
  return std::chrono::duration<double, std::milli>(Clock::now() - start).count();
}

// The p-th of a hundred.
double percentile(std::vector<double> values, double p) {
  std::sort(values.begin(), values.end());
  const auto at = static_cast<std::size_t>(p / 100 * static_cast<double>(values.size() - 1));
  return values[at];
}

template <typename T>
T value_of(Result<T> result) {
  if (result.ok()) return std::move(result).value();
  fmt::print(stderr, "station_bench: {}\n", result.error().message);
  std::exit(2);
}

struct Message {
  std::int64_t time_ms;
  int port;
  link::Bytes bytes;
};

// What the collar's network heard, in the order of time, from when its clock was set.
std::vector<Message> messages_in(const std::string& path) {
  std::vector<Message> messages;
  std::ifstream file(path);
  for (std::string line; std::getline(file, line);) {
    const auto json = nlohmann::json::parse(line);
    if (!json["heard"].get<bool>() || !json["message"].value("clock_set", false)) continue;
    messages.push_back({value_of(from_rfc3339(json["time"].get<std::string>())),
                        json["port"].get<int>(),
                        value_of(link::from_base64(json["bytes"].get<std::string>()))});
  }
  return messages;
}

// The time in a message's lead is bits 11 to 42 behind its two first bytes (SPEC.md).
constexpr std::size_t lead_time_at = 16 + 11;

std::int64_t lead_time_s(const link::Bytes& bytes) {
  std::int64_t time_s = 0;
  for (std::size_t i = 0; i < 32; ++i) {
    const std::size_t at = lead_time_at + i;
    time_s |= std::int64_t{bytes[at / 8] >> at % 8 & 1} << i;
  }
  return time_s;
}

void set_lead_time(link::Bytes& bytes, std::int64_t time_s) {
  for (std::size_t i = 0; i < 32; ++i) {
    const std::size_t at = lead_time_at + i;
    const int bit = static_cast<int>(time_s >> i & 1) << at % 8;
    bytes[at / 8] = static_cast<std::uint8_t>((bytes[at / 8] & ~(1 << at % 8)) | bit);
  }
}

// Message `round` of a device, heard at a time, with its own time moved: from the JSON of a
// ChirpStack, as a broker hands it over.
Arrival arrival_of(const std::vector<Message>& messages, std::size_t device, std::size_t round,
                   std::int64_t heard_ms, std::int64_t lead_s) {
  const Message& message = messages[round % messages.size()];
  link::Bytes payload = message.bytes;
  set_lead_time(payload, lead_s);
  const std::string json = fmt::format(
      R"({{"deduplicationId":"{0:016x}-{1}","time":"{2}","deviceInfo":{{"tenantName":"park",)"
      R"("applicationId":"7","applicationName":"collars","deviceProfileName":"collar",)"
      R"("deviceName":"collar {0}","devEui":"{0:016x}"}},"devAddr":"01020304","adr":true,"dr":0,)"
      R"("fCnt":{1},"fPort":{3},"confirmed":true,"data":"{4}","rxInfo":[{{"gatewayId":"a0",)"
      R"("rssi":-110,"snr":-5.5}}],"txInfo":{{"frequency":868100000}}}})",
      device + 1, round, to_rfc3339(heard_ms), message.port, link::to_base64(payload));
  return value_of(parse_envelope(json));
}

// Keeps messages of all devices in turn, of now, until `done` says so; returns how many.
// `a_second`: no more than that; 0: as many as can be.
std::size_t load(Intake& intake, const std::vector<Message>& messages, std::size_t devices,
                 std::atomic<std::size_t>& next, double a_second,
                 const std::function<bool()>& done) {
  std::atomic<std::size_t> kept = 0;
  std::vector<std::thread> threads;
  const auto start = Clock::now();
  const std::size_t first = next;
  for (std::size_t i = 0; i < sources; ++i) {
    threads.emplace_back([&] {
      while (!done()) {
        const double ahead_s =
            a_second > 0 ? static_cast<double>(next - first) / a_second - ms_since(start) / 1000
                         : 0;
        if (ahead_s > 0) {
          std::this_thread::sleep_for(std::chrono::duration<double>(ahead_s));
          continue;
        }
        std::vector<Arrival> arrivals;
        const std::int64_t now = now_ms();
        for (std::size_t k = 0; k < brought_at_once; ++k) {
          const std::size_t n = next++;
          arrivals.push_back(arrival_of(messages, n % devices, n / devices, now, now / 1000));
        }
        for (const Kept& one : value_of(intake.keep(std::move(arrivals)))) {
          kept += one.as == Kept::As::uplink ? 1 : 0;
        }
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  return kept;
}

std::string memory_most() {
  std::ifstream file("/proc/self/status");
  for (std::string line; std::getline(file, line);) {
    if (line.starts_with("VmHWM:")) return line.substr(line.find_first_not_of(" \t", 6));
  }
  return "unknown";
}

void ask(const char* question, int times, const std::function<std::size_t()>& work) {
  std::vector<double> took;
  std::size_t bytes = 0;
  for (int i = 0; i < times; ++i) {
    const auto start = Clock::now();
    bytes = work();
    took.push_back(ms_since(start));
  }
  fmt::print("{:<44} {:6.1f} ms, 99th of a hundred {:6.1f} ms, {} bytes\n", question,
             percentile(took, 50), percentile(took, 99), bytes);
}

}  // namespace

int main(int count, char** words) {
  if (count < 3) {
    fmt::print(stderr, "usage: station_bench FOLDER UPLINKS.jsonl [DEVICES] [SECONDS]\n");
    return 2;
  }
  const std::filesystem::path folder = words[1];
  const std::vector<Message> messages = messages_in(words[2]);
  const std::size_t devices = count > 3 ? std::strtoul(words[3], nullptr, 10) : 100'000;
  const double seconds = count > 4 ? std::strtod(words[4], nullptr) : 20;
  if (messages.empty() || devices == 0) return 2;

  cpu_set_t one;
  CPU_ZERO(&one);
  CPU_SET(0, &one);
  if (sched_setaffinity(0, sizeof one, &one) != 0) return 2;

  // A receiver that notes when what came. It shares the core.
  std::mutex mutex;
  std::map<std::string, Clock::time_point> told;  // by device
  httplib::Server receiver;
  receiver.set_tcp_nodelay(true);
  receiver.Post("/", [&](const httplib::Request& request, httplib::Response&) {
    const auto json = nlohmann::json::parse(request.body);
    const std::lock_guard lock(mutex);
    told.try_emplace(json["data"]["device"].get<std::string>(), Clock::now());
  });
  const int port = receiver.bind_to_any_port("127.0.0.1");
  std::thread receiving([&] { receiver.listen_after_bind(); });

  Settings settings;
  settings.silent.watch = false;  // times are made up
  settings.telling.webhooks = {fmt::format("http://127.0.0.1:{}/", port)};
  settings.telling.secret = std::string(32, 's');
  Store store = value_of(Store::open(folder));
  auto watch = value_of(Watch::make(store, settings, now_ms()));
  Intake intake(store);

  fmt::print("{} messages of an emulated collar, {} devices, {} sources of {} at once, one core\n",
             messages.size(), devices, sources, brought_at_once);
  std::atomic<std::size_t> next = 0;
  auto start = Clock::now();
  load(intake, messages, devices, next, 0, [&] { return next >= devices; });
  fmt::print("{:<44} {:6.0f} a second\n", "first uplinks, of devices never heard",
             static_cast<double>(next) / ms_since(start) * 1000);
  start = Clock::now();
  const std::size_t kept =
      load(intake, messages, devices, next, 0, [&] { return ms_since(start) > seconds * 1000; });
  fmt::print("{:<44} {:6.0f} a second\n", "durable uplinks of known devices",
             static_cast<double>(kept) / ms_since(start) * 1000);

  // One animal's month.
  const std::int64_t shift_ms = now_ms() - messages.back().time_ms;
  std::vector<Arrival> month;
  for (std::size_t round = 0; round < messages.size(); ++round) {
    month.push_back(arrival_of(messages, devices, round, messages[round].time_ms + shift_ms,
                               lead_time_s(messages[round].bytes) + shift_ms / 1000));
  }
  value_of(intake.keep(std::move(month)));
  Database reader = value_of(Database::open_to_read(folder / database_name));
  Api api(reader, Role::ranger, now_ms());
  const std::string animal = fmt::format("{:016x}", devices + 1);
  ask("a month of one animal's positions", 100, [&] {
    Page page{"", page_max, now_ms() - 30 * day_ms, now_ms()};
    std::size_t bytes = 0;
    while (true) {
      const std::string text = *value_of(api.positions(animal, page));
      bytes += text.size();
      const auto places = nlohmann::json::parse(text)["positions"];
      if (places.size() < static_cast<std::size_t>(page_max)) return bytes;
      page.from_ms = value_of(from_rfc3339(places.back()["time"].get<std::string>())) + 1;
    }
  });
  ask("all last positions", 30,
      [&] { return value_of(latest_positions(reader, Role::ranger, now_ms())).size(); });
  ask("alerts that are open", 100, [&] { return value_of(api.alerts({}, false)).size(); });

  // From an uplink in to its alert out, while others come in.
  std::atomic<bool> over = false;
  std::thread telling([&] {
    run_outbox(
        settings.telling.webhooks[0],
        send_by_webhook(settings.telling.webhooks[0], settings.telling.secret), intake,
        [](const std::string& line) { fmt::print(stderr, "{}\n", line); }, over);
  });
  std::size_t meanwhile = 0;
  const auto loaded = Clock::now();
  std::thread others([&] {
    meanwhile = load(intake, messages, devices, next, usual_a_second, [&] { return over.load(); });
  });
  std::map<std::string, Clock::time_point> asked;
  constexpr int alerts = 300;
  for (int i = 0; i < alerts; ++i) {
    link::Event event;
    event.kind = link::EventKind::zone_entry;
    event.lead = {static_cast<std::uint8_t>(i), true, static_cast<std::uint32_t>(now_ms() / 1000)};
    event.zone = 7;
    link::Bytes frame(link::message_bytes_max);
    frame.resize(link::encode_event(event, frame).bytes);
    Received received;
    received.network = "sengi";
    received.device = fmt::format("entrant-{}", i);
    received.port = 24;
    received.payload = frame;
    asked[received.device] = Clock::now();
    value_of(intake.keep({received}));
    std::this_thread::sleep_for(std::chrono::milliseconds(30));
  }
  std::this_thread::sleep_for(std::chrono::seconds(3));
  over = true;
  others.join();
  const double load_ms = ms_since(loaded);
  telling.join();
  receiver.stop();
  receiving.join();
  std::vector<double> took;
  for (const auto& [device, at] : asked) {
    if (!told.contains(device)) continue;
    took.push_back(std::chrono::duration<double, std::milli>(told[device] - at).count());
  }
  fmt::print(
      "{:<44} {:6.1f} ms, 99th of a hundred {:6.1f} ms; {} of {} told, beside {:.0f} uplinks "
      "a second\n",
      "from an uplink to its alert at a webhook", percentile(took, 50), percentile(took, 99),
      took.size(), alerts, static_cast<double>(meanwhile) / load_ms * 1000);
  fmt::print("{:<44} {}\n", "most memory", memory_most());
  return 0;
}
