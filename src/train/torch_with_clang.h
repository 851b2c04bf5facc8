// SPDX-License-Identifier: Apache-2.0
// Included before everything else where clang compiles a file that includes libtorch.
//
// In C++20 libstdc++'s vector is constexpr, and clang then instantiates its members where they are
// first named. libtorch 1.13 names those of std::vector<c10::IValue> before it defines IValue,
// which is no error in the C++17 it is written for. So here vector alone is as it was in C++17.
#pragma once

#include <string>  // and with it what vector is made of, as C++20 has it

#pragma push_macro("_GLIBCXX20_CONSTEXPR")
#undef _GLIBCXX20_CONSTEXPR
#define _GLIBCXX20_CONSTEXPR inline
// <string> has declared this one, std::fill() of a std::vector<bool>, as constexpr: it stays
// without a definition, and a file that used it would not link.
#define __fill_a1 fill_of_bits
#include <vector>
#undef __fill_a1
#pragma pop_macro("_GLIBCXX20_CONSTEXPR")
