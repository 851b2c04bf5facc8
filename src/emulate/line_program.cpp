// SPDX-License-Identifier: Apache-2.0
#include "emulate/line_program.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <poll.h>
#include <signal.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <charconv>
#include <cstring>
#include <optional>
#include <sstream>

#include "base/files.h"
#include "base/process.h"
#include "emulate/elf.h"
#include "emulate/machine.h"

namespace sengi::emulate {
namespace fs = std::filesystem;
namespace {

using Command = std::vector<std::string>;

constexpr int patience_ms = 60'000;
constexpr int nudge_ms = 50;
constexpr int in_fd = 3;  // in the program's process
constexpr int out_fd = 4;

class Socket {
 public:
  Socket() = default;
  explicit Socket(int fd) : fd_(fd) {}
  Socket(Socket&& other) noexcept : fd_(std::exchange(other.fd_, -1)) {}
  Socket& operator=(Socket&& other) noexcept {
    std::swap(fd_, other.fd_);
    return *this;
  }
  ~Socket() { close(); }

  int fd() const { return fd_; }
  void close() {
    if (fd_ >= 0) ::close(std::exchange(fd_, -1));
  }

 private:
  int fd_ = -1;
};

struct Pair {
  Socket ours, theirs;
};

Result<Pair> make_pair() {
  std::array<int, 2> ends;
  if (::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends.data()) != 0) {
    return Error{fmt::format("cannot make a pair of sockets: {}", std::strerror(errno))};
  }
  return Pair{Socket(ends[0]), Socket(ends[1])};
}

struct Wanted {
  std::vector<FunctionCost> functions;
  std::vector<std::uint32_t> addresses;
};

// Of functions that the compiler cloned (".constprop.0") the last is what is called.
Result<Wanted> find_functions(const Program& program, const std::vector<std::string>& names) {
  Wanted wanted;
  if (names.empty() || !is_bare(program.board)) return wanted;
  SENGI_TRY(elf, read_elf(program.elf));
  for (const std::string& name : names) {
    const auto found = std::find_if(
        elf.functions.begin(), elf.functions.end(),
        [&](const ElfFunction& function) { return function.name.find(name) != std::string::npos; });
    if (found == elf.functions.end()) continue;
    wanted.functions.push_back({name});
    wanted.addresses.push_back(found->address);
  }
  return wanted;
}

std::string socket_argument(const char* id, int fd) {
  return fmt::format("socket,id={},fd={}", id, fd);
}

Result<Command> command_of(const Program& program, const std::vector<std::uint32_t>& totals) {
  const Board& board = program.board;
  if (!is_bare(board)) return Command{program.elf.string(), input_name, output_name};
  SENGI_TRY(command, line_command(program, socket_argument("in", in_fd),
                                  socket_argument("out", out_fd), totals));
  return command;
}

// The child: its lines on the sockets, its words in files of the folder.
[[noreturn]] void become(const Command& command, const fs::path& folder, bool native, int in,
                         int out) {
  if (::chdir(folder.c_str()) != 0) ::_exit(127);
  const int errors = ::open(errors_name, O_WRONLY | O_CREAT | O_TRUNC, 0600);
  const int nothing = ::open("/dev/null", O_RDWR);
  // Out of the way of the numbers that they are to have; these copies live through exec.
  const int high_in = ::fcntl(in, F_DUPFD, 10);
  const int high_out = ::fcntl(out, F_DUPFD, 10);
  ::dup2(native ? high_in : nothing, STDIN_FILENO);
  ::dup2(native ? high_out : nothing, STDOUT_FILENO);
  ::dup2(errors, STDERR_FILENO);
  ::dup2(high_in, in_fd);
  ::dup2(high_out, out_fd);
  ::close(high_in);
  ::close(high_out);
  std::vector<char*> words;
  for (const std::string& word : command) words.push_back(const_cast<char*>(word.c_str()));
  words.push_back(nullptr);
  ::execvp(words[0], words.data());
  ::_exit(127);
}

std::string last_words(const fs::path& folder, int status) {
  std::string words = fmt::format("it ended with status {}", status);
  for (const char* name : {errors_name, console_name}) {
    const auto read = read_text(folder / name);
    std::string text = read.ok() ? read.value() : "";
    text.erase(text.find_last_not_of("\r\n") + 1);
    if (!text.empty()) words = text.substr(text.rfind('\n') + 1);
  }
  return words;
}

}  // namespace

struct LineProgram::State {
  State(const Program& started, TemporaryFolder own) : program(started), folder(std::move(own)) {}
  ~State() {
    if (child <= 0) return;
    ::kill(child, SIGKILL);
    ::waitpid(child, nullptr, 0);
  }

  // Where it is heard.
  int from() const { return has_one_line(program.board) ? in.fd() : out.fd(); }

  // QEMU's nRF51 starts to receive without telling QEMU's own loop, which then sleeps over what has
  // come for it. Any byte elsewhere wakes it: here an empty line for its monitor.
  void nudge() {
    if (!has_one_line(program.board)) return;
    std::array<char, 512> words;
    while (::recv(out.fd(), words.data(), words.size(), MSG_DONTWAIT) > 0) {
    }
    static_cast<void>(::send(out.fd(), "\n", 1, MSG_NOSIGNAL | MSG_DONTWAIT));
  }

