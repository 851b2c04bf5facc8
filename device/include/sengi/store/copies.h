// SPDX-License-Identifier: Apache-2.0
// A blob (zones, settings) in two copies: the one in use, and the one that arrives, in pieces of
// any order, over days and resets. It is checked as a whole before it is used, then it is on trial:
// if nobody confirms it within so many starts, or the watchdog bites, the former one is back.
//
//   Copies copies(flash, {.first_sector = 40, .sectors = 8}, {.pieces_max = 800, .trial_starts =
//   3}); copies.start();                          // once after each reset; roll_back() if it was
//   the watchdog if (copies.in_use().ok) use(copies.in_use()); copies.begin(head); copies.put(i,
//   piece); copies.seal(check);
//   ... it works, and the network answers: copies.confirm();
//
// A version is used only if it is higher than that of either copy that was ever sealed, so a replay
// of an old one is refused.
#pragma once

#include "sengi/store/copies_layout.h"

namespace sengi::store {

struct CopiesSpec {
  std::uint32_t pieces_max = 64;   // of a transfer
  std::uint32_t trial_starts = 3;  // resets that an unconfirmed blob survives, 1 .. copy_trials_max
};

// Where in flash a blob is.
struct Blob {
  bool ok = false;
  std::uint32_t at = 0;
  std::uint32_t length = 0;
  std::uint32_t version = 0;
  bool confirmed = false;
};

template <typename Flash>
class Copies {
 public:
  // The flash outlives this. Each copy gets half of the area's sectors. Requires: an even number.
  Copies(Flash& flash, Area area, CopiesSpec spec) : flash_(&flash), area_(area), spec_(spec) {}

  // Finds the blob to use and, where that is on trial, counts this start; one start too many
  // rejects it. Reads both blobs for their checksums.
  void start() {
    choose();
    if (!in_use_.ok || in_use_.confirmed || !has_other()) return;
    const std::uint32_t marks = base(used_) + copy_trials_at;
    for (std::uint32_t i = 0; i < spec_.trial_starts; ++i) {
      const std::uint32_t at = marks + i * static_cast<std::uint32_t>(word_bytes);
      if (is_set(read_word(*flash_, at))) continue;
      set_mark(*flash_, at);
      return;
    }
    roll_back();
  }

  const Blob& in_use() const { return in_use_; }

  // Bytes that a blob can have.
  std::uint32_t capacity() const {
    return area_.sectors / 2 * flash_->sector_bytes() - data_offset();
  }

  // Begins a transfer, or goes on with the one that was begun with the same head.
  // Errors: old_version, too_large (length, pieces), bad_piece (piece_bytes), on_trial: what is in
  // use is not yet confirmed and its predecessor must be kept; flash_fault.
  Error begin(const BlobHead& head) {
    if (head.piece_bytes == 0 || head.piece_bytes > piece_bytes_max || head.piece_bytes % 4 != 0) {
      return Error::bad_piece;
    }
    if (head.length == 0 || head.length > capacity() || head.pieces() > spec_.pieces_max) {
      return Error::too_large;
    }
    for (std::uint32_t copy = 0; copy < 2; ++copy) {
      BlobHead there;
      if (is_sealed(copy, there) && head.version <= there.version) return Error::old_version;
    }
    if (in_use_.ok && !in_use_.confirmed && has_other()) return Error::on_trial;
    if (BlobHead begun; transfer(begun) && begun == head) return Error::none;
    return erase_and_begin(head);
  }

  // What is under way; false where nothing is.
  bool transfer(BlobHead& head) {
    const std::uint32_t copy = spare();
    return read_blob_head(*flash_, base(copy), head) &&
           !is_set(read_word(*flash_, base(copy) + copy_sealed_at));
  }

  bool has_piece(std::uint32_t index) { return is_set(read_word(*flash_, piece_mark(index))); }

  // Pieces that are missing; 0 also where nothing is under way.
  std::uint32_t missing() {
    BlobHead head;
    std::uint32_t count = 0;
    if (!transfer(head)) return 0;
    for (std::uint32_t i = 0; i < head.pieces(); ++i) count += has_piece(i) ? 0U : 1U;
    return count;
  }

  // Stores a piece. One that is there already is left as it is.
  // Errors: no_transfer; bad_piece: index, or a length that is not this piece's; flash_fault: begin
  // again, the place holds something else.
  Error put(std::uint32_t index, std::span<const std::uint8_t> piece) {
    BlobHead head;
    if (!transfer(head)) return Error::no_transfer;
    if (index >= head.pieces()) return Error::bad_piece;
    const std::uint32_t offset = index * head.piece_bytes;
    const std::uint32_t left = head.length - offset;
    if (piece.size() != (left < head.piece_bytes ? left : head.piece_bytes)) {
      return Error::bad_piece;
    }
    if (has_piece(index)) return Error::none;
    const std::uint32_t at = base(spare()) + data_offset() + offset;
    const bool done = program_checked(*flash_, at, piece) && set_mark(*flash_, piece_mark(index));
    return done ? Error::none : Error::flash_fault;
  }

