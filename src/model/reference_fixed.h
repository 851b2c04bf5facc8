// SPDX-License-Identifier: Apache-2.0
// Exponentials and what follows from them in fixed point, as TensorFlow Lite's specification has
// them. Numbers are int32 with a stated count of integer bits n: raw value r stands for
// r / 2^(31 - n).
#pragma once

#include <cstdint>

#include "model/integer_parameters.h"

namespace sengi::model {

// e^x for x <= 0 with `integer_bits` (4 or 5); the answer has 0. One itself saturates.
std::int32_t exp_of_negative(std::int32_t x, int integer_bits);

// 1 / (1 + x) for x in [0, 1], 0 integer bits in and out.
std::int32_t inverse_of_one_plus(std::int32_t x);

// ln x for x >= 1 with 12 integer bits; the answer has 5.
std::int32_t log_of_at_least_one(std::int32_t x);

// 1 / sqrt x of a whole number x >= 0, to 31 bits; of 0 as of 1.
Multiplier inverse_root_of(std::int32_t x);

// 1 / (1 + e^-x) and tanh x, 4 integer bits to 0.
std::int32_t logistic_of(std::int32_t x);
std::int32_t tanh_of(std::int32_t x);

// The same of int16, by a table: to steps of 2^-15.
std::int16_t logistic_by_table(std::int16_t x, const TableParameters& parameters);
std::int16_t tanh_by_table(std::int16_t x, const TableParameters& parameters);

}  // namespace sengi::model
