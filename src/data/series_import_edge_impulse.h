// SPDX-License-Identifier: Apache-2.0
// Recordings in Edge Impulse's data acquisition format (JSON or CBOR: protected, signature, payload
// with device_name, device_type, interval_ms, sensors, values) and the labels of its exports
// (info.labels), made into CSV recordings that read_series() reads. By its published documentation,
// docs.edgeimpulse.com "Data acquisition format" and "Uploader".
#pragma once

#include <cstddef>
#include <filesystem>
#include <map>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace sengi::data {

struct AcquiredSeries {
  std::vector<std::string> columns;  // "accX (m/s2)"; without the unit where it is N/A
  double interval_ms = 0;            // between rows; 0 for a single one
  std::size_t rows = 0;
  std::vector<double> values;  // [rows][columns]
  std::string device;          // its name, or else its type
  std::string rest;            // all that the file holds beside the values, as JSON
};

// JSON where the bytes begin with '{', else CBOR. Signatures are kept and not verified.
// Errors, with the file: not of this format; sensors without a name or two of one; rows of another
// length; values that are no numbers; an interval that is none.
Result<AcquiredSeries> parse_edge_impulse(std::span<const std::byte> bytes, std::string_view file);

// The recording as CSV: time_ms and the columns.
std::string series_csv(const AcquiredSeries& series);

// What an export says of its files.
struct EdgeImpulseLabels {
  struct Part {  // rows first .. last are of the label
    std::size_t first;
    std::size_t last;
    std::string label;
  };
  struct Of {
    std::string label;        // empty: none, or by parts
    std::vector<Part> parts;  // of files with several labels
    bool for_testing = false;
  };
  std::map<std::string, Of> files;  // by path below the folder of info.labels, and by name
};
// Errors: not of this format.
Result<EdgeImpulseLabels> parse_edge_impulse_labels(std::string_view text, std::string_view file);

struct EdgeImpulseImport {
  std::filesystem::path manifest;
  std::map<std::string, std::size_t> recordings;  // by label; parts are counted one by one
  std::size_t files = 0;
  std::vector<std::string> notes;
};

// Reads files, or all .json and .cbor files in folders and below, and writes FOLDER/LABEL/NAME.csv
// each, what else the file holds beside it as NAME.json, and FOLDER/manifest.csv: path, label,
// group, split, start_s, end_s, device. The label is that of an info.labels in one of the folders,
// else the file's name before its first dot. Files with several labels are in FOLDER/several, a row
// of the manifest for each part. What an export keeps for testing is on the test side; other rows
// leave the side open.
// Errors: those above; no such file; nothing in a folder; two recordings of one name and label; a
// file that cannot be written.
Result<EdgeImpulseImport> import_edge_impulse(const std::vector<std::filesystem::path>& given,
                                              const std::filesystem::path& folder);

}  // namespace sengi::data
