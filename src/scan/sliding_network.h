// SPDX-License-Identifier: Apache-2.0
// A network that looks at a window of columns, run at one place of a long row of columns after the
// other. Two windows that overlap have most of their convolutions' rows in common, and only those
// that are new are computed.
//
// A row of a layer is clean where what it looks at lies inside the window in every layer before it.
// It is then a function of the columns alone, wherever the window begins, and moves with them. Rows
// that saw padding are of one window and are computed anew. So the scores are those of the whole
// network on the whole window, byte for byte, whatever was scored before.
//
// Layers are taken so from the input on as far as they are convolutions, depthwise convolutions,
// sums and reshapes that keep rows; what follows, and all of other networks, is the reference
// interpreter's.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <vector>

#include "base/result.h"
#include "model/graph.h"
#include "scan/row_kernels.h"

namespace sengi::scan {

class SlidingNetwork {
 public:
  // Of a graph with one int8 input, whose second axis is time, and one int8 output.
  // Errors: those of model::Interpreter::make().
  static Result<SlidingNetwork> make(const model::Graph& graph, Speed speed = Speed::best);
  SlidingNetwork(SlidingNetwork&&) noexcept;
  SlidingNetwork& operator=(SlidingNetwork&&) noexcept;
  ~SlidingNetwork();

  // The scores of the window that begins at a column, counted from the start of the recording.
  // Requires: window.size() is the input's; since reset() equal columns have had equal numbers.
  std::vector<std::int8_t> score(std::span<const std::int8_t> window, std::int64_t first_column);

  // Forgets what was computed, and what layers with a memory remember: another recording begins.
  void reset();

  // Whether a layer remembers earlier windows, so that none can be scored without those before it.
  bool remembers() const;
  // Layers that slide, and rows of theirs that were computed and reused so far.
  std::size_t sliding_layers() const;
  std::uint64_t rows_computed() const;
  std::uint64_t rows_reused() const;

 private:
  struct State;
  explicit SlidingNetwork(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

}  // namespace sengi::scan
