// SPDX-License-Identifier: Apache-2.0
// The C library's functions that the compiler may call whatever a program says, so that no C
// library is needed. Words where both ends are aligned: generated code moves whole tensors with
// them.
#include <cstddef>
#include <cstdint>

// Without this the loops below would be recognised and become calls of themselves.
#pragma GCC optimize("no-tree-loop-distribute-patterns")

namespace {

using Byte = unsigned char;
using Word [[gnu::may_alias]] = std::uint32_t;

bool aligned(const void* pointer) {
  return reinterpret_cast<std::uintptr_t>(pointer) % sizeof(Word) == 0;
}

}  // namespace

extern "C" {

void* memcpy(void* __restrict to, const void* __restrict from, std::size_t bytes) {
  auto* out = static_cast<Byte*>(to);
  const auto* in = static_cast<const Byte*>(from);
  if (aligned(out) && aligned(in)) {
    for (; bytes >= sizeof(Word); bytes -= sizeof(Word)) {
      *reinterpret_cast<Word*>(out) = *reinterpret_cast<const Word*>(in);
      out += sizeof(Word);
      in += sizeof(Word);
    }
  }
  while (bytes-- > 0) *out++ = *in++;
  return to;
}

void* memmove(void* to, const void* from, std::size_t bytes) {
  auto* out = static_cast<Byte*>(to);
  const auto* in = static_cast<const Byte*>(from);
  if (out <= in || out >= in + bytes) {
    while (bytes-- > 0) *out++ = *in++;
  } else {
    while (bytes-- > 0) out[bytes] = in[bytes];
  }
  return to;
}

void* memset(void* to, int value, std::size_t bytes) {
  auto* out = static_cast<Byte*>(to);
  const auto byte = static_cast<Byte>(value);
  if (aligned(out)) {
    for (; bytes >= sizeof(Word); bytes -= sizeof(Word)) {
      *reinterpret_cast<Word*>(out) = byte * 0x01010101u;
      out += sizeof(Word);
    }
  }
  while (bytes-- > 0) *out++ = byte;
  return to;
}

int memcmp(const void* a, const void* b, std::size_t bytes) {
  const auto* first = static_cast<const Byte*>(a);
  const auto* second = static_cast<const Byte*>(b);
  for (std::size_t i = 0; i < bytes; ++i) {
    if (first[i] != second[i]) return first[i] - second[i];
  }
  return 0;
}

std::size_t strlen(const char* text) {
  std::size_t length = 0;
  while (text[length] != '\0') ++length;
  return length;
}

}  // extern "C"
