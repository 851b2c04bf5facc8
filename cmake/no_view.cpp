// SPDX-License-Identifier: Apache-2.0
// As no_pages.cpp, for sengi view.
#include "base/web_file.h"

namespace sengi::web {

std::span<const File> view() { return {}; }

}  // namespace sengi::web
