// Records that travel together, and what keeps their bytes alive.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <vector>

#include "host/data/arena.hpp"
#include "host/data/record.hpp"

namespace sinkway {

// Filled by the reader, put by the writer, then recycled. Everything a record points to lies in `arena`, in the shape table of
// the task, or in the topic names of the task. One owner at a time.
struct Batch {
  Arena arena;
  std::vector<Record> records;
  std::vector<Position> positions;  // one for each partition that the batch covers
  std::vector<Unconverted> unconverted;  // errant, and left out of `records`
  std::uint64_t sequence = 0;
  std::uint64_t letters = 0;  // rule D6: dead letters up to this ticket must be acknowledged before its positions count
  std::size_t letter_bytes = 0;  // of records that left no other trace here than their letter

  [[nodiscard]] bool empty() const { return records.empty() && positions.empty(); }
  [[nodiscard]] std::size_t bytes() const { return arena.bytes() + records.size() * sizeof(Record) + unconverted.size() * sizeof(Unconverted) + letter_bytes; }

  void recycle() {
    arena.reset();
    records.clear();
    positions.clear();
    unconverted.clear();
    sequence = 0;
    letters = 0;
    letter_bytes = 0;
  }

  // What put() of a plugin receives; lends from this batch.
  [[nodiscard]] sinkway_batch view() const {
    return {sizeof(sinkway_batch), sizeof(Record),   sizeof(Position),   0,                  sequence,            records.size(), records.data(),
            positions.size(),      positions.data(), unconverted.size(), unconverted.data(), sizeof(Unconverted), 0};
  }
};

using BatchPtr = std::unique_ptr<Batch>;

}  // namespace sinkway
