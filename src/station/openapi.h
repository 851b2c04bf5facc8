// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string_view>

namespace sengi::station {

// The description of the HTTP API (OpenAPI 3.0, JSON), as GET /api/v1/openapi.json serves it. The
// tests hold the server to it.
std::string_view openapi();

}  // namespace sengi::station
