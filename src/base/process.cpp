// SPDX-License-Identifier: Apache-2.0
#include "base/process.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <poll.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <sstream>

namespace sengi {
namespace fs = std::filesystem;
namespace {

using Clock = std::chrono::steady_clock;

struct Pipe {
  int read_end = -1;
  int write_end = -1;

  bool open() {
    std::array<int, 2> ends;
    if (::pipe2(ends.data(), O_CLOEXEC) != 0) return false;
    read_end = ends[0];
    write_end = ends[1];
    return true;
  }
  void close_write() {
    if (write_end >= 0) ::close(std::exchange(write_end, -1));
  }
  void close_read() {
    if (read_end >= 0) ::close(std::exchange(read_end, -1));
  }
  ~Pipe() {
    close_read();
    close_write();
  }
};

[[noreturn]] void become(const std::vector<std::string>& command) {
  std::vector<char*> words;
  words.reserve(command.size() + 1);
  for (const std::string& word : command) words.push_back(const_cast<char*>(word.c_str()));
  words.push_back(nullptr);
  ::execvp(words[0], words.data());
  ::_exit(127);
}

int status_of(int wait_status) {
  return WIFEXITED(wait_status) ? WEXITSTATUS(wait_status) : 128 + WTERMSIG(wait_status);
}

int wait_for(pid_t child) {
  int status = 0;
  while (::waitpid(child, &status, 0) < 0 && errno == EINTR) {
  }
  return status_of(status);
}

// Reads what is ready; closes the pipe at its end.
void drain(Pipe& pipe, std::string& text) {
  std::array<char, 65536> block;
  const ssize_t got = ::read(pipe.read_end, block.data(), block.size());
  if (got > 0) text.append(block.data(), static_cast<std::size_t>(got));
  if (got == 0 || (got < 0 && errno != EINTR)) pipe.close_read();
}

}  // namespace

std::optional<fs::path> find_program(const std::string& name) {
  if (name.find('/') != std::string::npos) {
    if (::access(name.c_str(), X_OK) == 0) return fs::path(name);
    return std::nullopt;
  }
  const char* path = std::getenv("PATH");
  std::istringstream folders(path == nullptr ? "/usr/local/bin:/usr/bin:/bin" : path);
  for (std::string folder; std::getline(folders, folder, ':');) {
    const fs::path candidate = fs::path(folder.empty() ? "." : folder) / name;
    std::error_code ignored;
    if (fs::is_regular_file(candidate, ignored) && ::access(candidate.c_str(), X_OK) == 0) {
      return candidate;
    }
  }
  return std::nullopt;
}

Result<fs::path> require_program(const std::string& name, const std::string& package) {
  if (auto found = find_program(name)) return *found;
  return Error{
      fmt::format("{} is not on this machine; install it with: apt install {}", name, package)};
}

Result<ProcessOutput> run_process(const std::vector<std::string>& command,
                                  std::chrono::seconds limit, const fs::path& folder) {
  if (!find_program(command.front())) {
    return Error{command.front() + ": no such program on this machine"};
  }
  Pipe out;
  Pipe err;
  if (!out.open() || !err.open()) {
    return Error{fmt::format("cannot start {}: {}", command.front(), std::strerror(errno))};
  }
  const pid_t child = ::fork();
  if (child < 0) {
    return Error{fmt::format("cannot start {}: {}", command.front(), std::strerror(errno))};
  }
  if (child == 0) {
    const int nothing = ::open("/dev/null", O_RDONLY);
    ::dup2(nothing, STDIN_FILENO);
    ::dup2(out.write_end, STDOUT_FILENO);
    ::dup2(err.write_end, STDERR_FILENO);
    if (!folder.empty() && ::chdir(folder.c_str()) != 0) ::_exit(126);
    become(command);
  }
  out.close_write();
  err.close_write();

  ProcessOutput output{};
  const auto deadline = Clock::now() + limit;
  while (out.read_end >= 0 || err.read_end >= 0) {
    const auto left =
        std::chrono::duration_cast<std::chrono::milliseconds>(deadline - Clock::now());
    if (left.count() <= 0) {
      ::kill(child, SIGKILL);
      wait_for(child);
      return Error{fmt::format("{} did not finish within {} s", command.front(), limit.count())};
    }
    std::array<pollfd, 2> watched{pollfd{out.read_end, POLLIN, 0}, pollfd{err.read_end, POLLIN, 0}};
    ::poll(watched.data(), watched.size(), static_cast<int>(left.count()));
    if (out.read_end >= 0 && watched[0].revents != 0) drain(out, output.out);
    if (err.read_end >= 0 && watched[1].revents != 0) drain(err, output.err);
  }
  output.exit_status = wait_for(child);
  return output;
}

Result<int> run_attached(const std::vector<std::string>& command) {
  if (!find_program(command.front())) {
    return Error{command.front() + ": no such program on this machine"};
  }
  const pid_t child = ::fork();
  if (child < 0) {
    return Error{fmt::format("cannot start {}: {}", command.front(), std::strerror(errno))};
  }
  if (child == 0) become(command);
  // Ctrl-C goes to both; the child decides how to end, and this program waits for that.
  struct sigaction ignore {};
  ignore.sa_handler = SIG_IGN;
  struct sigaction before {};
  ::sigaction(SIGINT, &ignore, &before);
  const int status = wait_for(child);
  ::sigaction(SIGINT, &before, nullptr);
  return status;
}

}  // namespace sengi
