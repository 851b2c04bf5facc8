// SPDX-License-Identifier: Apache-2.0
// What sengi run can do: a network alone, a project's test clips, a project over recordings.
#pragma once

#include <string>
#include <vector>

#include "base/result.h"
#include "cli/command.h"
#include "compile/compile.h"
#include "evaluate/run_record.h"

namespace sengi::cli {

struct RunOptions {
  std::string subject;             // MODEL.tflite or PROJECT
  std::vector<std::string> audio;  // recordings to listen to; PROJECT alone
  std::string board;               // empty: the project's, or this machine for a MODEL
  std::string in;                  // file of input tensors
  std::string out;                 // file for output tensors
  std::string firmware;            // that talks over the serial line; empty: none
  compile::Favor favor = compile::Favor::size;
  bool explain = false;
};

Result<Status> run_model(const RunOptions& options, const Session& session);
Result<Status> run_serial(const RunOptions& options, const Session& session);
Result<Status> run_test_clips(const RunOptions& options, const Session& session);
Result<Status> run_listening(const RunOptions& options, const Session& session);

// The measurements as a table in which each says how it came about.
std::string words_of(const evaluate::RunRecord& record);

}  // namespace sengi::cli
