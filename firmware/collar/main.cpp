// SPDX-License-Identifier: Apache-2.0
// A collar whose sensors, radio and time are at the other end of a serial line (SPEC.md, "The
// sensor bridge"). All else is what hangs on an elephant: the same logic, the network that judges
// the accelerometer, interrupts, sleep, flash.
//
// Built with collar_image.h (zones, versions, places in flash) and, where the project has a model
// of behaviours or a listener, with the code that sengi generated of them: application.h and
// collar_ear.h.
#include <new>

#include "collar_image.h"
#include "ear.h"
#include "flash.h"
#include "lines.h"
#include "port.h"
#include "sengi/collar/bridge.h"
#include "sengi/collar/collar.h"

#ifdef COLLAR_HAS_BEHAVIOURS
#include "application.h"
#include "sengi/listen/watcher.h"
#endif

namespace port = sengi::port;
namespace lines = sengi::lines;

namespace {

using namespace sengi::collar;
using Flash = collar_firmware::StorageFlash;
using Heart = Collar<Flash>;

constexpr Image image = {collar_image::firmware_version, collar_image::model_version,
                         collar_image::behaviours, collar_image::zones, collar_image::layout};

// ---- what the animal does ----

#ifdef COLLAR_HAS_BEHAVIOURS
constexpr sengi::listen::WatcherSpec watcher_spec = {
    application::front_end_spec, application::detector_spec, application::stride_rows};
constexpr std::size_t window_values = static_cast<std::size_t>(application::clip_samples);
static_assert(application::output_bytes == collar_image::behaviours,
              "the network's scores are not one a behaviour; build again");

[[gnu::section(".bss.sengi_arena")]] application::Arena arena;
sengi::listen::WatcherMemory<watcher_spec> watcher_memory;

class Behaviour {
 public:
  // Judges a window by itself. Not taken into a function that calls it, so that its cost can be
  // counted.
  [[gnu::noinline]] void judge(std::span<const std::int16_t> rows, std::uint8_t axes,
                               Input& input) {
    if (axes != watcher_spec.front_end.axes || rows.size() != window_values) return;
    watcher_.reset();
    for (std::size_t at = 0; at < rows.size(); at += axes) watcher_.push(&rows[at]);
    watcher_.features(static_cast<std::int8_t*>(application::input(arena)));
    application::run(arena);
    input.classified = true;
    input.label = winner({application::output(arena), collar_image::behaviours});
  }

 private:
  sengi::listen::Watcher<watcher_spec> watcher_{application::front_end_tables,
                                                application::label_is_event, watcher_memory};
};
#else
constexpr std::size_t window_values = 512;

class Behaviour {
 public:
  void judge(std::span<const std::int16_t>, std::uint8_t, Input&) {}
};
#endif

// ---- records ----

#ifdef COLLAR_HAS_EAR
constexpr std::size_t payload_bytes = record_payload_most;
#else
constexpr std::size_t payload_bytes = 2 * window_values + 8 > 256 ? 2 * window_values + 8 : 256;
#endif
static_assert(2 * window_values + 8 <= record_payload_most,
              "a window of the accelerometer is longer than a record");

std::uint8_t record_memory[payload_bytes + 8];
std::uint8_t out_memory[128];
std::int16_t rows[window_values];
alignas(Heart) unsigned char heart_memory[sizeof(Heart)];
alignas(collar_firmware::Ear) unsigned char ear_place[sizeof(collar_firmware::Ear)];

void send(std::span<const std::uint8_t> record) {
  for (const std::uint8_t byte : record) lines::put(byte);
}

class Firmware {
 public:
  // Returns whether there is more to do.
  bool take(RecordKind kind, std::span<const std::uint8_t> payload) {
    ++report_.records;
    judged_ = {};
    switch (kind) {
      case RecordKind::begin:
        begin(payload);
        return true;
      case RecordKind::input: {
        Input input;
        if (heart_ == nullptr || !read_input(payload, input)) break;
        if (input.what == What::listened) ear_.stop();
        answer(heart_->step(input));
        return true;
      }
      case RecordKind::sound:
        if (heart_ == nullptr || !sound(payload)) break;
        return true;
      case RecordKind::rows:
        if (heart_ == nullptr || !window(payload)) break;
        return true;
      case RecordKind::end:
        end();
        return false;
      case RecordKind::todo:
      case RecordKind::report:
      case RecordKind::fault:
        break;
    }
    fault();
    return true;
  }

