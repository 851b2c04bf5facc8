// SPDX-License-Identifier: Apache-2.0
#include <utility>

#include "data/audio.h"
#include "data/dataset.h"
#include "data/image.h"
#include "data/series_clips.h"

namespace sengi::data {
namespace {

Result<std::vector<std::int16_t>> read_sound(const Clip& clip, const project::Project& project) {
  SENGI_TRY(audio, read_audio(clip.path, project.signal.sample_rate_hz, clip.start_s, clip.end_s));
  return fit(audio.samples, static_cast<std::size_t>(project.clip_samples()));
}

Result<std::vector<std::int16_t>> read_frame(const Clip& clip, const project::Project& project) {
  SENGI_TRY(image, read_image(clip.path));
  return frame_of(image, project.image);
}

}  // namespace

ClipReader::ClipReader(project::Project project)
    : project_(std::make_shared<const project::Project>(std::move(project))),
      series_(std::make_shared<SeriesFiles>()) {}

Result<std::vector<std::int16_t>> ClipReader::read(const Clip& clip) const {
  switch (project_->sense()) {
    case project::Sense::audio:
      break;
    case project::Sense::series:
      return read_series_clip(clip, *project_, *series_);
    case project::Sense::image:
      return read_frame(clip, *project_);
  }
  return read_sound(clip, *project_);
}

}  // namespace sengi::data