  // Waits for the end; its status.
  int reap() {
    int status = 0;
    while (::waitpid(child, &status, 0) < 0 && errno == EINTR) {
    }
    child = -1;
    return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
  }

  Error ended() {
    const int status = reap();
    return Error{fmt::format("{} on {}: {}", program.elf.filename().string(), program.board.name,
                             last_words(folder.path(), status))};
  }

  Program program;
  TemporaryFolder folder;
  Wanted wanted;
  Socket in;   // to the program
  Socket out;  // from it
  pid_t child = -1;
};

LineProgram::LineProgram(std::unique_ptr<State> state) : state_(std::move(state)) {}
LineProgram::LineProgram(LineProgram&&) noexcept = default;
LineProgram& LineProgram::operator=(LineProgram&&) noexcept = default;
LineProgram::~LineProgram() = default;

Result<LineProgram> LineProgram::start(const Program& program,
                                       const std::vector<std::string>& functions) {
  SENGI_TRY(folder, TemporaryFolder::make());
  SENGI_CHECK(write_text(folder.path() / input_name, ""));
  if (stores_in_flash(program.board)) {
    const std::vector<std::byte> blank(program.board.storage_bytes, std::byte{0xFF});
    SENGI_CHECK(write_file(folder.path() / storage_name, blank));
  }
  auto state = std::make_unique<State>(program, std::move(folder));
  SENGI_TRY(wanted, find_functions(program, functions));
  state->wanted = std::move(wanted);
  SENGI_TRY(command, command_of(program, state->wanted.addresses));
  SENGI_TRY(in, make_pair());
  SENGI_TRY(out, make_pair());
  const bool native = !is_bare(program.board);
  const pid_t child = ::fork();
  if (child < 0) {
    return Error{fmt::format("cannot start {}: {}", command.front(), std::strerror(errno))};
  }
  if (child == 0) {
    become(command, state->folder.path(), native, in.theirs.fd(), out.theirs.fd());
  }
  state->child = child;
  state->in = std::move(in.ours);
  state->out = std::move(out.ours);
  return LineProgram(std::move(state));
}

Result<void> LineProgram::send(std::span<const std::uint8_t> bytes) {
  while (!bytes.empty()) {
    const ssize_t sent = ::send(state_->in.fd(), bytes.data(), bytes.size(), MSG_NOSIGNAL);
    if (sent < 0 && errno == EINTR) continue;
    if (sent <= 0) return state_->ended();
    bytes = bytes.subspan(static_cast<std::size_t>(sent));
  }
  return {};
}

Result<std::vector<std::uint8_t>> LineProgram::receive() {
  std::vector<std::uint8_t> bytes(4096);
  int waited_ms = 0;
  while (true) {
    pollfd ready{state_->from(), POLLIN, 0};
    const int count = ::poll(&ready, 1, nudge_ms);
    if (count < 0 && errno == EINTR) continue;
    if (count == 0 && (waited_ms += nudge_ms) < patience_ms) {
      state_->nudge();
      continue;
    }
    if (count == 0) {
      return Error{fmt::format("{} on {}: said nothing for a minute",
                               state_->program.elf.filename().string(),
                               state_->program.board.name)};
    }
    const ssize_t got = ::read(state_->from(), bytes.data(), bytes.size());
    if (got < 0 && errno == EINTR) continue;
    if (got <= 0) return state_->ended();
    bytes.resize(static_cast<std::size_t>(got));
    return bytes;
  }
}

Result<LineRun> LineProgram::finish() {
  const int status = state_->reap();
  const fs::path& folder = state_->folder.path();
  if (status != 0) {
    return Error{fmt::format("{} on {}: {}", state_->program.elf.filename().string(),
                             state_->program.board.name, last_words(folder, status))};
  }
  LineRun run;
  if (!is_bare(state_->program.board)) return run;
  SENGI_TRY(console, read_text(folder / console_name));
  constexpr std::string_view start = "peak stack ";
  const std::size_t at = console.rfind(start);
  if (at != std::string::npos) {
    std::from_chars(console.data() + at + start.size(), console.data() + console.size(),
                    run.stack_bytes);
  }
  if (state_->wanted.addresses.empty()) return run;
  SENGI_TRY(text, read_text(folder / counts_name));
  const bool cycles_hold = !state_->program.board.cycle_rule.empty();
  run.functions = state_->wanted.functions;
  std::istringstream lines(text);
  std::size_t next = 0;
  for (std::string line; std::getline(lines, line);) {
    std::istringstream words(line);
    std::string what;
    words >> what;
    if (what == "all") words >> run.instructions >> run.cycles;
    if (what != "total" || next == run.functions.size()) continue;
    FunctionCost& cost = run.functions[next++];
    words >> cost.calls >> cost.instructions >> cost.cycles;
    if (!cycles_hold) cost.cycles = 0;
  }
  if (!cycles_hold) run.cycles = 0;
  return run;
}

}  // namespace sengi::emulate
