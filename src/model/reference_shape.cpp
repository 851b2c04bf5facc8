// SPDX-License-Identifier: Apache-2.0
// Operators that only move elements.
#include <algorithm>
#include <cstring>

#include "model/broadcast.h"
#include "model/reference_elements.h"

namespace sengi::model {
Step bind(Memory& memory, const Operator& op, const Reshape&) {
  return [from = memory.input<std::byte>(op, 0), to = memory.output<std::byte>(op)] {
    std::ranges::copy(from, to.begin());
  };
}

Step bind(Memory& memory, const Operator& op, const Pad& pad) {
  const Elements elements = elements_of(memory, op);
  const Shape& from = memory.input_tensor(op, 0).shape;
  const std::vector<std::int64_t> strides = strides_of(memory.output_tensor(op).shape);
  std::int64_t corner = 0;  // of the input within the output
  for (std::size_t axis = 0; axis < from.size(); ++axis) corner += pad.before[axis] * strides[axis];
  const auto given = memory.input<std::byte>(op, 1);
  const std::vector<std::byte> value = given.empty()
                                           ? zero_of(memory.output_tensor(op))
                                           : std::vector<std::byte>(given.begin(), given.end());
  const std::size_t count = memory.input_tensor(op, 0).elements();
  return [=] {
    for (std::size_t at = 0; at < elements.to.size(); at += elements.size) {
      std::ranges::copy(value, elements.to.begin() + static_cast<std::ptrdiff_t>(at));
    }
    Walk walk(from);
    for (std::size_t i = 0; i < count; ++i, walk.next()) {
      elements.copy(static_cast<std::int64_t>(i), corner + walk.offset(strides));
    }
  };
}

Step bind(Memory& memory, const Operator& op, const StridedSlice& slice) {
  const Elements elements = elements_of(memory, op);
  std::vector<std::int64_t> steps = strides_of(memory.input_tensor(op, 0).shape);
  std::int64_t corner = 0;  // of the slice within the input
  for (std::size_t axis = 0; axis < steps.size(); ++axis) {
    corner += slice.begin[axis] * steps[axis];
    steps[axis] *= slice.stride[axis];
  }
  const Shape counts = slice_counts(slice);
  const std::size_t count = memory.output_tensor(op).elements();
  return [=] {
    Walk walk(counts);
    for (std::size_t i = 0; i < count; ++i, walk.next()) {
      elements.copy(corner + walk.offset(steps), static_cast<std::int64_t>(i));
    }
  };
}

Step bind(Memory& memory, const Operator& op, const Transpose& transpose) {
  const Elements elements = elements_of(memory, op);
  const std::vector<std::int64_t> from = strides_of(memory.input_tensor(op, 0).shape);
  std::vector<std::int64_t> steps;  // through the input, by axis of the output
  for (const std::int32_t axis : transpose.permutation) {
    steps.push_back(from[static_cast<std::size_t>(axis)]);
  }
  const Shape& to = memory.output_tensor(op).shape;
  const std::size_t count = memory.output_tensor(op).elements();
  return [=] {
    Walk walk(to);
    for (std::size_t i = 0; i < count; ++i, walk.next()) {
      elements.copy(walk.offset(steps), static_cast<std::int64_t>(i));
    }
  };
}

namespace {

// Bytes that lie together along `axis` and the axes behind it.
std::size_t run_bytes(const Tensor& tensor, std::int32_t axis) {
  std::size_t bytes = bytes_of(tensor.type);
  for (std::size_t i = static_cast<std::size_t>(axis); i < tensor.shape.size(); ++i) {
    bytes *= static_cast<std::size_t>(tensor.shape[i]);
  }
  return bytes;
}

// Copies runs of several parts, one after the other, into runs of one whole, or back.
struct Part {
  std::span<const std::byte> from;
  std::span<std::byte> to;
  std::size_t run;
};

}  // namespace

Step bind(Memory& memory, const Operator& op, const Concatenation& concatenation) {
  std::vector<Part> parts;
  for (std::size_t i = 0; i < op.inputs.size(); ++i) {
    parts.push_back({.from = memory.input<std::byte>(op, i),
                     .to = {},
                     .run = run_bytes(memory.input_tensor(op, i), concatenation.axis)});
  }
  return [parts, to = memory.output<std::byte>(op)] {
    std::size_t at = 0;
    for (std::size_t run = 0; at < to.size(); ++run) {
      for (const Part& part : parts) {
        std::memcpy(&to[at], &part.from[run * part.run], part.run);
        at += part.run;
      }
    }
  };
}

Step bind(Memory& memory, const Operator& op, const Split& split) {
  std::vector<Part> parts;
  for (std::size_t i = 0; i < op.outputs.size(); ++i) {
    parts.push_back({.from = {},
                     .to = memory.output<std::byte>(op, i),
                     .run = run_bytes(memory.output_tensor(op, i), split.axis)});
  }
  return [parts, from = memory.input<std::byte>(op, 0)] {
    std::size_t at = 0;
    for (std::size_t run = 0; at < from.size(); ++run) {
      for (const Part& part : parts) {
        std::memcpy(&part.to[run * part.run], &from[at], part.run);
        at += part.run;
      }
    }
  };
}

namespace {

// Pixels of the large image [N,H,W,C] and, in the same order, where each lies in [N,H/b,W/b,b*b*C].
Step bind_blocks(const Elements& elements, const Shape& image, std::int64_t block, bool inward) {
  const std::int64_t channels = image[3];
  const std::int64_t columns = image[2] / block;
  return [=] {
    Walk walk(image);
    const std::size_t count = elements.to.size() / elements.size;
    for (std::size_t i = 0; i < count; ++i, walk.next()) {
      const std::vector<std::int64_t>& at = walk.place();
      const std::int64_t cell =
          (at[0] * (image[1] / block) + at[1] / block) * columns + at[2] / block;
      const std::int64_t within = at[1] % block * block + at[2] % block;
      const std::int64_t deep = (cell * block * block + within) * channels + at[3];
      const auto flat = static_cast<std::int64_t>(i);
      elements.copy(inward ? flat : deep, inward ? deep : flat);
    }
  };
}

}  // namespace

Step bind(Memory& memory, const Operator& op, const SpaceToDepth& blocks) {
  return bind_blocks(elements_of(memory, op), memory.input_tensor(op, 0).shape, blocks.block, true);
}

Step bind(Memory& memory, const Operator& op, const DepthToSpace& blocks) {
  return bind_blocks(elements_of(memory, op), memory.output_tensor(op).shape, blocks.block, false);
}

}  // namespace sengi::model
