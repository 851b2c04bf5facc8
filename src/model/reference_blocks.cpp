// SPDX-License-Identifier: Apache-2.0
// Operators that move whole slices of a tensor: side by side, into batches, by index, mirrored.
#include <algorithm>

#include "model/broadcast.h"
#include "model/reference_elements.h"

namespace sengi::model {
namespace {

std::int64_t product_of(const Shape& shape, std::int32_t first, std::int64_t end) {
  std::int64_t product = 1;
  for (std::int64_t i = first; i < end; ++i) product *= shape[static_cast<std::size_t>(i)];
  return product;
}

// Calls move(part, its place, place in the whole) for each element of `parts` slices along an axis.
template <typename Move>
void each_slice(const Shape& whole, std::int32_t axis, const Move& move) {
  const std::int64_t outer = product_of(whole, 0, axis);
  const std::int64_t parts = whole[static_cast<std::size_t>(axis)];
  const auto rank = static_cast<std::int64_t>(whole.size());
  const std::int64_t inner = product_of(whole, axis + 1, rank);
  for (std::int64_t o = 0; o < outer; ++o) {
    for (std::int64_t part = 0; part < parts; ++part) {
      for (std::int64_t i = 0; i < inner; ++i) {
        move(static_cast<std::size_t>(part), o * inner + i, (o * parts + part) * inner + i);
      }
    }
  }
}

}  // namespace

Step bind(Memory& memory, const Operator& op, const Pack& pack) {
  std::vector<Elements> parts;
  for (std::size_t i = 0; i < op.inputs.size(); ++i) {
    Elements part = elements_of(memory, op);
    part.from = memory.input<std::byte>(op, i);
    parts.push_back(part);
  }
  return [parts, axis = pack.axis, whole = memory.output_tensor(op).shape] {
    each_slice(whole, axis, [&](std::size_t part, std::int64_t at, std::int64_t whole_at) {
      parts[part].copy(at, whole_at);
    });
  };
}

Step bind(Memory& memory, const Operator& op, const Unpack& unpack) {
  std::vector<Elements> parts;
  for (std::size_t i = 0; i < op.outputs.size(); ++i) {
    Elements part = elements_of(memory, op);
    part.to = memory.output<std::byte>(op, i);
    parts.push_back(part);
  }
  return [parts, axis = unpack.axis, whole = memory.input_tensor(op, 0).shape] {
    each_slice(whole, axis, [&](std::size_t part, std::int64_t at, std::int64_t whole_at) {
      parts[part].copy(whole_at, at);
    });
  };
}

namespace {

// Where an element of the batches lies on the images that were cut into them; none in padding.
template <typename Blocks>
class Cut {
 public:
  Cut(const Blocks& blocks, Shape image, Shape batches)
      : blocks_(blocks),
        image_(std::move(image)),
        batches_(std::move(batches)),
        strides_(strides_of(image_)) {}

  // -1 in padding.
  std::int64_t place_of(const std::vector<std::int64_t>& batch_place) const {
    std::int64_t block = batch_place[0] / image_[0];  // which pixel of its block
    std::int64_t at = batch_place[0] % image_[0] * strides_[0] + batch_place.back();
    for (std::size_t i = blocks_.block.size(); i-- > 0;) {
      const std::int64_t y =
          batch_place[i + 1] * blocks_.block[i] + block % blocks_.block[i] - blocks_.before[i];
      block /= blocks_.block[i];
      if (y < 0 || y >= image_[i + 1]) return -1;
      at += y * strides_[i + 1];
    }
    return at;
  }
  const Shape& batches() const { return batches_; }

 private:
  Blocks blocks_;
  Shape image_, batches_;
  std::vector<std::int64_t> strides_;
};

}  // namespace

Step bind(Memory& memory, const Operator& op, const SpaceToBatch& blocks) {
  return [elements = elements_of(memory, op), zero = zero_of(memory.output_tensor(op)),
          cut = Cut(blocks, memory.input_tensor(op, 0).shape, memory.output_tensor(op).shape)] {
    Walk walk(cut.batches());
    const std::size_t count = elements.to.size() / elements.size;
    for (std::size_t i = 0; i < count; ++i, walk.next()) {
      const std::int64_t at = cut.place_of(walk.place());
      if (at >= 0) {
        elements.copy(at, static_cast<std::int64_t>(i));
      } else {
        std::ranges::copy(zero, elements.to.begin() + static_cast<std::ptrdiff_t>(i * zero.size()));
      }
    }
  };
}

Step bind(Memory& memory, const Operator& op, const BatchToSpace& blocks) {
  return [elements = elements_of(memory, op),
          cut = Cut(blocks, memory.output_tensor(op).shape, memory.input_tensor(op, 0).shape)] {
    Walk walk(cut.batches());
    const std::size_t count = elements.from.size() / elements.size;
    for (std::size_t i = 0; i < count; ++i, walk.next()) {
      const std::int64_t at = cut.place_of(walk.place());
      if (at >= 0) elements.copy(static_cast<std::int64_t>(i), at);
    }
  };
}

Step bind(Memory& memory, const Operator& op, const Gather& gather) {
  const Shape& input = memory.input_tensor(op, 0).shape;
  const Shape& indices = memory.input_tensor(op, 1).shape;
  const std::int64_t batches = product_of(input, 0, gather.batch_axes);
  const std::int64_t outer = product_of(input, gather.batch_axes, gather.axis);
  const std::int64_t extent = input[static_cast<std::size_t>(gather.axis)];
  const std::int64_t inner =
      product_of(input, gather.axis + 1, static_cast<std::int64_t>(input.size()));
  const std::int64_t picks =
      product_of(indices, gather.batch_axes, static_cast<std::int64_t>(indices.size()));
  return [=, elements = elements_of(memory, op), list = memory.input<std::int32_t>(op, 1)] {
    std::int64_t to = 0;
    for (std::int64_t i = 0; i < batches * outer; ++i) {
      for (std::int64_t pick = 0; pick < picks; ++pick) {
        const auto index = static_cast<std::size_t>(i / outer * picks + pick);
        const std::int64_t row = std::clamp<std::int64_t>(list[index], 0, extent - 1);
        for (std::int64_t k = 0; k < inner; ++k) {
          elements.copy((i * extent + row) * inner + k, to++);
        }
      }
    }
  };
}

Step bind(Memory& memory, const Operator& op, const MirrorPad& pad) {
  const Shape& from = memory.input_tensor(op, 0).shape;
  return [=, elements = elements_of(memory, op), to = memory.output_tensor(op).shape,
          strides = strides_of(from)] {
    Walk walk(to);
    const std::size_t count = elements.to.size() / elements.size;
    for (std::size_t i = 0; i < count; ++i, walk.next()) {
      std::int64_t at = 0;
      for (std::size_t axis = 0; axis < from.size(); ++axis) {
        const std::int64_t apart = pad.repeats_border ? 1 : 0;
        std::int64_t place = walk.place()[axis] - pad.before[axis];
        if (place < 0) place = -place - apart;
        if (place >= from[axis]) place = 2 * (from[axis] - 1) - place + apart;
        at += place * strides[axis];
      }
      elements.copy(at, static_cast<std::int64_t>(i));
    }
  };
}

}  // namespace sengi::model
