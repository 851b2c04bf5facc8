// SPDX-License-Identifier: Apache-2.0
// A power cut has no good moment. Trainings are killed (SIGKILL) at many moments and taken up
// again, and must end in the bytes of one that was left in peace.
#include <fcntl.h>
#include <fmt/format.h>
#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmath>
#include <csignal>
#include <cstdio>
#include <nlohmann/json.hpp>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "base/files.h"
#include "base/hash.h"
#include "base/process.h"

namespace sengi {
namespace {

namespace fs = std::filesystem;

// A started sengi whose standard error, with --json a line an event, is read here.
class Running {
 public:
  explicit Running(const std::vector<std::string>& words) {
    int ends[2];
    if (::pipe(ends) != 0) std::abort();
    std::vector<char*> argv;
    for (const std::string& word : words) argv.push_back(const_cast<char*>(word.c_str()));
    argv.push_back(nullptr);
    pid_ = ::fork();
    if (pid_ == 0) {
      ::dup2(ends[1], STDERR_FILENO);
      ::dup2(::open("/dev/null", O_WRONLY), STDOUT_FILENO);
      ::close(ends[0]);
      ::close(ends[1]);
      ::setpgid(0, 0);  // sengi and the trainer it starts are killed together
      ::execv(argv[0], argv.data());
      ::_exit(127);
    }
    ::close(ends[1]);
    events_ = ::fdopen(ends[0], "r");
  }
  ~Running() {
    if (pid_ > 0) kill();
    std::fclose(events_);
  }
  Running(const Running&) = delete;
  Running& operator=(const Running&) = delete;

  // The next line of standard error; nothing at its end.
  std::optional<std::string> line() {
    char* bytes = nullptr;
    std::size_t room = 0;
    const ssize_t length = ::getline(&bytes, &room, events_);
    std::optional<std::string> result;
    if (length > 0) result = std::string(bytes, static_cast<std::size_t>(length));
    std::free(bytes);
    return result;
  }
  void kill() {
    ::kill(-pid_, SIGKILL);
    wait();
  }
  int wait() {
    int status = 0;
    ::waitpid(pid_, &status, 0);
    pid_ = 0;
    return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
  }

 private:
  pid_t pid_ = 0;
  std::FILE* events_ = nullptr;
};

class KilledTraining : public ::testing::Test {
 protected:
  static constexpr int epochs = 4, fine_tuning = 2;

  void SetUp() override {
    if (!fs::exists(fs::path(SENGI_BINARY).parent_path() / "sengi-train")) {
      GTEST_SKIP() << "built without the trainer";
    }
    auto folder = TemporaryFolder::make();
    ASSERT_TRUE(folder.ok());
    folder_.emplace(std::move(folder).value());
    // Slow and fast wobbles of two axes, each from several animals.
    for (int animal = 0; animal < 12; ++animal) {
      for (const int slow : {0, 1}) {
        std::string rows = "time_ms,x,y\n";
        for (int i = 0; i < 400; ++i) {
          const double at = i * (slow != 0 ? 0.2 : 1.1) + animal;
          rows += fmt::format("{},{:.3f},{:.3f}\n", 20 * i, std::sin(at), std::cos(at * 1.3));
        }
        const char* label = slow != 0 ? "walks" : "runs";
        const auto name = fmt::format("recordings/{}/a{:02}_0.csv", label, animal);
        ASSERT_TRUE(write_text(folder_->path() / name, rows).ok());
      }
    }
  }

  std::string project(const std::string& name) const {
    const fs::path folder = folder_->path() / name;
    const auto written = write_text(
        folder / "sengi.toml",
        fmt::format("[project]\nname = \"wobbles\"\nkind = \"motion\"\n"
                    "[data]\npath = \"../recordings\"\ngroup = '(a[0-9]+)_'\nclip_ms = 1000\n"
                    "validation_percent = 25\ntest_percent = 25\n"
                    "[model]\narchitecture = \"cnn-1d\"\nchannels = 8\nblocks = 1\n"
                    "[train]\nepochs = {}\nquantize_epochs = {}\nbatch = 32\nthreads = 2\n",
                    epochs, fine_tuning));
    EXPECT_TRUE(written.ok());
    return folder.string();
  }
  static std::string model_of(const std::string& project) {
    auto bytes = read_text(fs::path(project) / "out/model.tflite");
    return bytes ? sha256(bytes.value()) : "none";
  }
  static std::vector<std::string> command(const std::string& project, bool resume) {
    std::vector<std::string> words = {SENGI_BINARY, "train", project, "--json"};
    if (resume) words.emplace_back("--resume");
    return words;
  }

  // Trains, killed after the given lines of standard error, in turn; -1: left in peace. Every
  // training after the first goes on from the one before, where that had come to something.
  static void train(const std::string& project, const std::vector<int>& killed_after) {
    for (const int lines : killed_after) {
      const bool resume = fs::exists(fs::path(project) / "out/checkpoint.pt");
      Running training(command(project, resume));
      bool over = false;
      for (int seen = 0; seen != lines && !over; ++seen) over = !training.line();
      if (over) {
        ASSERT_EQ(training.wait(), 0) << project;
      } else {
        training.kill();
      }
    }
  }

 private:
  std::optional<TemporaryFolder> folder_;
};

TEST_F(KilledTraining, EndsInTheSameBytes) {
  const std::string peaceful = project("peaceful");
  std::vector<std::string> events;
  Running training(command(peaceful, false));
  while (const auto line = training.line()) events.push_back(*line);
  ASSERT_EQ(training.wait(), 0) << (events.empty() ? "" : events.back());
  const std::string expected = model_of(peaceful);
  ASSERT_NE(expected, "none");

  // What is told while it trains are whole events, every epoch among them.
  int told = 0;
  for (const std::string& event : events) {
    const auto json = nlohmann::json::parse(event, nullptr, /*allow_exceptions=*/false);
    ASSERT_TRUE(json.is_object()) << event;
    if (json.at("event") == "epoch") ++told;
  }
  EXPECT_EQ(told, epochs + fine_tuning);

  const auto last = static_cast<int>(events.size());
  for (int moment = 1; moment < last; ++moment) {
    const std::string once = project(fmt::format("killed_after_{}", moment));
    train(once, {moment, -1});
    EXPECT_EQ(model_of(once), expected) << "killed after line " << moment;
  }
  const std::string often = project("killed_often");
  train(often, {3, 2, 3, 3, 2, -1});
  EXPECT_EQ(model_of(often), expected);
}

}  // namespace
}  // namespace sengi
