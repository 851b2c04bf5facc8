// SPDX-License-Identifier: Apache-2.0
// What the microphone hears: sound to calls, by the listener that the collar's project names.
// Without one nothing is heard.
#pragma once

#include "collar_image.h"
#include "sengi/collar/input.h"

#ifdef COLLAR_HAS_EAR
#include <cstring>

#include "collar_ear.h"
#include "sengi/link/clip.h"
#include "sengi/listen/clip_keeper.h"
#include "sengi/listen/listener.h"
#endif

namespace collar_program {

#ifdef COLLAR_HAS_EAR

inline constexpr sengi::listen::ListenerSpec ear_spec = {ear::front_end_spec, ear::detector_spec,
                                                         ear::columns, ear::stride_hops};
// Of one program alone, as the file that includes this.
[[gnu::section(".bss.sengi_arena")]] static ear::Arena ear_arena;
static sengi::listen::ListenerMemory<ear_spec> ear_memory;

class Ear {
 public:
  static constexpr bool hears = true;

  Ear() { ear::reset(ear_arena); }

  void hear(std::int16_t sample) {
    if (stopped_) keeper_.reset();  // what was before is not of this time
    stopped_ = false;
    hop_[held_++] = sample;
    if (held_ < hop_samples) return;
    held_ = 0;
    if (push_hop()) decide();
  }

  // Listening is over for now: what is still going on has ended, and the next time is a new one.
  void stop() {
    listener_.finish(*this);
    listener_.reset();
    held_ = 0;
    stopped_ = true;
  }

  // The next call that was heard and not told.
  bool take(sengi::collar::Input& call) {
    if (!waiting()) return false;
    call.what = sengi::collar::What::call;
    call.label = calls_[0].label;
    call.score = calls_[0].score;
    call.duration_ds = calls_[0].duration_ds;
    --count_;
    for (std::size_t i = 0; i < count_; ++i) calls_[i] = calls_[i + 1];
    return true;
  }
  bool waiting() const { return count_ > 0; }

  // What was heard last, in pieces: about four seconds at 2 kHz. See ClipKeeper.
  template <typename Use>
  void each_piece(std::uint16_t clip, Use use) const {
    keeper_.each_piece(clip, use);
  }

  // The detector tells these.
  void began(std::int32_t, std::uint32_t) {}
  void ended(const sengi::detect::Event& event) {
    if (count_ == labels) return;  // never: each label has ended once at most since they were told
    const std::uint64_t samples = std::uint64_t{event.end_step - event.start_step} *
                                  static_cast<std::uint32_t>(ear_spec.stride_hops) * hop_samples;
    const std::uint64_t tenths =
        samples * 10 / static_cast<std::uint32_t>(ear_spec.front_end.sample_rate_hz);
    calls_[count_++] = {static_cast<std::uint8_t>(event.label),
                        static_cast<std::uint8_t>(event.peak),
                        static_cast<std::uint8_t>(tenths < 255 ? tenths : 255)};
  }

 private:
  static constexpr std::size_t hop_samples =
      static_cast<std::size_t>(ear_spec.front_end.hop_samples);
  static constexpr std::size_t low_hop = static_cast<std::size_t>(ear_spec.front_end.low_hop());
  static constexpr std::size_t labels = static_cast<std::size_t>(ear_spec.detector.labels);
  static_assert(labels <= 32, "a call's class has five bits");

  struct Call {
    std::uint8_t label;
    std::uint8_t score;
    std::uint8_t duration_ds;
  };

  // Not taken into functions that call them, so that what they cost can be counted.
  [[gnu::noinline]] bool push_hop() {
    const bool due = listener_.push(hop_);
    std::int16_t low[low_hop];
    listener_.last_hop(low);
    keeper_.push(low, static_cast<std::int32_t>(low_hop));
    return due;
  }
  [[gnu::noinline]] void decide() {
    std::memcpy(ear::input(ear_arena), listener_.features(), ear::input_bytes);
    ear::run(ear_arena);
    listener_.decide(ear::output(ear_arena), *this);
  }

  sengi::listen::Listener<ear_spec> listener_{ear::front_end_tables, ear::label_is_event,
                                              ear_memory};
  sengi::listen::ClipKeeper<sengi::link::clip_block_bytes, 100> keeper_;
  std::int16_t hop_[hop_samples];
  std::size_t held_ = 0;
  Call calls_[labels];
  std::size_t count_ = 0;
  bool stopped_ = false;
};

#else

class Ear {
 public:
  static constexpr bool hears = false;

  void hear(std::int16_t) {}
  void stop() {}
  bool take(sengi::collar::Input&) { return false; }
  bool waiting() const { return false; }
  template <typename Use>
  void each_piece(std::uint16_t, Use) const {}
};

#endif

}  // namespace collar_program
