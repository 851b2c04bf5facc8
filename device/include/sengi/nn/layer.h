// SPDX-License-Identifier: Apache-2.0
// What the layers have in common.
//
// A layer is a struct that generated code writes: a `shape` that the kernels are templates over,
// and beside it the constants. Kernels read both at compile time, so each layer becomes a function
// of its own without a parameter left in it:
//
//   struct Dense9 {
//     static constexpr sengi::nn::FullyConnected shape = {...};
//     static constexpr std::int8_t weights[] = {...};
//     ...
//   };
//   SENGI_LAYER void dense9(const std::int8_t* input, std::int8_t* output) {
//     sengi::nn::fully_connected<Dense9>(input, output);
//   }
//
// Tensors are in NHWC order, of int8 where nothing else is said. The compiler's memory plan lets an
// output grow over an input that nobody needs any more, and counts on the order in which each
// kernel reads and writes: by pixel, in memory order, unless its header says otherwise.
#pragma once

#include <cstddef>
#include <cstdint>

// Before a layer's function: one symbol in the binary, whole and under its own name, so that a
// profile can say what each layer costs.
#if defined(__clang__)
#define SENGI_LAYER [[gnu::noinline, gnu::flatten]]
#else
#define SENGI_LAYER [[gnu::noipa, gnu::flatten]]
#endif

// Before a loop: how many times to repeat its body.
#if defined(__clang__)
#define SENGI_UNROLL_PRAGMA(words) _Pragma(#words)
#define SENGI_UNROLL(times) SENGI_UNROLL_PRAGMA(clang loop unroll_count(times))
#else
#define SENGI_UNROLL_PRAGMA(words) _Pragma(#words)
#define SENGI_UNROLL(times) SENGI_UNROLL_PRAGMA(GCC unroll times)
#endif

namespace sengi::nn {

// A tensor of another type among the arena's bytes. Requires: `bytes` is aligned for it.
template <typename T>
T* as(std::int8_t* bytes) {
  return reinterpret_cast<T*>(bytes);
}

struct Image {
  std::int32_t height;
  std::int32_t width;
  std::int32_t channels;

  constexpr std::int32_t elements() const { return height * width * channels; }
  constexpr std::int32_t bytes() const { return elements(); }  // of int8
};

// Of a window's taps, its steps, or the rows and columns of padding before an image.
struct Size {
  std::int32_t height;
  std::int32_t width;
};

// What an output is held to: the range of int8, or less where an activation is fused.
struct Clamp {
  std::int32_t lowest = -128;
  std::int32_t highest = 127;
};

}  // namespace sengi::nn
