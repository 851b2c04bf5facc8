// SPDX-License-Identifier: Apache-2.0
// The loop nests of the reference kernels, over an arithmetic of reference_arithmetic.h. Plain on
// purpose: each index is written out, and taps that fall into padding are skipped.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <type_traits>

namespace sengi::model {

// A window that slides over an image. Input [batches, input_h, input_w, input_c], output
// [batches, output_h, output_w, output_c].
struct Window {
  std::int32_t batches;
  std::int32_t input_h, input_w, input_c;
  std::int32_t output_h, output_w, output_c;
  std::int32_t filter_h, filter_w;
  std::int32_t stride_h, stride_w;
  std::int32_t dilation_h, dilation_w;
  std::int32_t top, left;  // padding

  std::size_t input_at(std::int32_t n, std::int32_t y, std::int32_t x, std::int32_t c) const {
    return at(n, y, x, c, input_h, input_w, input_c);
  }
  std::size_t output_at(std::int32_t n, std::int32_t y, std::int32_t x, std::int32_t c) const {
    return at(n, y, x, c, output_h, output_w, output_c);
  }

  // Calls visit(n, y, x) for each place of the output.
  template <typename Visit>
  void each_output(const Visit& visit) const {
    for (std::int32_t n = 0; n < batches; ++n) {
      for (std::int32_t y = 0; y < output_h; ++y) {
        for (std::int32_t x = 0; x < output_w; ++x) visit(n, y, x);
      }
    }
  }

  // Calls visit(input_y, input_x, ky, kx) for each tap of the window at output (y, x) that lies
  // within the input.
  template <typename Visit>
  void each_tap(std::int32_t y, std::int32_t x, const Visit& visit) const {
    for (std::int32_t ky = 0; ky < filter_h; ++ky) {
      const std::int32_t input_y = y * stride_h - top + ky * dilation_h;
      if (input_y < 0 || input_y >= input_h) continue;
      for (std::int32_t kx = 0; kx < filter_w; ++kx) {
        const std::int32_t input_x = x * stride_w - left + kx * dilation_w;
        if (input_x < 0 || input_x >= input_w) continue;
        visit(input_y, input_x, ky, kx);
      }
    }
  }

