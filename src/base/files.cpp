// SPDX-License-Identifier: Apache-2.0
#include "base/files.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstdlib>
#include <cstring>

namespace sengi {
namespace fs = std::filesystem;
namespace {

Error failed(const fs::path& path, std::string_view doing) {
  return Error{fmt::format("{}: cannot {}: {}", path.string(), doing, std::strerror(errno))};
}

class Descriptor {
 public:
  explicit Descriptor(int number) : number_(number) {}
  ~Descriptor() {
    if (number_ >= 0) ::close(number_);
  }
  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;
  int number() const { return number_; }

 private:
  int number_;
};

template <typename Bytes>
Result<Bytes> read_into(const fs::path& path) {
  std::error_code ignored;
  if (fs::is_directory(path, ignored)) return Error{path.string() + ": is a folder, not a file"};
  const Descriptor file(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
  if (file.number() < 0) return failed(path, "open");
  Bytes bytes;
  std::array<char, 65536> block;
  while (true) {
    const ssize_t got = ::read(file.number(), block.data(), block.size());
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) return failed(path, "read");
    if (got == 0) return bytes;
    const auto* first = reinterpret_cast<const typename Bytes::value_type*>(block.data());
    bytes.insert(bytes.end(), first, first + got);
  }
}

// The folder that holds the running program.
fs::path program_folder() {
  std::error_code ignored;
  return fs::read_symlink("/proc/self/exe", ignored).parent_path();
}

}  // namespace

Result<std::vector<std::byte>> read_file(const fs::path& path) {
  return read_into<std::vector<std::byte>>(path);
}

Result<std::string> read_text(const fs::path& path) { return read_into<std::string>(path); }

Result<void> make_folder(const fs::path& path) {
  std::error_code error;
  fs::create_directories(path, error);
  if (error) {
    return Error{fmt::format("{}: cannot make this folder: {}", path.string(), error.message())};
  }
  return {};
}

Result<void> write_file(const fs::path& path, std::span<const std::byte> bytes) {
  if (path.has_parent_path()) SENGI_CHECK(make_folder(path.parent_path()));
  std::string temporary = path.string() + ".XXXXXX";
  const Descriptor file(::mkstemp(temporary.data()));
  if (file.number() < 0) return failed(path, "write");
  ::fchmod(file.number(), 0644);
  std::size_t written = 0;
  while (written < bytes.size()) {
    const ssize_t put = ::write(file.number(), bytes.data() + written, bytes.size() - written);
    if (put < 0 && errno == EINTR) continue;
    if (put < 0) {
      const Error error = failed(path, "write");
      ::unlink(temporary.c_str());
      return error;
    }
    written += static_cast<std::size_t>(put);
  }
  if (::fsync(file.number()) != 0 || ::rename(temporary.c_str(), path.c_str()) != 0) {
    const Error error = failed(path, "write");
    ::unlink(temporary.c_str());
    return error;
  }
  return {};
}

Result<void> write_text(const fs::path& path, std::string_view text) {
  return write_file(path, std::as_bytes(std::span(text)));
}

Result<TemporaryFolder> TemporaryFolder::make() {
  std::error_code error;
  const fs::path parent = fs::temp_directory_path(error);
  if (error) return Error{"no temporary folder: set TMPDIR to a folder that can be written"};
  std::string name = (parent / "sengi-XXXXXX").string();
  if (::mkdtemp(name.data()) == nullptr) return failed(parent, "make a temporary folder in");
  return TemporaryFolder(name);
}

TemporaryFolder::TemporaryFolder(TemporaryFolder&& other) noexcept
    : path_(std::exchange(other.path_, {})) {}

TemporaryFolder& TemporaryFolder::operator=(TemporaryFolder&& other) noexcept {
  std::swap(path_, other.path_);
  return *this;
}

TemporaryFolder::~TemporaryFolder() {
  std::error_code ignored;
  if (!path_.empty()) fs::remove_all(path_, ignored);
}

Result<fs::path> shipped(std::string_view name) {
  // An installed program stands in PREFIX/bin (or, the trainer, in PREFIX/libexec/sengi).
  fs::path prefix = program_folder().parent_path();
  if (prefix.filename() == "libexec") prefix = prefix.parent_path();
  const fs::path relative(name);
  const fs::path first = *relative.begin();
  const bool split = first == "lib" || first == "libexec";
  const fs::path installed = split ? prefix / first / "sengi" / relative.lexically_relative(first)
                                   : prefix / "share" / "sengi" / relative;
  if (fs::exists(installed)) return installed;
  const fs::path built =
      split ? fs::path(SENGI_BUILD_DIR) / relative.filename() : fs::path(SENGI_SOURCE_DIR) / name;
  if (fs::exists(built)) return built;
  return Error{fmt::format("a part of sengi is missing: neither {} nor {} exists; install it again",
                           installed.string(), built.string())};
}

}  // namespace sengi
