// SPDX-License-Identifier: Apache-2.0
// An image front end's constants as C++ for the device.
#pragma once

#include <string>

#include "signal/image_tables.h"

namespace sengi::signal {

// Definitions, one array a comment, of everything an ImageTables points to, in an unnamed
// namespace, and of `const sengi::signal::ImageTables NAME` behind them.
std::string image_tables_as_cpp(const OwnedImageTables& tables, const std::string& name);

// The spec as designated initialisers, a line each: "    .frame_width = 96,\n" ...
std::string image_spec_as_cpp(const ImageSpec& spec);

}  // namespace sengi::signal