 private:
  static std::size_t at(std::int32_t n, std::int32_t y, std::int32_t x, std::int32_t c,
                        std::int32_t h, std::int32_t w, std::int32_t channels) {
    return static_cast<std::size_t>(((n * h + y) * w + x) * channels + c);
  }
};

// Filter [output_c, filter_h, filter_w, input_c].
template <typename Products>
void conv_2d(const Window& window, const Products& products) {
  const std::int32_t depth = window.input_c;
  window.each_output([&](std::int32_t n, std::int32_t y, std::int32_t x) {
    for (std::int32_t oc = 0; oc < window.output_c; ++oc) {
      typename Products::Sum sum = 0;
      window.each_tap(y, x,
                      [&](std::int32_t iy, std::int32_t ix, std::int32_t ky, std::int32_t kx) {
                        const std::size_t input_at = window.input_at(n, iy, ix, 0);
                        const auto weight_at = static_cast<std::size_t>(
                            ((oc * window.filter_h + ky) * window.filter_w + kx) * depth);
                        for (std::size_t ic = 0; ic < static_cast<std::size_t>(depth); ++ic) {
                          sum = products.add(sum, input_at + ic, weight_at + ic);
                        }
                      });
      products.store(window.output_at(n, y, x, oc), sum, static_cast<std::size_t>(oc));
    }
  });
}

// Filter [1, filter_h, filter_w, output_c]; input channel c makes output channels c * multiplier
// to c * multiplier + multiplier - 1.
template <typename Products>
void depthwise_conv_2d(const Window& window, const Products& products) {
  const std::int32_t multiplier = window.output_c / window.input_c;
  window.each_output([&](std::int32_t n, std::int32_t y, std::int32_t x) {
    for (std::int32_t oc = 0; oc < window.output_c; ++oc) {
      typename Products::Sum sum = 0;
      window.each_tap(
          y, x, [&](std::int32_t iy, std::int32_t ix, std::int32_t ky, std::int32_t kx) {
            const auto weight_at =
                static_cast<std::size_t>((ky * window.filter_w + kx) * window.output_c + oc);
            sum = products.add(sum, window.input_at(n, iy, ix, oc / multiplier), weight_at);
          });
      products.store(window.output_at(n, y, x, oc), sum, static_cast<std::size_t>(oc));
    }
  });
}

// Filter [output_c, filter_h, filter_w, input_c]. Each input element is spread over a window of the
// output; here each output element gathers what reaches it.
template <typename Products>
void transpose_conv(const Window& window, const Products& products) {
  // The input row (or column) whose tap `k` lands on `place` of the output; -1 for none.
  const auto source = [](std::int32_t place, std::int32_t k, std::int32_t stride,
                         std::int32_t inputs) {
    const std::int32_t at = place - k;
    return at < 0 || at % stride != 0 || at / stride >= inputs ? -1 : at / stride;
  };
  window.each_output([&](std::int32_t n, std::int32_t y, std::int32_t x) {
    for (std::int32_t oc = 0; oc < window.output_c; ++oc) {
      typename Products::Sum sum = 0;
      for (std::int32_t ky = 0; ky < window.filter_h; ++ky) {
        const std::int32_t iy = source(y + window.top, ky, window.stride_h, window.input_h);
        if (iy < 0) continue;
        for (std::int32_t kx = 0; kx < window.filter_w; ++kx) {
          const std::int32_t ix = source(x + window.left, kx, window.stride_w, window.input_w);
          if (ix < 0) continue;
          const std::size_t input_at = window.input_at(n, iy, ix, 0);
          const auto weight_at = static_cast<std::size_t>(
              ((oc * window.filter_h + ky) * window.filter_w + kx) * window.input_c);
          for (std::size_t ic = 0; ic < static_cast<std::size_t>(window.input_c); ++ic) {
            sum = products.add(sum, input_at + ic, weight_at + ic);
          }
        }
      }
      products.store(window.output_at(n, y, x, oc), sum, static_cast<std::size_t>(oc));
    }
  });
}

// Weights [output_c, input_c], for each of `rows` rows.
template <typename Products>
void fully_connected(std::size_t rows, std::size_t input_c, std::size_t output_c,
                     const Products& products) {
  for (std::size_t row = 0; row < rows; ++row) {
    for (std::size_t oc = 0; oc < output_c; ++oc) {
      typename Products::Sum sum = 0;
      for (std::size_t ic = 0; ic < input_c; ++ic) {
        sum = products.add(sum, row * input_c + ic, oc * input_c + ic);
      }
      products.store(row * output_c + oc, sum, oc);
    }
  }
}

// The mean over the taps that lie within the input.
template <typename Average>
void average_pool_2d(const Window& window, const Average& average) {
  window.each_output([&](std::int32_t n, std::int32_t y, std::int32_t x) {
    for (std::int32_t c = 0; c < window.output_c; ++c) {
      typename Average::Sum sum = 0;
      std::int32_t count = 0;
      window.each_tap(y, x, [&](std::int32_t iy, std::int32_t ix, std::int32_t, std::int32_t) {
        sum = average.add(sum, window.input_at(n, iy, ix, c));
        ++count;
      });
      // Padding is smaller than the window, so some tap always counts.
      if (count > 0) average.store(window.output_at(n, y, x, c), sum, count);
    }
  });
}

// The largest over the taps that lie within the input.
template <typename Largest>
void max_pool_2d(const Window& window, const Largest& largest) {
  window.each_output([&](std::int32_t n, std::int32_t y, std::int32_t x) {
    for (std::int32_t c = 0; c < window.output_c; ++c) {
      auto highest = std::numeric_limits<std::decay_t<decltype(largest.lowest)>>::lowest();
      window.each_tap(y, x, [&](std::int32_t iy, std::int32_t ix, std::int32_t, std::int32_t) {
        highest = std::max(highest, largest.input[window.input_at(n, iy, ix, c)]);
      });
      largest.output[window.output_at(n, y, x, c)] =
          std::min(std::max(highest, largest.lowest), largest.highest);
    }
  });
}

}  // namespace sengi::model
