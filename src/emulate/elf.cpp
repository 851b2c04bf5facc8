// SPDX-License-Identifier: Apache-2.0
// After "Tool Interface Standard: Executable and Linking Format", version 1.2.
#include "emulate/elf.h"

#include <cxxabi.h>

#include <algorithm>
#include <array>
#include <cstdlib>
#include <cstring>
#include <memory>
#include <optional>

#include "base/files.h"

namespace sengi::emulate {
namespace {

constexpr std::array<unsigned char, 7> magic = {
    0x7f, 'E', 'L', 'F', 1 /* 32 bits */, 1 /* little-endian */, 1 /* version */};
constexpr std::size_t section_table_field = 32;  // offsets in the file's header
constexpr std::size_t section_count_field = 48;
constexpr std::size_t name_section_field = 50;
constexpr std::size_t section_header_bytes = 40;
constexpr std::size_t symbol_bytes = 16;
constexpr std::uint32_t symbol_table_type = 2;
constexpr std::uint32_t no_bits_type = 8;
constexpr std::uint32_t write_flag = 1;
constexpr std::uint32_t loaded_flag = 2;
constexpr std::uint32_t executable_flag = 4;
constexpr unsigned function_type = 2;

struct SectionHeader {
  std::uint32_t name, type, flags, address, offset, size, link, info, alignment, entry_size;
};
static_assert(sizeof(SectionHeader) == section_header_bytes);

struct Symbol {
  std::uint32_t name, value, size;
  unsigned char info, other;
  std::uint16_t section;
};
static_assert(sizeof(Symbol) == symbol_bytes);

class Reader {
 public:
  explicit Reader(std::span<const std::byte> bytes) : bytes_(bytes) {}

  template <typename Record>
  std::optional<Record> at(std::size_t offset) const {
    Record record;
    if (offset > bytes_.size() || bytes_.size() - offset < sizeof record) return std::nullopt;
    std::memcpy(&record, bytes_.data() + offset, sizeof record);
    return record;
  }

  // The text that begins `offset` into a table of names; empty where it is not whole.
  std::string name(const SectionHeader& table, std::size_t offset) const {
    if (table.offset > bytes_.size() || bytes_.size() - table.offset < table.size) return "";
    if (offset >= table.size) return "";
    const auto* begin = reinterpret_cast<const char*>(bytes_.data()) + table.offset + offset;
    const std::size_t room = table.size - offset;
    const std::size_t length = ::strnlen(begin, room);
    return length == room ? "" : std::string(begin, length);
  }

 private:
  std::span<const std::byte> bytes_;
};

std::string demangled(const std::string& symbol) {
  int status = 0;
  const std::unique_ptr<char, decltype(&std::free)> name(
      abi::__cxa_demangle(symbol.c_str(), nullptr, nullptr, &status), &std::free);
  return status == 0 ? std::string(name.get()) : symbol;
}

std::optional<std::vector<SectionHeader>> section_headers(const Reader& reader) {
  const auto table = reader.at<std::uint32_t>(section_table_field);
  const auto count = reader.at<std::uint16_t>(section_count_field);
  if (!table || !count) return std::nullopt;
  std::vector<SectionHeader> headers;
  for (std::size_t i = 0; i < *count; ++i) {
    const auto header = reader.at<SectionHeader>(*table + i * section_header_bytes);
    if (!header) return std::nullopt;
    headers.push_back(*header);
  }
  return headers;
}

ElfSection section_of(const SectionHeader& header, std::string name) {
  return {std::move(name),
          header.size,
          (header.flags & loaded_flag) != 0,
          (header.flags & write_flag) != 0,
          (header.flags & executable_flag) != 0,
          header.type != no_bits_type,
          header.address};
}

bool add_functions(const Reader& reader, const SectionHeader& table, const SectionHeader& names,
                   std::vector<ElfFunction>& functions) {
  for (std::size_t at = 0; at + symbol_bytes <= table.size; at += symbol_bytes) {
    const auto symbol = reader.at<Symbol>(table.offset + at);
    if (!symbol) return false;
    if ((symbol->info & 15u) != function_type || symbol->section == 0) continue;
    // Bit 0 of an address says that the function is in Thumb instructions.
    functions.push_back(
        {demangled(reader.name(names, symbol->name)), symbol->value & ~1u, symbol->size});
  }
  return true;
}

}  // namespace

Result<Elf> parse_elf(std::span<const std::byte> bytes, const std::string& name) {
  const Error cut{name + ": the linked program is cut short; delete the folder and build again"};
  const Reader reader(bytes);
  const auto start = reader.at<std::array<unsigned char, magic.size()>>(0);
  if (!start || *start != magic) {
    return Error{name + ": not a 32-bit little-endian ELF program"};
  }
  const auto headers = section_headers(reader);
  const auto names_index = reader.at<std::uint16_t>(name_section_field);
  if (!headers || !names_index || *names_index >= headers->size()) return cut;

  Elf elf;
  for (const SectionHeader& header : *headers) {
    elf.sections.push_back(section_of(header, reader.name((*headers)[*names_index], header.name)));
    if (header.type != symbol_table_type) continue;
    if (header.link >= headers->size()) return cut;
    if (!add_functions(reader, header, (*headers)[header.link], elf.functions)) return cut;
  }
  std::sort(elf.functions.begin(), elf.functions.end(),
            [](const auto& a, const auto& b) { return a.address < b.address; });
  return elf;
}

Result<Elf> read_elf(const std::filesystem::path& path) {
  SENGI_TRY(bytes, read_file(path));
  return parse_elf(bytes, path.string());
}

}  // namespace sengi::emulate
