// SPDX-License-Identifier: Apache-2.0
// BATCH_MATMUL.
#include <algorithm>
#include <type_traits>

#include "model/broadcast.h"
#include "model/reference.h"
#include "model/reference_arithmetic.h"

namespace sengi::model {
namespace {

// One operand: where its matrices lie, by the output's leading axes, and its elements in one.
struct Matrices {
  std::vector<std::int64_t> strides;
  std::int64_t row, column;
};

Matrices matrices_of(const Shape& shape, const Shape& batches, bool transposed) {
  const std::vector<std::int64_t> own = strides_of(shape);
  const std::size_t leading = shape.size() - 2;
  Matrices matrices{.strides = std::vector<std::int64_t>(batches.size(), 0),
                    .row = own[leading],
                    .column = own[leading + 1]};
  for (std::size_t i = 0; i < leading; ++i) {
    if (shape[i] != 1) matrices.strides[batches.size() - leading + i] = own[i];
  }
  if (transposed) std::swap(matrices.row, matrices.column);
  return matrices;
}

}  // namespace

Step bind(Memory& memory, const Operator& op, const BatchMatMul& matmul) {
  const Shape& first = memory.input_tensor(op, 0).shape;
  const Shape& second = memory.input_tensor(op, 1).shape;
  const Tensor& output = memory.output_tensor(op);
  const Shape batches(output.shape.begin(), output.shape.end() - 2);
  const std::int64_t rows = output.shape[batches.size()];
  const std::int64_t columns = output.shape[batches.size() + 1];
  const std::int64_t depth = first[first.size() - (matmul.transpose_first ? 2 : 1)];
  const Matrices a = matrices_of(first, batches, matmul.transpose_first);
  const Matrices b = matrices_of(second, batches, matmul.transpose_second);

  // times(a, b) of each pair, and store(sum).
  const auto bound = [=, &memory, &op]<typename T, typename Sum>(T, Sum, auto times,
                                                                 auto store) -> Step {
    return [=, x = memory.input<T>(op, 0), y = memory.input<T>(op, 1), to = memory.output<T>(op)] {
      Walk walk(batches);
      for (std::size_t at = 0; at < to.size(); walk.next()) {
        for (std::int64_t i = 0; i < rows; ++i) {
          for (std::int64_t j = 0; j < columns; ++j) {
            Sum sum = 0;
            for (std::int64_t k = 0; k < depth; ++k) {
              const std::int64_t x_at = walk.offset(a.strides) + i * a.row + k * a.column;
              const std::int64_t y_at = walk.offset(b.strides) + k * b.row + j * b.column;
              sum += times(x[static_cast<std::size_t>(x_at)], y[static_cast<std::size_t>(y_at)]);
            }
            to[at++] = store(sum);
          }
        }
      }
    };
  };
  return by_type(output.type, [&]<typename T>(T value) -> Step {
    if constexpr (std::is_same_v<T, float>) {
      return bound(
          value, float{}, [](float p, float q) { return p * q; }, [](float sum) { return sum; });
    } else {
      using Sum = std::conditional_t<std::is_same_v<T, std::int16_t>, std::int64_t, std::int32_t>;
      const Quantization& p = memory.input_tensor(op, 0).quantization;
      const Quantization& q = memory.input_tensor(op, 1).quantization;
      const auto times = [p_zero = p.zero_point[0], q_zero = q.zero_point[0]](T x, T y) {
        return static_cast<Sum>(x - p_zero) * static_cast<Sum>(y - q_zero);
      };
      const auto store = [factor = matmul_factor(p, q, output.quantization),
                          range =
                              activation_range(Activation::none, output.quantization, output.type),
                          zero_point = output.quantization.zero_point[0]](Sum sum) {
        const std::int64_t stored = std::int64_t{requantize(sum, factor)} + zero_point;
        return static_cast<T>(std::clamp<std::int64_t>(stored, range.lowest, range.highest));
      };
      return bound(value, Sum{}, times, store);
    }
  });
}

}  // namespace sengi::model
