// SPDX-License-Identifier: Apache-2.0
// Clips against libsndfile's IMA ADPCM, and their pieces.
#include "signal/clip_pieces.h"

#include <gmock/gmock.h>
#include <sndfile.h>

#include <cmath>
#include <filesystem>
#include <random>
#include <vector>

#include "base/files.h"
#include "sengi/listen/clip_keeper.h"
#include "sengi/signal/clip_codec.h"

namespace sengi::signal {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using Samples = std::vector<std::int16_t>;
using Bytes = std::vector<std::uint8_t>;
using Keeper = listen::ClipKeeper<44, 100>;
constexpr std::int32_t rate_hz = 2000;

// A rumble in noise, then steps from end to end, silence and full noise: everything a codec meets.
Samples sounds() {
  std::mt19937 random(9);
  const auto noise = [&](int width) {
    return static_cast<int>(random() % (2U * static_cast<unsigned>(width))) - width;
  };
  Samples samples;
  for (int i = 0; i < 6000; ++i) {
    double sum = 0;
    for (int k = 1; k < 12; ++k) sum += std::sin(k * 0.06 * i + k) / k;
    samples.push_back(static_cast<std::int16_t>(4000 * sum + noise(300)));
  }
  for (int i = 0; i < 1000; ++i) samples.push_back(i / 50 % 2 == 0 ? 32767 : -32768);
  samples.insert(samples.end(), 1000, 0);
  for (int i = 0; i < 1000; ++i) samples.push_back(static_cast<std::int16_t>(noise(32768)));
  return samples;
}

Bytes encoded(const Samples& samples, std::int32_t block_samples) {
  ClipEncoder encoder;
  Bytes all;
  Bytes block(clip_block_bytes(block_samples));
  const auto step = static_cast<std::size_t>(block_samples);
  for (std::size_t at = 0; at + step <= samples.size(); at += step) {
    encoder.encode(samples.data() + at, block_samples, block.data());
    all.insert(all.end(), block.begin(), block.end());
  }
  return all;
}

Samples decoded(const Bytes& blocks, std::int32_t block_samples) {
  const std::size_t size = clip_block_bytes(block_samples);
  Samples samples(blocks.size() / size * static_cast<std::size_t>(block_samples));
  for (std::size_t i = 0; i * size < blocks.size(); ++i) {
    EXPECT_TRUE(decode_clip_block(blocks.data() + i * size, block_samples,
                                  samples.data() + i * static_cast<std::size_t>(block_samples)));
  }
  return samples;
}

Samples by_libsndfile(const std::filesystem::path& path) {
  SF_INFO info{};
  SNDFILE* const file = sf_open(path.c_str(), SFM_READ, &info);
  EXPECT_NE(file, nullptr) << sf_strerror(nullptr);
  if (file == nullptr) return {};
  EXPECT_EQ(info.format, SF_FORMAT_WAV | SF_FORMAT_IMA_ADPCM);
  EXPECT_EQ(info.samplerate, rate_hz);
  Samples samples(static_cast<std::size_t>(info.frames));
  EXPECT_EQ(sf_readf_short(file, samples.data(), info.frames), info.frames);
  sf_close(file);
  return samples;
}

double snr_db(const Samples& wanted, const Samples& got, std::size_t length) {
  double power = 0;
  double error = 0;
  for (std::size_t i = 0; i < length; ++i) {
    power += static_cast<double>(wanted[i]) * wanted[i];
    error += std::pow(static_cast<double>(wanted[i]) - got[i], 2);
  }
  return 10 * std::log10(power / error);
}

TEST(ClipCodec, IsWhatLibsndfileDecodes) {
  const TemporaryFolder folder = TemporaryFolder::make().value();
  const Samples samples = sounds();
  for (const std::int32_t block_samples : {9, 81, 505, 1017}) {
    SCOPED_TRACE(block_samples);
    const Bytes blocks = encoded(samples, block_samples);
    const auto path = folder.path() / "clip.wav";
    const Bytes wav = adpcm_wav(blocks, block_samples, rate_hz);
    ASSERT_TRUE(write_file(path, std::as_bytes(std::span(wav))).ok());
    EXPECT_EQ(by_libsndfile(path), decoded(blocks, block_samples));
  }
}

TEST(ClipCodec, SoundsAsGoodAsLibsndfilesOwn) {
  const TemporaryFolder folder = TemporaryFolder::make().value();
  const auto path = folder.path() / "theirs.wav";
  Samples samples = sounds();
  samples.resize(6000);  // the rumble
  SF_INFO info{};
  info.samplerate = rate_hz;
  info.channels = 1;
  info.format = SF_FORMAT_WAV | SF_FORMAT_IMA_ADPCM;
  SNDFILE* const file = sf_open(path.c_str(), SFM_WRITE, &info);
  ASSERT_NE(file, nullptr);
  ASSERT_EQ(sf_writef_short(file, samples.data(), 6000), 6000);
  sf_close(file);
  const double theirs = snr_db(samples, by_libsndfile(path), 5500);
  const double ours = snr_db(samples, decoded(encoded(samples, 505), 505), 5500);
  EXPECT_GT(ours, theirs - 0.5);
  EXPECT_GT(ours, 20);
}

TEST(ClipCodec, RefusesWhatIsNoBlock) {
  Bytes block(44, 0);
  Samples out(81, 7);
  block[2] = 89;
  EXPECT_FALSE(decode_clip_block(block.data(), 81, out.data()));
  block[2] = 0;
  block[3] = 1;
  EXPECT_FALSE(decode_clip_block(block.data(), 81, out.data()));
  EXPECT_THAT(out, testing::Each(7));
}

std::vector<Bytes> pieces_of(const Keeper& keeper, std::uint16_t number) {
  std::vector<Bytes> pieces;
  EXPECT_TRUE(keeper.each_piece(number, [&](std::span<const std::uint8_t> piece) {
    pieces.emplace_back(piece.begin(), piece.end());
    return true;
  }));
  return pieces;
}

TEST(ClipKeeper, KeepsTheLastSecondsInPiecesThatFitAnUplink) {
  static_assert(Keeper::piece_bytes + 2 <= 51);
  Samples samples = sounds();
  samples.resize(8300);
  Keeper keeper;
  for (std::size_t at = 0; at < samples.size(); at += 250) {  // hop by hop
    keeper.push(samples.data() + at,
                static_cast<std::int32_t>(std::min<std::size_t>(250, samples.size() - at)));
  }
  const auto clip = join_pieces(pieces_of(keeper, 777));
  ASSERT_TRUE(clip.ok()) << clip.error().message;
  EXPECT_EQ(clip.value().number, 777);
  EXPECT_THAT(clip.value().missing_pieces, testing::IsEmpty());
  ASSERT_EQ(clip.value().samples.size(), 8100U);
  // 8,300 samples are 102 whole blocks, of which the last hundred are kept.
  const Samples kept(samples.begin() + 2 * 81, samples.begin() + 102 * 81);
  EXPECT_GT(snr_db(kept, clip.value().samples, 5000), 20);
}

TEST(ClipPieces, MayComeInAnyOrderTwiceAndNotAtAll) {
  Keeper keeper;
  const Samples samples = sounds();
  keeper.push(samples.data(), 81 * 6);
  const std::vector<Bytes> whole = pieces_of(keeper, 3);
  ASSERT_EQ(whole.size(), 6U);
  const Samples all = join_pieces(whole).value().samples;
  const auto some =
      join_pieces(std::vector<Bytes>{whole[5], whole[0], whole[5], whole[2], whole[3]});
  ASSERT_TRUE(some.ok());
  EXPECT_THAT(some.value().missing_pieces, ElementsAre(1, 4));
  Samples wanted = all;
  std::fill_n(wanted.begin() + 81, 81, std::int16_t{0});
  std::fill_n(wanted.begin() + 4 * 81, 81, std::int16_t{0});
  EXPECT_EQ(some.value().samples, wanted);
}

TEST(ClipPieces, SayWhatIsWrong) {
  Keeper keeper;
  const Samples samples = sounds();
  keeper.push(samples.data(), 81 * 3);
  const std::vector<Bytes> good = pieces_of(keeper, 3);
  const auto fault = [](std::vector<Bytes> pieces) {
    const auto clip = join_pieces(pieces);
    return clip.ok() ? "none" : clip.error().message;
  };
  EXPECT_THAT(fault({}), HasSubstr("at least one"));
  EXPECT_THAT(fault({Bytes(7, 0)}), HasSubstr("piece 0 has 7 bytes"));
  auto pieces = good;
  pieces[1].resize(40);
  EXPECT_THAT(fault(pieces), HasSubstr("piece 1 has 40 bytes where the first has 48"));
  pieces = good;
  pieces[2][0] = 4;
  EXPECT_THAT(fault(pieces), HasSubstr("piece 2 is of another clip"));
  pieces = good;
  pieces[2][2] = 3;
  EXPECT_THAT(fault(pieces), HasSubstr("number 3 of a clip of 3"));
  pieces = good;
  pieces[1][6] = 90;
  EXPECT_THAT(fault(pieces), HasSubstr("piece 1 does not begin"));
}

}  // namespace
}  // namespace sengi::signal
