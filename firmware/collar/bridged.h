// SPDX-License-Identifier: Apache-2.0
// A collar at the end of a line, byte by byte (SPEC.md, "The sensor bridge").
//
//   Bridged<Flash, Line> collar(flash, line);
//   while (collar.push(byte_that_came)) {
//   }
//
// Flash is store/flash.h's with view() (sengi/collar/collar.h) and erasures() and programmed(), its
// counts. Line has put(byte), sleeps() and wakes().
#pragma once

#include <new>

#include "behaviour.h"
#include "ear.h"
#include "sengi/collar/bridge.h"
#include "sengi/collar/collar.h"

namespace collar_program {

constexpr sengi::collar::Image image = {collar_image::firmware_version, collar_image::model_version,
                                        collar_image::behaviours, collar_image::zones,
                                        collar_image::layout};

template <typename Flash, typename Line>
class Bridged {
 public:
  Bridged(Flash& flash, Line& line) : flash_(flash), line_(line) {}

  // Returns whether there is more to do.
  bool push(std::uint8_t byte) {
    switch (reader_.push(byte)) {
      case sengi::collar::RecordReader::Found::nothing:
        return true;
      case sengi::collar::RecordReader::Found::damaged:
        fault();
        return true;
      case sengi::collar::RecordReader::Found::record:
        return take(reader_.kind(), reader_.payload());
    }
    return true;
  }

 private:
  using Heart = sengi::collar::Collar<Flash>;
  using Kind = sengi::collar::RecordKind;
  static_assert(2 * window_values + 8 <= sengi::collar::record_payload_most,
                "a window of the accelerometer is longer than a record");
  static constexpr std::size_t payload_bytes = Ear::hears ? sengi::collar::record_payload_most
                                               : 2 * window_values + 8 > 256 ? 2 * window_values + 8
                                                                             : 256;

  bool take(Kind kind, std::span<const std::uint8_t> payload) {
    ++report_.records;
    judged_ = {};
    switch (kind) {
      case Kind::begin:
        begin(payload);
        return true;
      case Kind::input: {
        sengi::collar::Input input;
        if (heart_ == nullptr || !sengi::collar::read_input(payload, input)) break;
        if (input.what == sengi::collar::What::listened) ear_.stop();
        answer(heart_->step(input));
        return true;
      }
      case Kind::sound:
        if (heart_ == nullptr || !sound(payload)) break;
        return true;
      case Kind::rows:
        if (heart_ == nullptr || !window(payload)) break;
        return true;
      case Kind::end:
        end();
        return false;
      case Kind::todo:
      case Kind::report:
      case Kind::fault:
        break;
    }
    fault();
    return true;
  }

  void send(std::span<const std::uint8_t> record) {
    for (const std::uint8_t byte : record) line_.put(byte);
  }

  void fault() { send(sengi::collar::RecordWriter(out_, Kind::fault).finish()); }

  void answer(sengi::collar::Todo todo) {
    todo.more_calls = ear_.waiting();
    send(sengi::collar::write_todo(todo, judged_, out_));
  }

  void begin(std::span<const std::uint8_t> payload) {
    if (!sengi::collar::read_begin(payload, begin_)) return fault();
    add_charge();
    ear_.stop();
    for (sengi::collar::Input lost; ear_.take(lost);) {  // with the power that the reset took
    }
    heart_ = ::new (heart_memory_) Heart(flash_, sengi::collar::spec_of(begin_, image));
    const std::span<const std::uint8_t> keys[] = {begin_.key};
    answer(heart_->start(begin_.cause, begin_.utc_s, keys));
  }

  bool window(std::span<const std::uint8_t> payload) {
    sengi::collar::Input input;
    input.what = sengi::collar::What::window;
    std::uint8_t axes = 0;
    std::size_t count = 0;
    if (!sengi::collar::read_rows(payload, input.uptime_s, axes, rows_, count)) return false;
    input.spread = sengi::collar::spread_of({rows_, count}, axes, axes);
    behaviour_.judge({rows_, count}, axes, input);
    judged_ = {input.classified ? input.label : std::uint8_t{0xFF}, input.spread};
    answer(heart_->step(input));
    return true;
  }

  // Tells one call, of those that it has heard.
  bool sound(std::span<const std::uint8_t> payload) {
    sengi::collar::Input call;
    const auto hear = [this](std::int16_t sample) { ear_.hear(sample); };
    if (!sengi::collar::read_sound(payload, call.uptime_s, hear)) return false;
    if (!ear_.take(call)) {
      answer({});
      return true;
    }
    const sengi::collar::Todo todo = heart_->step(call);
    if (heart_->wants_clip()) {
      ear_.each_piece(heart_->clip_number(), [this](std::span<const std::uint8_t> piece) {
        return heart_->keep_piece(piece);
      });
      heart_->clip_kept();
    }
    answer(todo);
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
    report_.sleeps = line_.sleeps();
    report_.wakes = line_.wakes();
    report_.erasures = flash_.erasures();
    report_.programmed = flash_.programmed();
    for (std::size_t i = 0; i < sengi::power::consumers; ++i) {
      report_.charge_uah[i] = static_cast<std::uint32_t>(charge_nah_[i] / 1000);
    }
    send(sengi::collar::write_report(report_, out_));
  }

  Flash& flash_;
  Line& line_;
  std::uint8_t record_[payload_bytes + 8];
  std::uint8_t out_[128];
  std::int16_t rows_[window_values];
  alignas(Heart) unsigned char heart_memory_[sizeof(Heart)];
  sengi::collar::RecordReader reader_{record_};
  sengi::collar::Begin begin_;
  Behaviour behaviour_;
  Ear ear_;
  Heart* heart_ = nullptr;
  sengi::collar::Judged judged_;
  sengi::collar::Report report_;
  std::uint64_t charge_nah_[sengi::power::consumers] = {};
};

}  // namespace collar_program
