// SPDX-License-Identifier: Apache-2.0
#include "emulate/plugin/thumb_cost.h"

#include <bit>

namespace sengi::emulate {
namespace {

constexpr std::uint8_t single_load_cycles = 2;
constexpr std::uint8_t double_transfer_cycles = 2;  // LDRD, STRD
constexpr std::uint8_t divide_cycles = 7;
constexpr std::uint8_t float_divide_cycles = 14;

constexpr ThumbInstruction plain(std::uint8_t bytes) { return {bytes, 1}; }
constexpr ThumbInstruction load(std::uint8_t bytes) {
  return {bytes, single_load_cycles, Access::load};
}
constexpr ThumbInstruction store(std::uint8_t bytes) { return {bytes, 1, Access::store}; }
constexpr ThumbInstruction load_or_store(std::uint8_t bytes, bool is_load) {
  return is_load ? load(bytes) : store(bytes);
}
constexpr ThumbInstruction multiple(std::uint8_t bytes, unsigned registers) {
  return {bytes, static_cast<std::uint8_t>(1 + registers)};
}

constexpr unsigned ones(unsigned word) { return static_cast<unsigned>(std::popcount(word)); }
constexpr bool bit(unsigned word, int place) { return (word >> place & 1u) != 0; }

ThumbInstruction decode_narrow(unsigned word) {
  switch (word >> 12) {
    case 0x4:  // LDR (literal) is 01001; the rest works on registers
      return (word & 0x0800) != 0 ? load(2) : plain(2);
    case 0x5:  // register offset: the operations STR, STRH, STRB, then five loads
      return load_or_store(2, (word >> 9 & 7u) >= 3);
    case 0x6:  // immediate offset: word, byte, half-word, and relative to SP
    case 0x7:
    case 0x8:
    case 0x9:
      return load_or_store(2, bit(word, 11));
    case 0xb:  // PUSH is 1011010, POP 1011110; bit 8 adds LR or PC
      return (word & 0x0600) == 0x0400 ? multiple(2, ones(word & 0x1ff)) : plain(2);
    case 0xc:  // STM, LDM
      return multiple(2, ones(word & 0xff));
    default:
      return plain(2);
  }
}

// 1110 100x x1xx: two registers, exclusive accesses, table branches.
ThumbInstruction decode_dual_or_exclusive(unsigned first, unsigned second) {
  const bool is_load = bit(first, 4);
  const bool indexed_or_written_back = bit(first, 8) || bit(first, 5);
  if (indexed_or_written_back) return {4, double_transfer_cycles};
  const bool word_exclusive = !bit(first, 7);
  if (word_exclusive) return load_or_store(4, is_load);
  const bool table_branch = is_load && (second >> 4 & 0xfu) < 2;
  return table_branch ? plain(4) : load_or_store(4, is_load);
}

// 1111 100x: one register. Loads of bytes and half-words into PC are prefetch hints.
ThumbInstruction decode_single(unsigned first, unsigned second) {
  const bool is_load = bit(first, 4);
  const bool is_word = (first >> 5 & 3u) == 2;
  const bool to_pc = second >> 12 == 15;
  if (is_load && to_pc && !is_word) return plain(4);
  return load_or_store(4, is_load);
}

// 1110 110x, coprocessor 10 or 11: floating-point registers from and to memory.
ThumbInstruction decode_float_transfer(unsigned first, unsigned second) {
  const bool before = bit(first, 8);
  const bool up = bit(first, 7);
  const bool write_back = bit(first, 5);
  if (before && !write_back) return load_or_store(4, bit(first, 4));
  if (!before && !up && !write_back) return plain(4);  // VMOV between two registers and a double
  const bool doubles = bit(second, 8);
  const unsigned words = second & 0xff;
  return multiple(4, doubles ? words / 2 : words);
}

bool is_float(unsigned second) { return (second & 0x0e00) == 0x0a00; }

bool is_integer_divide(unsigned first, unsigned second) {
  const unsigned operation = first & 0xfff0;
  return (operation == 0xfb90 || operation == 0xfbb0) && (second & 0xf0f0) == 0xf0f0;
}

bool is_float_divide_or_root(unsigned first, unsigned second) {
  if (!is_float(second)) return false;
  const bool divide = (first & 0xffb0) == 0xee80 && (second & 0x0050) == 0;
  const bool root = (first & 0xffbf) == 0xeeb1 && (second & 0x00d0) == 0x00c0;
  return divide || root;
}

ThumbInstruction decode_wide(unsigned first, unsigned second) {
  if ((first & 0xfe40) == 0xe800) return multiple(4, ones(second));
  if ((first & 0xfe40) == 0xe840) return decode_dual_or_exclusive(first, second);
  if ((first & 0xff00) == 0xf800 || (first & 0xff10) == 0xf910) return decode_single(first, second);
  if ((first & 0xfe00) == 0xec00 && is_float(second)) return decode_float_transfer(first, second);
  if (is_integer_divide(first, second)) return {4, divide_cycles};
  if (is_float_divide_or_root(first, second)) return {4, float_divide_cycles};
  return plain(4);
}

}  // namespace

bool has_second_halfword(std::uint16_t first) { return first >> 11 >= 0x1d; }

ThumbInstruction decode_thumb(std::uint16_t first, std::uint16_t second) {
  return has_second_halfword(first) ? decode_wide(first, second) : decode_narrow(first);
}

}  // namespace sengi::emulate
