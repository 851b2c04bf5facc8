// SPDX-License-Identifier: Apache-2.0
// Built where there is no MPI.
#include <unistd.h>

#include <algorithm>

#include "tune/program/own_worker.h"

namespace sengi::tune {
namespace {

class Alone : public Workers {
 public:
  explicit Alone(DoJob own) : own_(std::move(own)) {}
  std::size_t count() const override { return 1; }
  void give(std::size_t, const std::string& job) override { own_.give(job); }
  std::optional<Mail> take() override {
    auto answer = own_.take(std::chrono::milliseconds(200));
    if (!answer) return std::nullopt;
    return Mail{0, std::move(*answer)};
  }

 private:
  OwnWorker own_;
};

class TeamOfOne : public Team {
 public:
  std::size_t size() const override { return 1; }
  std::size_t rank() const override { return 0; }
  int threads() const override {
    return std::max(1, static_cast<int>(std::thread::hardware_concurrency()));
  }
  bool terminal() const override { return ::isatty(STDOUT_FILENO) == 1; }
  std::unique_ptr<Workers> workers(DoJob own) override {
    return std::make_unique<Alone>(std::move(own));
  }
  void serve(const DoJob&) override {}
  bool all(bool fit) override { return fit; }
};

}  // namespace

std::unique_ptr<Team> Team::join(int&, char**&) { return std::make_unique<TeamOfOne>(); }

}  // namespace sengi::tune
