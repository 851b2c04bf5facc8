// SPDX-License-Identifier: Apache-2.0
#pragma once

namespace sengi::train {

// Has the C library keep what is freed for the next step of training instead of handing it back to
// the system: a step frees some megabytes and asks for the same again at once, and each return
// costs page faults, and an interruption of every other thread. Memory then stays at its peak until
// the process ends. Nothing happens where the C library is not glibc.
void keep_freed_memory();

}  // namespace sengi::train
