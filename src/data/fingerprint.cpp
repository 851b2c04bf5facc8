// SPDX-License-Identifier: Apache-2.0
#include "data/fingerprint.h"

#include <algorithm>
#include <array>
#include <atomic>
#include <bit>
#include <cmath>
#include <map>
#include <numbers>
#include <thread>

#include "base/progress.h"
#include "data/audio.h"

namespace sengi::data {
namespace {

constexpr std::size_t band_count = 33;  // 32 differences between neighbours
constexpr double heard_share = 1e-4;    // of the loudest frame's power: 40 dB below it
constexpr std::size_t steps_of_window = 16;

// Complex numbers, real and imaginary parts apart, so that loops over them become vectors.
struct Wave {
  std::vector<float> re;
  std::vector<float> im;
};

// The discrete Fourier transform in place, by halves (Cooley and Tukey 1965).
class Transform {
 public:
  explicit Transform(std::size_t size) : size_(size) {
    for (std::size_t half = 1; half < size; half *= 2) {
      for (std::size_t k = 0; k < half; ++k) {
        const double turn = -std::numbers::pi * static_cast<double>(k) / static_cast<double>(half);
        turns_.re.push_back(static_cast<float>(std::cos(turn)));
        turns_.im.push_back(static_cast<float>(std::sin(turn)));
      }
    }
  }

  void run(Wave& x) const {
    for (std::size_t i = 1, j = 0; i < size_; ++i) {  // reversed order of bits
      std::size_t bit = size_ / 2;
      for (; (j & bit) != 0; bit /= 2) j ^= bit;
      j ^= bit;
      if (i >= j) continue;
      std::swap(x.re[i], x.re[j]);
      std::swap(x.im[i], x.im[j]);
    }
    for (std::size_t half = 1; half < size_; half *= 2) {
      const float* const turn_re = turns_.re.data() + half - 1;
      const float* const turn_im = turns_.im.data() + half - 1;
      for (std::size_t begin = 0; begin < size_; begin += 2 * half) {
        join(x.re.data() + begin, x.im.data() + begin, turn_re, turn_im, half);
      }
    }
  }

 private:
  // Two transforms of `half` values, one behind the other, become one.
  static void join(float* re, float* im, const float* turn_re, const float* turn_im,
                   std::size_t half) {
    for (std::size_t k = 0; k < half; ++k) {
      const float b_re = re[k + half] * turn_re[k] - im[k + half] * turn_im[k];
      const float b_im = re[k + half] * turn_im[k] + im[k + half] * turn_re[k];
      re[k + half] = re[k] - b_re;
      im[k + half] = im[k] - b_im;
      re[k] += b_re;
      im[k] += b_im;
    }
  }

  std::size_t size_;
  Wave turns_;  // of each stage, one after the other
};

double mel(double hz) { return 2595 * std::log10(1 + hz / 700); }
double hz_of_mel(double mel) { return 700 * (std::pow(10, mel / 2595) - 1); }

// The first bin of each band and the end of the last; no band is empty.
std::array<std::size_t, band_count + 1> band_edges(std::size_t size, std::int32_t rate_hz,
                                                   double low_hz, double high_hz) {
  std::array<std::size_t, band_count + 1> edges{};
  const double from = mel(low_hz);
  const double step = (mel(high_hz) - from) / band_count;
  for (std::size_t i = 0; i < edges.size(); ++i) {
    const double hz = hz_of_mel(from + step * static_cast<double>(i));
    edges[i] = static_cast<std::size_t>(
        std::lround(hz * static_cast<double>(size) / static_cast<double>(rate_hz)));
    if (i > 0) edges[i] = std::max(edges[i], edges[i - 1] + 1);
  }
  return edges;
}

using Bands = std::array<float, band_count>;

// Power by band of every frame. Two real frames share a transform: one is its real part, one its
// imaginary part.
class Spectrogram {
 public:
  Spectrogram(std::size_t size, std::int32_t rate_hz, double low_hz, double high_hz)
      : size_(size),
        transform_(size),
        edges_(band_edges(size, rate_hz, low_hz, high_hz)),
        window_(size) {
    for (std::size_t i = 0; i < size; ++i) {
      const double turn =
          2 * std::numbers::pi * (static_cast<double>(i) + 0.5) / static_cast<double>(size);
      window_[i] = static_cast<float>(0.5 - 0.5 * std::cos(turn));
    }
  }

