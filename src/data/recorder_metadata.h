// SPDX-License-Identifier: Apache-2.0
// What a recorder wrote into a file about itself: GUANO's chunk, or an AudioMoth's comment.
#pragma once

#include <filesystem>
#include <string>
#include <string_view>

#include "base/result.h"

namespace sengi::data {

// Empty where the file does not say.
struct RecorderMetadata {
  std::string recorded_at;  // ISO 8601; in UTC from an AudioMoth, as written from GUANO
  std::string recorder;     // model and serial number
  std::string deployment;
  std::string latitude;  // degrees
  std::string longitude;
  std::string temperature_c;
  std::string battery_v;

  bool empty() const { return *this == RecorderMetadata(); }
  bool operator==(const RecorderMetadata&) const = default;
};

// Of GUANO 1.0 ("Namespace|Key: value" lines): Timestamp, Make, Model, Serial, Loc Position,
// Temperature Ext or Int, and the deployment of Open Acoustic Devices. Lines of other keys are left
// alone.
RecorderMetadata parse_guano(std::string_view text);

// Of the comment that AudioMoth firmware writes (ICMT): "Recorded at 19:17:30 10/12/2018 (UTC+1)
// [during deployment ID] by AudioMoth ID at ... gain while battery was 4.2V and temperature was
// 24.4C."
RecorderMetadata parse_audiomoth_comment(std::string_view comment);

// What a file says, by GUANO where it has both; all empty where it has neither.
// Errors: as audio_info().
Result<RecorderMetadata> recorder_metadata(const std::filesystem::path& path);

}  // namespace sengi::data
