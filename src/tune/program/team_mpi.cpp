// SPDX-License-Identifier: Apache-2.0
// MPI between the processes. Only the main thread of each calls it. Waiting is a look now and then
// rather than MPI_Recv, which keeps a core busy that another process could train on.
#include <mpi.h>
#include <sched.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <cstdlib>
#include <filesystem>
#include <string>
#include <thread>

#include "tune/program/own_worker.h"

namespace sengi::tune {
namespace {

constexpr auto nap = std::chrono::milliseconds(20);
constexpr int job_tag = 1;
constexpr int answer_tag = 2;
constexpr int over_tag = 3;

void send(int to, int tag, const std::string& text) {
  MPI_Send(text.data(), static_cast<int>(text.size()), MPI_CHAR, to, tag, MPI_COMM_WORLD);
}

struct Letter {
  int from;
  int tag;
  std::string text;
};

// What has come, without waiting.
std::optional<Letter> receive() {
  int there = 0;
  MPI_Status status;
  MPI_Iprobe(MPI_ANY_SOURCE, MPI_ANY_TAG, MPI_COMM_WORLD, &there, &status);
  if (there == 0) return std::nullopt;
  int length = 0;
  MPI_Get_count(&status, MPI_CHAR, &length);
  Letter letter{status.MPI_SOURCE, status.MPI_TAG,
                std::string(static_cast<std::size_t>(length), '\0')};
  MPI_Recv(letter.text.data(), length, MPI_CHAR, letter.from, letter.tag, MPI_COMM_WORLD,
           MPI_STATUS_IGNORE);
  return letter;
}

class Processes : public Workers {
 public:
  Processes(DoJob own, std::size_t size) : own_(std::move(own)), size_(size) {}
  ~Processes() override {
    for (std::size_t rank = 1; rank < size_; ++rank) send(static_cast<int>(rank), over_tag, "");
  }
  Processes(const Processes&) = delete;
  Processes& operator=(const Processes&) = delete;

  std::size_t count() const override { return size_; }
  void give(std::size_t worker, const std::string& job) override {
    if (worker == 0) return own_.give(job);
    send(static_cast<int>(worker), job_tag, job);
  }
  std::optional<Mail> take() override {
    constexpr int looks = 10;
    for (int look = 0; look < looks; ++look) {
      // Alone it was perhaps not mpirun that started this, and MPI is not there.
      if (auto letter = size_ > 1 ? receive() : std::nullopt) {
        return Mail{static_cast<std::size_t>(letter->from), std::move(letter->text)};
      }
      if (auto answer = own_.take(nap)) return Mail{0, std::move(*answer)};
    }
    return std::nullopt;
  }

 private:
  OwnWorker own_;
  std::size_t size_;
};

// Whether mpirun, or what else starts MPI programs, started this one.
bool started_by_mpi() {
  for (const char* name : {"OMPI_COMM_WORLD_SIZE", "PMI_SIZE", "PMIX_RANK"}) {
    if (std::getenv(name) != nullptr) return true;
  }
  return false;
}

int allowed_cores() {
  cpu_set_t set;
  CPU_ZERO(&set);
  if (sched_getaffinity(0, sizeof set, &set) != 0) return 1;
  return CPU_COUNT(&set);
}

class MpiTeam : public Team {
 public:
  MpiTeam(int& argc, char**& argv) {
    if (!started_by_mpi()) return;
    int provided = 0;
    MPI_Init_thread(&argc, &argv, MPI_THREAD_FUNNELED, &provided);
    begun_ = true;
    MPI_Comm_size(MPI_COMM_WORLD, &size_);
    MPI_Comm_rank(MPI_COMM_WORLD, &rank_);
    MPI_Comm here;
    MPI_Comm_split_type(MPI_COMM_WORLD, MPI_COMM_TYPE_SHARED, 0, MPI_INFO_NULL, &here);
    MPI_Comm_size(here, &on_this_machine_);
    MPI_Comm_free(&here);
  }
  ~MpiTeam() override {
    if (begun_) MPI_Finalize();
  }
  MpiTeam(const MpiTeam&) = delete;
  MpiTeam& operator=(const MpiTeam&) = delete;

  std::size_t size() const override { return static_cast<std::size_t>(size_); }
  std::size_t rank() const override { return static_cast<std::size_t>(rank_); }

  // mpirun may have bound each process to cores of its own already.
  int threads() const override {
    const int all = std::max(1, static_cast<int>(::sysconf(_SC_NPROCESSORS_ONLN)));
    const int allowed = allowed_cores();
    return allowed < all ? allowed : std::max(1, all / on_this_machine_);
  }

  // mpirun gives each process a terminal of its own, wherever its own words go.
  bool terminal() const override {
    if (::isatty(STDOUT_FILENO) != 1) return false;
    if (!begun_) return true;
    std::error_code unknown;
    const auto theirs =
        std::filesystem::read_symlink("/proc/" + std::to_string(::getppid()) + "/fd/1", unknown);
    return theirs.string().starts_with("/dev/pts/") || theirs.string().starts_with("/dev/tty");
  }

  std::unique_ptr<Workers> workers(DoJob own) override {
    return std::make_unique<Processes>(std::move(own), size());
  }

  void serve(const DoJob& work) override {
    while (true) {
      const auto letter = receive();
      if (!letter) {
        std::this_thread::sleep_for(nap);
        continue;
      }
      if (letter->tag == over_tag) return;
      send(letter->from, answer_tag, work(letter->text));
    }
  }

  bool all(bool fit) override {
    int mine = fit ? 1 : 0;
    int least = mine;
    if (begun_) MPI_Allreduce(&mine, &least, 1, MPI_INT, MPI_MIN, MPI_COMM_WORLD);
    return least == 1;
  }

 private:
  bool begun_ = false;
  int size_ = 1;
  int rank_ = 0;
  int on_this_machine_ = 1;
};

}  // namespace

std::unique_ptr<Team> Team::join(int& argc, char**& argv) {
  return std::make_unique<MpiTeam>(argc, argv);
}

}  // namespace sengi::tune