  void fault() { send(RecordWriter(out_memory, RecordKind::fault).finish()); }

 private:
  void answer(Todo todo) {
    todo.more_calls = ear_.waiting();
    send(write_todo(todo, judged_, out_memory));
  }

  void begin(std::span<const std::uint8_t> payload) {
    if (!read_begin(payload, begin_)) return fault();
    add_charge();
    ear_.stop();
    for (Input lost; ear_.take(lost);) {  // with the power that the reset took
    }
    heart_ = ::new (heart_memory) Heart(flash_, spec_of(begin_, image));
    const std::span<const std::uint8_t> keys[] = {begin_.key};
    answer(heart_->start(begin_.cause, begin_.utc_s, keys));
  }

  bool window(std::span<const std::uint8_t> payload) {
    Input input;
    input.what = What::window;
    std::uint8_t axes = 0;
    std::size_t count = 0;
    if (!read_rows(payload, input.uptime_s, axes, rows, count)) return false;
    input.spread = spread_of({rows, count}, axes, axes);
    behaviour_.judge({rows, count}, axes, input);
    judged_ = {input.classified ? input.label : std::uint8_t{0xFF}, input.spread};
    answer(heart_->step(input));
    return true;
  }

  // Tells one call, of those that it has heard.
  bool sound(std::span<const std::uint8_t> payload) {
    Input call;
    if (!read_sound(payload, call.uptime_s, [this](std::int16_t sample) { ear_.hear(sample); })) {
      return false;
    }
    answer(ear_.take(call) ? heart_->step(call) : Todo{});
    return true;
  }

  void add_charge() {
    for (std::size_t i = 0; heart_ != nullptr && i < sengi::power::consumers; ++i) {
      charge_nah_[i] += heart_->ledger().charge_nah(static_cast<sengi::power::Consumer>(i));
    }
  }

  void end() {
    add_charge();
    report_.collar_bytes = sizeof(Heart);
    report_.sleeps = lines::sleeps();
    report_.wakes = lines::wakes();
    report_.erasures = flash_.erasures();
    report_.programmed = flash_.programmed();
    for (std::size_t i = 0; i < sengi::power::consumers; ++i) {
      report_.charge_uah[i] = static_cast<std::uint32_t>(charge_nah_[i] / 1000);
    }
    send(write_report(report_, out_memory));
  }

  Flash flash_{lines::storage()};
  Begin begin_;
  Behaviour behaviour_;
  collar_firmware::Ear& ear_ = *::new (ear_place) collar_firmware::Ear;
  Heart* heart_ = nullptr;
  Judged judged_;
  Report report_;
  std::uint64_t charge_nah_[sengi::power::consumers] = {};
};

}  // namespace

int port::run_program() {
  lines::open();
  if (lines::storage().size() < collar_image::sectors * Flash::sector) {
    port::print("this board has too little storage for a collar\n");
    return 1;
  }
#ifdef COLLAR_HAS_BEHAVIOURS
  application::reset(arena);
#endif
  Firmware firmware;
  RecordReader reader(record_memory);
  while (true) {
    for (int byte = lines::take(); byte >= 0; byte = lines::take()) {
      switch (reader.push(static_cast<std::uint8_t>(byte))) {
        case RecordReader::Found::nothing:
          break;
        case RecordReader::Found::damaged:
          firmware.fault();
          break;
        case RecordReader::Found::record:
          if (!firmware.take(reader.kind(), reader.payload())) return 0;
      }
    }
    if (!lines::sleep()) {
      port::print("the line was closed before the end\n");
      return 1;
    }
  }
}
