// SPDX-License-Identifier: Apache-2.0
// Messages in flash until they are acknowledged. Records are appended; sectors are used round and
// round, so each is erased as often as any other. A loss of power at any byte costs at most the
// record that was being written: whatever push() returned success for is found again, what was
// acknowledged is not, and the count of records goes on.
//
//   Ring ring(flash, {.first_sector = 8, .sectors = 16}, WhenFull::drop_oldest);
//   ring.open();                                   // after each reset
//   ring.push(tag, message);
//   Ring<Flash>::Cursor cursor;
//   if (ring.first(cursor)) { ring.read(cursor, bytes); ...; ring.acknowledge(cursor); }
//
// open() reads each sector's head and the records' heads of one sector; other calls touch at most
// the records of a few sectors. How a cut in the middle of an erasure can do no harm: before a
// sector is erased, a mark in the sector before it says that its content counts no more.
#pragma once

#include "sengi/store/ring_layout.h"

namespace sengi::store {

enum class WhenFull : std::uint8_t {
  drop_oldest,    // the oldest sector's messages make room
  refuse_newest,  // push() fails
};

template <typename Flash>
class Ring {
 public:
  struct Cursor {
    std::uint32_t sector = 0;  // of the area
    std::uint32_t offset = 0;  // in the sector
    RecordHead record;
  };

  // The flash outlives this. Requires: at least 3 sectors.
  Ring(Flash& flash, Area area, WhenFull when_full)
      : flash_(&flash), area_(area), when_full_(when_full) {}

  // Finds out what is there. A flash that was never used is an empty ring.
  void open() {
    has_head_ = false;
    corrupt_sectors_ = 0;
    for (std::uint32_t sector = 0; sector < area_.sectors; ++sector) {
      const SectorHead head = sector_head(sector);
      if (!head.valid) {
        if (!head.blank) ++corrupt_sectors_;
        continue;
      }
      if (has_head_ && head.generation <= generation_) continue;
      has_head_ = true;
      head_ = sector;
      generation_ = head.generation;
      next_sequence_ = head.first_sequence;
    }
    if (!has_head_) {
      next_sequence_ = 0;
      generation_ = 0;
      return;
    }
    // An erasure that was cut short is no corruption: it is begun anew.
    std::uint32_t sector = head_;
    for (std::uint32_t i = 0; i < ring_successors && i + 1 < area_.sectors; ++i) {
      sector = after(sector);
      const SectorHead head = sector_head(sector);
      if (!head.valid && !head.blank && is_overtaken(sector)) --corrupt_sectors_;
    }
    find_end();
    tail_ = head_;
    tail_offset_ = ring_head_bytes;
    next_valid(tail_);
  }

  // Appends a message. `sequence` is its number, one more than the last one's.
  // Errors: too_large (over 240 bytes, or what a sector holds), full, flash_fault.
  Error push(std::uint8_t tag, std::span<const std::uint8_t> message,
             std::uint32_t* sequence = nullptr) {
    const std::uint32_t bytes =
        record_head_bytes + padded(static_cast<std::uint32_t>(message.size()));
    if (message.size() > record_payload_max || ring_head_bytes + bytes > limit()) {
      return Error::too_large;
    }
    for (int attempt = 0; attempt < 4; ++attempt) {
      if (!has_head_ || end_ + bytes > limit()) {
        if (const Error error = advance(); error != Error::none) return error;
      }
      if (write_record(tag, message)) {
        if (sequence != nullptr) *sequence = next_sequence_;
        ++next_sequence_;
        end_ += bytes;
        return Error::none;
      }
      ++write_faults_;
      ++next_sequence_;  // the number may be in flash
      end_ = limit();    // do not trust the rest of this sector
    }
    return Error::flash_fault;
  }

  // The oldest message that is not acknowledged. False where there is none.
  bool first(Cursor& cursor) {
    if (!has_head_) return false;
    while (true) {
      cursor.sector = tail_;
      cursor.offset = tail_offset_;
      if (seek(cursor)) {
        tail_offset_ = cursor.offset;
        return true;
      }
      if (tail_ == head_) {
        tail_offset_ = cursor.offset;
        return false;
      }
      // Nothing left in it: say so, once, for later starts.
      set_mark(*flash_, address(tail_) + ring_emptied_at);
      next_valid(tail_);
      tail_offset_ = ring_head_bytes;
    }
  }