  std::vector<Bands> of(std::span<const std::int16_t> samples) const {
    const std::size_t hop = std::max<std::size_t>(1, size_ / steps_of_window);
    const std::size_t frames = (samples.size() - size_) / hop + 1;
    std::vector<Bands> bands(frames, Bands{});
    Wave x{std::vector<float>(size_), std::vector<float>(size_)};
    const std::vector<std::size_t> loud = loud_frames(samples, hop, frames);
    for (std::size_t i = 0; i < loud.size(); i += 2) {
      const std::size_t one = loud[i];
      const std::size_t other = loud[std::min(i + 1, loud.size() - 1)];
      for (std::size_t k = 0; k < size_; ++k) {
        x.re[k] = window_[k] * samples[one * hop + k];
        x.im[k] = window_[k] * samples[other * hop + k];
      }
      transform_.run(x);
      add_up(x, bands[one], bands[other]);
    }
    return bands;
  }

 private:
  // Frames that can be among those that are heard, and the frame before each: the others, half of a
  // clip of speech, need no transform.
  std::vector<std::size_t> loud_frames(std::span<const std::int16_t> samples, std::size_t hop,
                                       std::size_t frames) const {
    constexpr double margin = 0.01;  // bands may leave out most of the loudest frame's power
    std::vector<double> sums(samples.size() + 1);
    for (std::size_t i = 0; i < samples.size(); ++i) {
      sums[i + 1] = sums[i] + double{1} * samples[i] * samples[i];
    }
    const auto power = [&](std::size_t frame) {
      return sums[frame * hop + size_] - sums[frame * hop];
    };
    double most = 0;
    for (std::size_t frame = 0; frame < frames; ++frame) most = std::max(most, power(frame));
    const double least = margin * heard_share * most;
    std::vector<std::size_t> loud;
    for (std::size_t frame = 0; frame < frames; ++frame) {
      const bool next = frame + 1 < frames && power(frame + 1) > least;
      if (power(frame) > least || next) loud.push_back(frame);
    }
    return loud;
  }

  void add_up(const Wave& x, Bands& one, Bands& other) const {
    one.fill(0);
    other.fill(0);
    for (std::size_t band = 0; band < band_count; ++band) {
      const std::size_t end = std::min(edges_[band + 1], size_ / 2);
      for (std::size_t bin = std::max<std::size_t>(1, edges_[band]); bin < end; ++bin) {
        const std::size_t mirror = size_ - bin;
        const auto power = [](float re, float im) { return re * re + im * im; };
        one[band] += power(x.re[bin] + x.re[mirror], x.im[bin] - x.im[mirror]);
        other[band] += power(x.re[bin] - x.re[mirror], x.im[bin] + x.im[mirror]);
      }
    }
  }

