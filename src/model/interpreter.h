// SPDX-License-Identifier: Apache-2.0
// The reference interpreter: the plainest reading of TensorFlow Lite's int8 specification, loop by
// loop, which everything faster is held to.
#pragma once

#include <cstddef>
#include <memory>
#include <span>
#include <vector>

#include "base/result.h"
#include "model/graph.h"

namespace sengi::model {

class Interpreter {
 public:
  // Errors: a graph that check() refuses, or an operator and type without a reference kernel.
  static Result<Interpreter> make(Graph graph);
  Interpreter(Interpreter&&) noexcept;
  Interpreter& operator=(Interpreter&&) noexcept;
  ~Interpreter();

  const Graph& graph() const;

  // All graph inputs, back to back, in; all graph outputs, back to back, out. What operators with
  // state remember stays for the next run.
  // Requires: input.size() == input_bytes().
  std::vector<std::byte> run(std::span<const std::byte> input);
  // Forgets: variables are zero again, as after make().
  void reset();
  std::size_t input_bytes() const;
  std::size_t output_bytes() const;

  // A tensor's bytes as the last run() left them (constants included).
  std::span<const std::byte> tensor(TensorIndex index) const;

 private:
  struct State;
  explicit Interpreter(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

}  // namespace sengi::model