  // The one after it. False where there is none.
  bool next(Cursor& cursor) {
    cursor.offset += cursor.record.bytes();
    while (!seek(cursor)) {
      if (cursor.sector == head_) return false;
      next_valid(cursor.sector);
      cursor.offset = ring_head_bytes;
    }
    return true;
  }

  // Copies a message of cursor.record.length bytes.
  // Errors: gone; too_large: for `bytes`.
  Error read(const Cursor& cursor, std::span<std::uint8_t> bytes) {
    if (!is_there(cursor)) return Error::gone;
    if (bytes.size() < cursor.record.length) return Error::too_large;
    const std::uint32_t at = address(cursor.sector) + cursor.offset + record_head_bytes;
    return flash_->read(at, bytes.first(cursor.record.length)) ? Error::none : Error::flash_fault;
  }

  // From now on it is not found any more. Acknowledging again does nothing.
  // Errors: gone; flash_fault.
  Error acknowledge(const Cursor& cursor) {
    if (!is_there(cursor)) return Error::gone;
    const std::uint32_t at = address(cursor.sector) + cursor.offset + record_acknowledged_at;
    return set_mark(*flash_, at) ? Error::none : Error::flash_fault;
  }

  // Messages that are not acknowledged. Reads all their heads.
  std::uint32_t waiting() {
    std::uint32_t count = 0;
    Cursor cursor;
    for (bool more = first(cursor); more; more = next(cursor)) ++count;
    return count;
  }

  std::uint32_t next_sequence() const { return next_sequence_; }

  // Since open(): messages that made room, sectors whose head or memory is bad, records that did
  // not read back.
  std::uint32_t dropped() const { return dropped_; }
  std::uint32_t corrupt_sectors() const { return corrupt_sectors_; }
  std::uint32_t write_faults() const { return write_faults_; }

 private:
  std::uint32_t address(std::uint32_t sector) const {
    return (area_.first_sector + sector) * flash_->sector_bytes();
  }
  std::uint32_t limit() const {
    return flash_->sector_bytes() - ring_successors * static_cast<std::uint32_t>(word_bytes);
  }
  std::uint32_t successor_mark(std::uint32_t i) const {
    return address(head_) + limit() + i * static_cast<std::uint32_t>(word_bytes);
  }
  std::uint32_t after(std::uint32_t sector) const {
    return sector + 1 == area_.sectors ? 0 : sector + 1;
  }
  SectorHead sector_head(std::uint32_t sector) {
    return read_sector_head(*flash_, address(sector));
  }

  // Whether the head says that this sector's content counts no more.
  bool is_overtaken(std::uint32_t sector) {
    const std::uint32_t distance = sector > head_ ? sector - head_ : sector + area_.sectors - head_;
    if (distance == 0 || distance > ring_successors) return false;
    return is_set(read_word(*flash_, successor_mark(distance - 1)));
  }

  // Moves on to the next sector, in the order they were written, that has messages to look through;
  // to the head at the latest.
  void next_valid(std::uint32_t& sector) {
    for (sector = after(sector); sector != head_; sector = after(sector)) {
      const SectorHead head = sector_head(sector);
      if (head.valid && !head.emptied && head.generation < generation_ && !is_overtaken(sector)) {
        return;
      }
    }
  }

  // Goes to the next record of a sector, from `offset` on; false at the end, `offset` then being
  // where the blank begins. What is no record is gone through word by word, and what then looks
  // like one must be whole: the head that was torn or spoilt said nothing about where the next one
  // is.
  bool step(std::uint32_t sector, std::uint32_t& offset, RecordHead& record) {
    const std::uint32_t start = address(sector);
    bool lost = false;
    while (true) {
      const Found found = read_record_head(*flash_, start + offset, start + limit(), record);
      if (found == Found::record && (!lost || record_is_whole(*flash_, start + offset, record))) {
        return true;
      }
      if (found == Found::end && (!lost || is_blank(start + offset, start + limit()))) {
        return false;
      }
      lost = true;
      offset += static_cast<std::uint32_t>(word_bytes);
    }
  }

  bool is_blank(std::uint32_t at, std::uint32_t end) {
    for (; at < end; at += static_cast<std::uint32_t>(word_bytes)) {
      if (read_word(*flash_, at) != 0xFFFFFFFF) return false;
    }
    return true;
  }