  // Checks the whole, and takes it into use on trial. `check(const Blob&)` says whether a device
  // can use it; it may read the flash. Without a usable predecessor it is in use all the same.
  // Errors: no_transfer, incomplete; bad_checksum, bad_content: the transfer is over; flash_fault.
  template <typename Check>
  Error seal(Check check) {
    BlobHead head;
    if (!transfer(head)) return Error::no_transfer;
    if (missing() > 0) return Error::incomplete;
    const std::uint32_t copy = spare();
    const Blob blob{true, base(copy) + data_offset(), head.length, head.version, false};
    if (crc_of(*flash_, blob.at, blob.length) != head.crc) return abandon(Error::bad_checksum);
    if (!check(blob)) return abandon(Error::bad_content);
    if (!set_mark(*flash_, base(copy) + copy_sealed_at)) return Error::flash_fault;
    used_ = copy;
    in_use_ = blob;
    return Error::none;
  }

  // Writes a whole blob that is at hand, as begin(), put() and seal() would.
  template <typename Check>
  Error replace(std::uint8_t kind, std::uint32_t version, std::span<const std::uint8_t> blob,
                Check check) {
    const auto length = static_cast<std::uint32_t>(blob.size());
    const BlobHead head{version, length, crc32(blob), kind, piece_bytes_max};
    if (const Error error = begin(head); error != Error::none) return error;
    for (std::uint32_t i = 0; i < head.pieces(); ++i) {
      const std::uint32_t offset = i * piece_bytes_max;
      const std::uint32_t left = length - offset;
      const auto piece = blob.subspan(offset, left < piece_bytes_max ? left : piece_bytes_max);
      if (const Error error = put(i, piece); error != Error::none) return error;
    }
    return seal(check);
  }

  // What is in use stays in use. Errors: no_transfer: nothing is; flash_fault.
  Error confirm() {
    if (!in_use_.ok) return Error::no_transfer;
    if (!set_mark(*flash_, base(used_) + copy_confirmed_at)) return Error::flash_fault;
    in_use_.confirmed = true;
    return Error::none;
  }

  // Rejects what is in use, if it is on trial, and goes back to what was before. Returns whether it
  // did: without a predecessor there is nothing to go back to.
  bool roll_back() {
    if (!in_use_.ok || in_use_.confirmed || !has_other()) return false;
    set_mark(*flash_, base(used_) + copy_rejected_at);
    choose();
    return true;
  }

 private:
  std::uint32_t base(std::uint32_t copy) const {
    return (area_.first_sector + copy * (area_.sectors / 2)) * flash_->sector_bytes();
  }
  std::uint32_t data_offset() const {
    return (copy_head_bytes + spec_.pieces_max * static_cast<std::uint32_t>(word_bytes) + 15U) &
           ~15U;
  }
  std::uint32_t piece_mark(std::uint32_t index) const {
    return base(spare()) + copy_head_bytes + index * static_cast<std::uint32_t>(word_bytes);
  }
  // The copy that is not in use.
  std::uint32_t spare() const { return in_use_.ok ? 1 - used_ : 0; }

  bool is_sealed(std::uint32_t copy, BlobHead& head) {
    return read_blob_head(*flash_, base(copy), head) &&
           is_set(read_word(*flash_, base(copy) + copy_sealed_at));
  }

  // Whether this copy could be used.
  bool is_usable(std::uint32_t copy, Blob& blob) {
    BlobHead head;
    if (!is_sealed(copy, head)) return false;
    if (is_set(read_word(*flash_, base(copy) + copy_rejected_at))) return false;
    if (head.length > capacity()) return false;
    blob = {true, base(copy) + data_offset(), head.length, head.version,
            is_set(read_word(*flash_, base(copy) + copy_confirmed_at))};
    return crc_of(*flash_, blob.at, blob.length) == head.crc;
  }

  bool has_other() {
    Blob blob;
    return is_usable(1 - used_, blob);
  }

  // The newest that is usable.
  void choose() {
    in_use_ = {};
    for (std::uint32_t copy = 0; copy < 2; ++copy) {
      Blob blob;
      if (!is_usable(copy, blob)) continue;
      if (in_use_.ok && blob.version < in_use_.version) continue;
      in_use_ = blob;
      used_ = copy;
    }
  }

  Error erase_and_begin(const BlobHead& head) {
    const std::uint32_t copy = spare();
    const std::uint32_t first = area_.first_sector + copy * (area_.sectors / 2);
    // First it stops being one, then it goes: an erasure that is cut short brings nothing back.
    constexpr std::uint8_t zeros[copy_fields_bytes] = {};
    flash_->program(base(copy), zeros);
    for (std::uint32_t i = 0; i < area_.sectors / 2; ++i) {
      if (!erase_checked(*flash_, first + i)) return Error::flash_fault;
    }
    std::uint8_t bytes[copy_fields_bytes];
    write_blob_head(bytes, head);
    return program_checked(*flash_, base(copy), bytes) ? Error::none : Error::flash_fault;
  }

  Error abandon(Error why) {
    set_mark(*flash_, base(spare()) + copy_abandoned_at);
    return why;
  }

  Flash* flash_;
  Area area_;
  CopiesSpec spec_;
  Blob in_use_;
  std::uint32_t used_ = 0;
};

}  // namespace sengi::store
