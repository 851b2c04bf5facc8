// SPDX-License-Identifier: Apache-2.0
#include "train/memory.h"

#include <cstdlib>  // and with it whether this is glibc
#include <limits>

#ifdef __GLIBC__
#include <malloc.h>
#endif

namespace sengi::train {

void keep_freed_memory() {
#ifdef __GLIBC__
  constexpr int largest_mmap_threshold = 32 << 20;  // mallopt(3)
  mallopt(M_MMAP_THRESHOLD, largest_mmap_threshold);
  mallopt(M_TRIM_THRESHOLD, std::numeric_limits<int>::max());
  mallopt(M_TOP_PAD, 64 << 20);
#endif
}

}  // namespace sengi::train
