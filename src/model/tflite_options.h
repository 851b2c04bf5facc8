// SPDX-License-Identifier: Apache-2.0
// One operator's options, from the file's tables to the graph's.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "base/result.h"
#include "model/graph.h"

namespace sengi::tflite {  // generated from tflite_schema.fbs
struct Operator;
enum class BuiltinOperator : std::int32_t;
}  // namespace sengi::tflite

namespace sengi::model {

// The operators that are ours alone, by the name that files have them under; of version 1.
inline constexpr std::string_view tree_ensemble_code = "SengiTreeEnsemble";
inline constexpr std::string_view gru_code = "SengiGru";

// Values are as the file has them; check() looks at their ranges.
// Errors: an operator that is not supported, options missing or of another operator, an enum value
// without a counterpart. Messages do not say which operator.
Result<Kind> read_options(tflite::BuiltinOperator builtin, const tflite::Operator& op);

// The same of a CUSTOM operator, by the name and version of its code.
Result<Kind> read_custom(std::string_view code, std::int32_t version, const tflite::Operator& op);

// An enum value's name, or "number 7" where the schema has none.
std::string name_or_number(const char* name, int number);

}  // namespace sengi::model
