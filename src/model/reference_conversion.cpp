// SPDX-License-Identifier: Apache-2.0
// Operators between types and scales.
#include <algorithm>
#include <cmath>
#include <limits>

#include "model/reference.h"
#include "sengi/fixed_point.h"

namespace sengi::model {
namespace {

// with_type(T{}) for the integers that stand for reals.
template <typename WithType>
Step by_stored_type(Type type, const WithType& with_type) {
  switch (type) {
    case Type::uint8:
      return with_type(std::uint8_t{});
    case Type::int16:
      return with_type(std::int16_t{});
    case Type::int32:
      return with_type(std::int32_t{});
    default:
      return with_type(std::int8_t{});
  }
}

template <typename To>
To stored_from(float real, float scale, std::int32_t zero_point) {
  const double steps = std::round(static_cast<double>(real / scale));
  const double stored = steps + static_cast<double>(zero_point);
  if (std::isnan(stored)) return static_cast<To>(zero_point);
  return static_cast<To>(std::clamp(stored, static_cast<double>(std::numeric_limits<To>::min()),
                                    static_cast<double>(std::numeric_limits<To>::max())));
}

}  // namespace

Step bind(Memory& memory, const Operator& op, const Quantize&) {
  const Tensor& input = memory.input_tensor(op, 0);
  const Quantization& output = memory.output_tensor(op).quantization;
  return by_stored_type(memory.output_tensor(op).type, [&]<typename To>(To) -> Step {
    const auto to = memory.output<To>(op);
    const std::int32_t out_zero = output.zero_point[0];
    if (input.type == Type::float32) {
      return [=, from = memory.input<float>(op, 0), scale = output.scale[0]] {
        std::ranges::transform(from, to.begin(),
                               [&](float real) { return stored_from<To>(real, scale, out_zero); });
      };
    }
    return by_stored_type(input.type, [&]<typename From>(From) -> Step {
      return [=, from = memory.input<From>(op, 0), in_zero = input.quantization.zero_point[0],
              factor = quantize_factor(input.quantization, output)] {
        std::ranges::transform(from, to.begin(), [&](From stored) {
          // An int32 less its zero point may wrap, as in TensorFlow Lite.
          const auto value = static_cast<std::int32_t>(std::int64_t{stored} - in_zero);
          return static_cast<To>(std::clamp<std::int64_t>(
              std::int64_t{requantize(value, factor)} + out_zero, std::numeric_limits<To>::min(),
              std::numeric_limits<To>::max()));
        });
      };
    });
  });
}

Step bind(Memory& memory, const Operator& op, const Dequantize&) {
  const Tensor& input = memory.input_tensor(op, 0);
  return by_stored_type(input.type, [&]<typename From>(From) -> Step {
    return [from = memory.input<From>(op, 0), to = memory.output<float>(op),
            scale = static_cast<double>(input.quantization.scale[0]),
            zero_point = input.quantization.zero_point[0]] {
      std::ranges::transform(from, to.begin(), [&](From stored) {
        return static_cast<float>(scale * static_cast<double>(std::int64_t{stored} - zero_point));
      });
    };
  });
}

namespace {

// Whole numbers wrap; reals are cut towards zero, to the type's ends where they lie beyond.
template <typename To, typename From>
To cast_to(From x) {
  if constexpr (std::is_floating_point_v<To> || !std::is_floating_point_v<From>) {
    return static_cast<To>(x);
  } else {
    const auto real = static_cast<double>(x);
    if (std::isnan(real)) return 0;
    if (real >= static_cast<double>(std::numeric_limits<To>::max())) {
      return std::numeric_limits<To>::max();
    }
    if (real <= static_cast<double>(std::numeric_limits<To>::min())) {
      return std::numeric_limits<To>::min();
    }
    return static_cast<To>(real);
  }
}

template <typename WithType>
Step by_any_type(Type type, const WithType& with_type) {
  if (type == Type::float32) return with_type(float{});
  if (type == Type::int64) return with_type(std::int64_t{});
  if (type == Type::boolean) return with_type(std::uint8_t{});
  return by_stored_type(type, with_type);
}

}  // namespace

Step bind(Memory& memory, const Operator& op, const Cast&) {
  const Type to_type = memory.output_tensor(op).type;
  return by_any_type(memory.input_tensor(op, 0).type, [&]<typename From>(From) {
    return by_any_type(to_type, [&]<typename To>(To) -> Step {
      return [from = memory.input<From>(op, 0), to = memory.output<To>(op),
              truth = to_type == Type::boolean] {
        std::ranges::transform(from, to.begin(), [&](From x) {
          return truth ? static_cast<To>(x != From{}) : cast_to<To>(x);
        });
      };
    });
  });
}

}  // namespace sengi::model
