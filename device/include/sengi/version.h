// SPDX-License-Identifier: Apache-2.0
#pragma once

namespace sengi {

// Counts up whenever generated code of an earlier sengi would no longer mean the same with these
// headers. Generated code asserts the number it was written for.
inline constexpr int device_library_version = 1;

}  // namespace sengi