  std::size_t size_;
  Transform transform_;
  std::array<std::size_t, band_count + 1> edges_;
  std::vector<float> window_;
};

Fingerprint bits_of(const std::vector<Bands>& bands) {
  std::vector<float> power;
  for (const Bands& frame : bands) {
    float sum = 0;
    for (const float band : frame) sum += band;
    power.push_back(sum);
  }
  Fingerprint print;
  const float most = power.empty() ? 0 : *std::ranges::max_element(power);
  if (most <= 0) return print;
  for (std::size_t n = 1; n < bands.size(); ++n) {
    std::uint32_t bits = 0;
    for (std::size_t m = 0; m + 1 < band_count; ++m) {
      const float now = bands[n][m] - bands[n][m + 1];
      const float before = bands[n - 1][m] - bands[n - 1][m + 1];
      bits |= static_cast<std::uint32_t>(now > before) << m;
    }
    print.frames.push_back({bits, power[n] > static_cast<float>(heard_share) * most});
  }
  return print;
}

// Differing bits where `other` is laid upon `one` so that its frame 0 lies on frame `shift`.
double difference_at(const Fingerprint& one, const Fingerprint& other, std::ptrdiff_t shift,
                     std::size_t least_frames) {
  const auto begin = std::max<std::ptrdiff_t>(0, shift);
  const auto end = std::min(static_cast<std::ptrdiff_t>(one.frames.size()),
                            static_cast<std::ptrdiff_t>(other.frames.size()) + shift);
  std::size_t shared = 0;
  std::size_t differing = 0;
  for (std::ptrdiff_t i = begin; i < end; ++i) {
    const auto& a = one.frames[static_cast<std::size_t>(i)];
    const auto& b = other.frames[static_cast<std::size_t>(i - shift)];
    if (!a.heard || !b.heard) continue;
    ++shared;
    differing += static_cast<std::size_t>(std::popcount(a.bits ^ b.bits));
  }
  if (shared < least_frames) return 1;
  return static_cast<double>(differing) / static_cast<double>(32 * shared);
}

// As many frames must lie upon one another: half of those of the clip that has fewer.
std::size_t least_shared(const Fingerprint& one, const Fingerprint& other) {
  return std::max<std::size_t>(16, std::min(one.heard(), other.heard()) / 2);
}

// The bits that the index goes by: those of the lower bands, which every codec keeps.
constexpr std::uint32_t indexed = (1U << 22) - 1;

// Where each word of bits stands.
struct Posting {
  std::uint32_t bits;
  std::uint32_t clip;
  std::uint32_t frame;
};

std::vector<Posting> postings_of(std::span<const Fingerprint> clips) {
  std::vector<Posting> postings;
  for (std::size_t clip = 0; clip < clips.size(); ++clip) {
    const auto& frames = clips[clip].frames;
    for (std::size_t frame = 0; frame < frames.size(); ++frame) {
      if (!frames[frame].heard) continue;
      postings.push_back({frames[frame].bits & indexed, static_cast<std::uint32_t>(clip),
                          static_cast<std::uint32_t>(frame)});
    }
  }
  std::ranges::stable_sort(postings, {}, &Posting::bits);
  return postings;
}

}  // namespace

std::size_t Fingerprint::heard() const {
  return static_cast<std::size_t>(std::ranges::count(frames, true, &Frame::heard));
}

Fingerprint fingerprint(std::span<const std::int16_t> samples, std::int32_t rate_hz, double low_hz,
                        double high_hz) {
  if (samples.size() < 64) return {};
  const auto quarter_s = static_cast<std::size_t>(rate_hz) / 4;
  const std::size_t size =
      std::bit_floor(std::max<std::size_t>(16, std::min(quarter_s, samples.size() / 4)));
  return bits_of(Spectrogram(size, rate_hz, low_hz, high_hz).of(samples));
}

double difference(const Fingerprint& one, const Fingerprint& other) {
  const std::size_t least = least_shared(one, other);
  double best = 1;
  for (auto shift = -static_cast<std::ptrdiff_t>(other.frames.size());
       shift < static_cast<std::ptrdiff_t>(one.frames.size()); ++shift) {
    best = std::min(best, difference_at(one, other, shift, least));
  }
  return best;
}

std::vector<Alike> find_alike(std::span<const Fingerprint> clips) {
  constexpr std::size_t common = 64;  // postings of one word of bits, beyond which it says nothing
  const std::vector<Posting> postings = postings_of(clips);
  std::vector<std::vector<std::pair<std::uint32_t, std::int32_t>>> places(clips.size());
  for (std::size_t begin = 0, end = 0; begin < postings.size(); begin = end) {
    while (end < postings.size() && postings[end].bits == postings[begin].bits) ++end;
    if (end - begin > common) continue;
    for (std::size_t i = begin; i < end; ++i) {
      for (std::size_t k = i + 1; k < end; ++k) {
        if (postings[i].clip == postings[k].clip) continue;
        places[postings[i].clip].push_back(
            {postings[k].clip, static_cast<std::int32_t>(postings[i].frame) -
                                   static_cast<std::int32_t>(postings[k].frame)});
      }
    }
  }
  std::vector<Alike> alike;
  for (std::size_t first = 0; first < clips.size(); ++first) {
    auto& of_clip = places[first];
    std::ranges::sort(of_clip);
    of_clip.erase(std::unique(of_clip.begin(), of_clip.end()), of_clip.end());
    std::map<std::size_t, double> best;
    for (const auto& [second, shift] : of_clip) {
      const std::size_t least = least_shared(clips[first], clips[second]);
      const double differ = difference_at(clips[first], clips[second], shift, least);
      if (differ >= alike_below) continue;
      const auto [at, fresh] = best.emplace(second, differ);
      if (!fresh) at->second = std::min(at->second, differ);
    }
    for (const auto& [second, differ] : best) alike.push_back({first, second, differ});
    of_clip = {};
  }
  return alike;
}

Result<std::vector<Fingerprint>> fingerprints(const Dataset& dataset,
                                              const project::Project& project) {
  constexpr std::int32_t most_s = 4;
  const std::int32_t rate_hz = project.signal.sample_rate_hz;
  const auto length = static_cast<std::size_t>(std::min(project.clip_samples(), most_s * rate_hz));
  std::vector<Fingerprint> prints(dataset.clips.size());
  Progress progress("looking for recordings alike", dataset.clips.size());
  std::atomic<std::size_t> next = 0;
  const auto work = [&] {
    for (std::size_t i = next++; i < prints.size() && !interrupted(); i = next++) {
      const Clip& clip = dataset.clips[i];
      const auto audio = read_audio(clip.path, rate_hz, clip.start_s, clip.end_s);
      if (audio) {
        prints[i] = fingerprint(fit(audio.value().samples, length), rate_hz, project.signal.low_hz,
                                project.signal.high_hz);
      }
      progress.advance();
    }
  };
  {
    std::vector<std::jthread> workers(std::max(1U, std::thread::hardware_concurrency()));
    for (std::jthread& worker : workers) worker = std::jthread(work);
  }
  if (interrupted()) return Error{"stopped before every recording was looked at"};
  return prints;
}

}  // namespace sengi::data
