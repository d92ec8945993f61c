// The statements of the offsets table, as text: exactly-once.md holds their order and meaning.
#pragma once

#include <string>
#include <string_view>

namespace sinkway::table::offsets {

// `table` is quoted and has its schema. Parameters are named in the order in which they are bound.

[[nodiscard]] std::string create_sql(std::string_view table);
// connector, topic, partition, start, owner -> next_offset, epoch. Behind a pooler the server process belongs to
// nobody, so it is not remembered: nobody must end it. `known_only`: no row, no answer, and none is made.
[[nodiscard]] std::string acquire_sql(std::string_view table, bool pooled, bool known_only);
// connector, topics[], partitions[], from[], to[], epochs[] -> how many rows were still as we left them and have moved.
// Their rows name our server process from then on. A locking CTE that nothing refers to would be dropped from the plan,
// so the update joins it.
[[nodiscard]] std::string advance_sql(std::string_view table, bool pooled);
// connector, topic, partition, epoch -> next_offset; no row: not ours any more.
[[nodiscard]] std::string reclaim_sql(std::string_view table, bool pooled);
// connector, topic, partition -> one row when the process that owns the row was told to end.
[[nodiscard]] std::string end_holder_sql(std::string_view table);

}  // namespace sinkway::table::offsets
