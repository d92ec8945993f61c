// Records of one key inside a batch: the last operation wins, and where it cannot, the order is kept.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

#include "plugins/table/options/write_rules.hpp"
#include "plugins/table/rows/byte_buffer.hpp"
#include "plugins/table/rows/key_order.hpp"
#include "plugins/table/rows/row_group.hpp"

namespace sinkway::table {

// A row with its columns, in the order in which the records came.
struct BoundRow {
  Row row;
  const Binding* binding = nullptr;
};

// Positions in the batch.
struct Needless {
  std::uint32_t record = 0;
  std::uint32_t by = 0;  // the record that makes it so, which may be needless itself
};

struct Folded {
  // To be written one after the other. Rows of one key never share a group, unless the group says `fold_on_server`; the others' rows are
  // in the order of sort_by_key.
  std::vector<RowGroup> groups;
  // Records that another one of the same key makes needless, in their order.
  std::vector<Needless> needless;
};

// Rule D2 inside a batch (table-sink.md 3.3). A row makes an earlier one of its key needless when nothing of that one
// would be left: delete after anything, put after a put whose columns it has. Otherwise it goes into a later group.
// Where equal keys may have different bytes (citext, numeric 1.0 and 1.00, collations that are not deterministic) the
// client cannot see them: rows go into groups in the order in which they came, and the server folds inside a group. In a table
// that refers to itself only neighbours are folded, and groups stay in order: a parent comes before its children, and these move away
// before it goes.
// Insert mode without deletes needs no folding and is not for this class. Keeps its memory. [writer-thread]
class KeyFold {
 public:
  // Whether a row may take the place of others. `no`: all are written, and a key that comes again begins a new group, so that what lies
  // between is written between.
  enum class Replaces { yes, no };

  // All rows are of `table`.
  [[nodiscard]] Folded fold(std::span<const BoundRow> rows, const Table& table, const WriteRules& rules, Replaces replaces = Replaces::yes);

 private:
  // Of rows that may be written in any order, save those of one key.
  [[nodiscard]] Folded fold_part(std::span<const BoundRow> rows, const Table& table, const WriteRules& rules, Replaces replaces);

  enum class Verdict { replaces, is_needless, follows };
  struct Placed {
    PlacedKey key;
    std::uint32_t hash = 0;  // of the key
    std::uint32_t wave = 0;
    std::uint32_t by = 0;  // of a needless row: the row that makes it so
    bool has_key = false;  // else it equals no other
    bool needless = false;
  };

  // What the later of two rows of one key does to the earlier.
  [[nodiscard]] static Verdict verdict(const BoundRow& earlier, const BoundRow& later, const Table& table,
                                       const WriteRules& rules);
  void read_keys(std::span<const BoundRow> rows);
  // The slot of the last row with the key of row `index`, or the free one where it goes.
  [[nodiscard]] std::uint32_t& slot_of(std::uint32_t index);
  void place(std::span<const BoundRow> rows, std::uint32_t index, const Table& table, const WriteRules& rules, Replaces replaces);
  // Groups in the order of the waves; inside a wave deletes come first, since they may free what others need, then groups in
  // the order of their first rows. Rows that replace others are in the order of their keys.
  [[nodiscard]] Folded grouped(std::span<const BoundRow> rows, const Table& table, Replaces replaces) const;

  ByteBuffer keys_;
  std::vector<Placed> placed_;        // one for each row
  std::vector<std::uint32_t> slots_;  // open addressing over a power of two: number of a row + 1, or 0
};

// Whether one of these rows of its table has the key of `one`, or only the server can tell.
[[nodiscard]] bool may_share_key(const BoundRow& one, std::span<const Row> others, const Binding& binding);

// Whether two values of the column are equal exactly when their encoded bytes are.
[[nodiscard]] bool bytes_tell_equality(const BoundColumn& column);

}  // namespace sinkway::table
