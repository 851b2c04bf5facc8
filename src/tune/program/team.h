// SPDX-License-Identifier: Apache-2.0
// The processes of a search: this one alone, or those that mpirun started. The first of them
// searches and works; the others work.
#pragma once

#include <functional>
#include <memory>
#include <string>

#include "tune/conduct.h"

namespace sengi::tune {

// Does a job, as text, and answers. Called from one thread of each process.
using DoJob = std::function<std::string(const std::string&)>;

class Team {
 public:
  // Joins the others, if there are any. Once, from the main thread.
  static std::unique_ptr<Team> join(int& argc, char**& argv);
  virtual ~Team() = default;

  virtual std::size_t size() const = 0;
  virtual std::size_t rank() const = 0;  // 0: the one that searches
  // Cores for each process on this machine.
  virtual int threads() const = 0;

  // Whether a person looks at what this process prints.
  virtual bool terminal() const = 0;

  // Of rank 0: all of the team, this process's own worker being a thread of it.
  virtual std::unique_ptr<Workers> workers(DoJob own) = 0;
  // Of the others: does jobs until rank 0 lets them go.
  virtual void serve(const DoJob& work) = 0;
  // Whether all of the team are fit to work, told by each of itself.
  virtual bool all(bool fit) = 0;
};

}  // namespace sengi::tune
