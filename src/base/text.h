// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace sengi {

// The candidate that was probably meant: least Levenshtein distance, at most a third of the word's
// length (and at least 1) away.
std::optional<std::string> nearest(std::string_view word, std::span<const std::string> candidates);

// "12,345,678"
std::string with_thousands(std::uint64_t number);

// "1 clip", "2 clips"
std::string counted(std::size_t count, std::string_view noun);

// "a" or "b"; "a", "b" or "c": in quotes.
std::string alternatives(std::span<const std::string> words);

// A C++ identifier in snake_case from any name: "MobilenetV1/Conv2d_0" -> "mobilenet_v1_conv2d_0".
// Never empty, never a keyword, never starts with a digit.
std::string identifier(std::string_view name);

// Text safe inside HTML elements and attributes.
std::string escape_html(std::string_view text);

}  // namespace sengi
