// SPDX-License-Identifier: Apache-2.0
// What an int8 kernel needs beside the tensors' bytes: fixed-point multipliers, clamps and padding,
// derived from scales, zero points and shapes exactly as TensorFlow Lite derives them. The
// reference interpreter and the compiler both take theirs from here.
//
//   const std::vector<Multiplier> factors = output_multipliers(graph, op);
//   const ActivationRange range = activation_range(conv.activation, output.quantization);
//   out = clamp(zero_point + requantize(accumulator, factors[channel]), range.lowest,
//   range.highest);
//
// Requires throughout: a graph that check() accepts, and int8 tensors.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "model/graph.h"
#include "sengi/fixed_point.h"

namespace sengi::model {

// `factor` as multiplier * 2^(shift - 31): 31 bits, rounded to nearest; below 2^-32 it becomes 0.
// Requires: 0 <= factor <= 2^31 - 1.
Multiplier quantize_multiplier(double factor);

// The real factors from accumulator to output, input scale * weight scale / output scale, one for
// each output channel of a CONV_2D, DEPTHWISE_CONV_2D or FULLY_CONNECTED, also where the weights
// have one scale for all. The product is taken in double, except that FULLY_CONNECTED with one
// weight scale takes it in float, and so do weights with a zero point, which were uint8: TensorFlow
// Lite does, and the last bit differs.
std::vector<double> output_factors(const Graph& graph, const Operator& op);
std::vector<Multiplier> output_multipliers(const Graph& graph, const Operator& op);

// Both ends within the output's type; lowest <= highest.
struct ActivationRange {
  std::int32_t lowest;
  std::int32_t highest;
  bool operator==(const ActivationRange&) const = default;
};
ActivationRange activation_range(Activation activation, const Quantization& output,
                                 Type type = Type::int8);

// Columns (or rows) that a window of `filter` taps, `dilation` apart, makes at each `stride` of an
// input of `input`. At most 0 where the window does not fit.
std::int64_t window_outputs(Padding padding, std::int32_t input, std::int32_t filter,
                            std::int32_t stride, std::int32_t dilation);

// Virtual rows above and columns left of the input; TensorFlow pads the smaller half there. Taps
// that fall into padding add nothing (and do not count in an average).
struct WindowPadding {
  std::int32_t top;
  std::int32_t left;
  bool operator==(const WindowPadding&) const = default;
};
// Of a TRANSPOSE_CONV: the padding of the convolution that it is the transpose of.
// Requires: a CONV_2D, DEPTHWISE_CONV_2D, TRANSPOSE_CONV, AVERAGE_POOL_2D or MAX_POOL_2D.
WindowPadding window_padding(const Graph& graph, const Operator& op);

// ADD and SUB: each input less its zero point, shifted left by `left_shift` (`left_shift_int16`),
// requantised by its own multiplier; their sum or difference requantised by `output`, plus the
// output's zero point, clamped. SUB's factors are taken in float, ADD's in double.
struct AddParameters {
  static constexpr int left_shift = 20;
  static constexpr int left_shift_int16 = 15;
  Multiplier first;
  Multiplier second;
  Multiplier output;
};
AddParameters add_parameters(const Quantization& first, const Quantization& second,
                             const Quantization& output, Type type = Type::int8);
AddParameters sub_parameters(const Quantization& first, const Quantization& second,
                             const Quantization& output, Type type);

// MUL: the inputs less their zero points, times each other, requantised, plus the output's zero
// point, clamped. BATCH_MATMUL likewise, with sums of products and a factor taken in float.
Multiplier mul_factor(const Quantization& first, const Quantization& second,
                      const Quantization& output);
Multiplier matmul_factor(const Quantization& first, const Quantization& second,
                         const Quantization& output);

// SQUARED_DIFFERENCE: as ADD, the difference times itself before its last factor. `left_shift` is
// 7, or 0 of int16.
AddParameters squared_difference_parameters(const Quantization& first, const Quantization& second,
                                            const Quantization& output, Type type);
double squared_difference_factor(const Quantization& first, const Quantization& second,
                                 const Quantization& output, Type type);
constexpr int squared_difference_left_shift(Type type) { return type == Type::int16 ? 0 : 7; }

// Comparisons of int8: each input less its zero point, 8 bits to the left, requantised by its own
// scale. Requires: a scale below 1.
inline constexpr int comparison_left_shift = 8;
Multiplier comparison_factor(const Quantization& input);

// DIV of int8: the quotient of the inputs less their zero points comes to the output's scale by
// this.
double div_factor(const Quantization& first, const Quantization& second,
                  const Quantization& output);

// RSQRT of int8: 1 / sqrt of the stored input comes to the output's scale by this.
double rsqrt_factor(const Quantization& input, const Quantization& output);

// HARD_SWISH of int8, in int16. The input less its zero point times 128 is x. `output` takes it to
// the output's scale but for a right shift, `gate` to where 3 is 2^15.
struct HardSwishParameters {
  struct Factor {
    std::int16_t multiplier;
    std::int32_t shift;  // positive: to the left
  };
  Factor output;  // shifts from -15 to 0
  Factor gate;    // shifts from -15 to 30
};
HardSwishParameters hard_swish_parameters(const Quantization& input, const Quantization& output);

// LEAKY_RELU: the input less its zero point, requantised by `identity`, or by `alpha` below zero
// and with its sign turned where alpha is negative; plus the output's zero point, clamped.
struct LeakyReluParameters {
  Multiplier identity;
  Multiplier alpha;
  bool negative_alpha;
};
LeakyReluParameters leaky_relu_parameters(float alpha, const Quantization& input,
                                          const Quantization& output);

// MEAN of `count` elements: the sum less count zero points, requantised, plus the output's zero
// point, clamped. Requires: input scale / output scale below 2^30.
Multiplier mean_factor(const Quantization& input, const Quantization& output, std::int64_t count);

// LOGISTIC and TANH of int8: an input less its zero point becomes scale * input with 4 integer bits
// by requantize(input, scale). Inputs of `radius` or more to either side count as infinite.
struct NonlinearParameters {
  static constexpr int input_integer_bits = 4;
  Multiplier scale;
  std::int32_t radius;
};
NonlinearParameters nonlinear_parameters(const Quantization& input);

// LOGISTIC and TANH of int16 look 3 * 2^12 times the real input up in a table. The input's share of
// it is (input * multiplier + round) >> shift.
struct TableParameters {
  std::int32_t multiplier;
  std::int32_t shift;
};
// `most_power`: scales 2^-12 to 2^(most_power - 12) are taken exactly.
TableParameters table_parameters(const Quantization& input, int most_power);
// The same for a scale of 2^power: LSTM cells. Requires: -26 <= power <= 2.
TableParameters table_parameters_of_power(int power);
// The power of two that a scale is, to a thousandth of its logarithm; none where it is not.
std::optional<int> power_of_two(float scale);

// SVDF: from a feature's sum to the state, and from a unit's sum over time to the output.
struct SvdfParameters {
  Multiplier feature;
  Multiplier time;
};
SvdfParameters svdf_parameters(const Graph& graph, const Operator& op);

// UNIDIRECTIONAL_SEQUENCE_LSTM: each gate's sums, of inputs and of the hidden state, come to 3
// integer bits of int16 each and are added there. Gates and tanh have 0 integer bits; their
// products, of int16 times int16, come to the cell state or the hidden state.
struct LstmParameters {
  static constexpr std::size_t gates = 4;
  std::vector<Multiplier> input;      // by gate
  std::vector<Multiplier> recurrent;  // by gate
  Multiplier forget_times_cell;
  Multiplier input_times_cell;
  Multiplier output_times_tanh;
  TableParameters cell_tanh;
  std::int32_t cell_clip;  // 0: none
};
LstmParameters lstm_parameters(const Graph& graph, const Operator& op);

// GRU: each gate's sums, of inputs and of hidden numbers in steps of 1/128, come to 3 integer bits
// of int16 each and are added there. All else has 0 integer bits of int16.
struct GruParameters {
  static constexpr std::size_t gates = 3;
  static constexpr std::int32_t steps_in_one = 128;  // of what the layer gives
  std::vector<Multiplier> input;                     // by gate
  std::vector<Multiplier> recurrent;                 // by gate
};
GruParameters gru_parameters(const Graph& graph, const Operator& op);

// RELU and ABS: the same, the quotient taken in float.
Multiplier ratio_in_float(const Quantization& input, const Quantization& output);

// QUANTIZE between integers: input scale / output scale.
Multiplier quantize_factor(const Quantization& input, const Quantization& output);

// SOFTMAX: a difference to the row's highest, in input steps, becomes beta * scale * difference
// with 5 integer bits by requantize(difference, scale), a left shift always. Differences below
// `lowest_difference` would not fit and count as minus infinity: exponential 0, output -128. The
// exponentials are summed with 12 integer bits. A last shift beyond 31 bits (a sum of 512 or more)
// leaves less than half an output step: -128.
struct SoftmaxParameters {
  static constexpr int difference_integer_bits = 5;
  static constexpr int sum_integer_bits = 12;
  static constexpr std::int32_t most_classes = (1 << sum_integer_bits) - 1;
  Multiplier scale;
  std::int32_t lowest_difference;  // at most 0
};
SoftmaxParameters softmax_parameters(float beta, const Quantization& input);

// LOG_SOFTMAX of int8: as SOFTMAX; `reverse` takes what 5 integer bits hold back to input steps.
struct LogSoftmaxParameters {
  SoftmaxParameters softmax;
  Multiplier reverse;
};
LogSoftmaxParameters log_softmax_parameters(const Quantization& input);

}  // namespace sengi::model