  // Behind the last record of the head, and the number after its last one's.
  void find_end() {
    end_ = ring_head_bytes;
    RecordHead record;
    const std::uint32_t records_max = flash_->sector_bytes() / record_head_bytes;
    while (step(head_, end_, record)) {
      end_ += record.bytes();
      // A number from a torn head that happened to pass its check must not make the count leap.
      const std::uint32_t ahead = record.sequence - next_sequence_;
      if (ahead < records_max) next_sequence_ = record.sequence + 1;
    }
  }

  // From the cursor on, the first whole record of its sector that is not acknowledged.
  bool seek(Cursor& cursor) {
    while (step(cursor.sector, cursor.offset, cursor.record)) {
      const std::uint32_t at = address(cursor.sector) + cursor.offset;
      if (!cursor.record.acknowledged && record_is_whole(*flash_, at, cursor.record)) return true;
      cursor.offset += cursor.record.bytes();
    }
    return false;
  }

  bool is_there(const Cursor& cursor) {
    const std::uint32_t at = address(cursor.sector);
    RecordHead record;
    return read_record_head(*flash_, at + cursor.offset, at + limit(), record) == Found::record &&
           record.sequence == cursor.record.sequence && record.crc == cursor.record.crc;
  }

  // The head goes before the payload, so that a cut leaves a length to step over or nothing.
  bool write_record(std::uint8_t tag, std::span<const std::uint8_t> message) {
    std::uint8_t head[record_acknowledged_at];
    write_record_head(head, tag, next_sequence_, message);
    const std::uint32_t at = address(head_) + end_;
    return program_checked(*flash_, at, head) &&
           program_checked(*flash_, at + record_head_bytes, message);
  }

  // Counts and forgets what a sector still holds.
  std::uint32_t unacknowledged_in(std::uint32_t sector) {
    const SectorHead head = sector_head(sector);
    if (!head.valid || head.emptied || is_overtaken(sector)) return 0;
    std::uint32_t count = 0;
    Cursor cursor{sector, ring_head_bytes, {}};
    while (seek(cursor)) {
      ++count;
      cursor.offset += cursor.record.bytes();
    }
    return count;
  }

  // Makes the next good sector the head.
  Error advance() {
    std::uint32_t candidate = has_head_ ? head_ : area_.sectors - 1;
    for (std::uint32_t i = 0; i < ring_successors; ++i) {
      candidate = after(candidate);
      if (has_head_) {
        if (candidate == head_) break;
        const std::uint32_t lost = unacknowledged_in(candidate);
        if (lost > 0 && when_full_ == WhenFull::refuse_newest) return Error::full;
        if (!set_mark(*flash_, successor_mark(i))) return Error::flash_fault;
        dropped_ += lost;
        if (tail_ == candidate) {
          next_valid(tail_);
          tail_offset_ = ring_head_bytes;
        }
      }
      if (begin_sector(candidate)) {
        if (!has_head_) tail_ = candidate, tail_offset_ = ring_head_bytes;
        has_head_ = true;
        head_ = candidate;
        end_ = ring_head_bytes;
        ++generation_;
        return Error::none;
      }
      ++corrupt_sectors_;
    }
    return Error::flash_fault;
  }

  bool begin_sector(std::uint32_t sector) {
    std::uint8_t head[16];
    if (erase_checked(*flash_, area_.first_sector + sector)) {
      write_sector_head(head, generation_ + 1, next_sequence_);
      if (program_checked(*flash_, address(sector), head)) return true;
    }
    // It must not be taken for the sector that it was: zeros can be had without an erasure.
    for (std::uint8_t& byte : head) byte = 0;
    flash_->program(address(sector), head);
    return false;
  }

  Flash* flash_;
  Area area_;
  WhenFull when_full_;
  bool has_head_ = false;
  std::uint32_t head_ = 0;  // sector that is written to
  std::uint32_t end_ = 0;   // where, in it
  std::uint32_t generation_ = 0;
  std::uint32_t next_sequence_ = 0;
  std::uint32_t tail_ = 0;         // sector of the oldest message
  std::uint32_t tail_offset_ = 0;  // nothing before it counts
  std::uint32_t dropped_ = 0;
  std::uint32_t corrupt_sectors_ = 0;
  std::uint32_t write_faults_ = 0;
};

}  // namespace sengi::store
