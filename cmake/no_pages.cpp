// SPDX-License-Identifier: Apache-2.0
// In the place of the pages where they are left out (-DSENGI_WEB=OFF).
#include "base/web_file.h"

namespace sengi::web {

std::span<const File> dashboard() { return {}; }

}  // namespace sengi::web
