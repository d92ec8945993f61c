// The statements that write rows, as text. Pure.
#pragma once

#include <string>

#include "plugins/table/rows/binding.hpp"
#include "plugins/table/rows/row_encoder.hpp"

namespace sinkway::table {

// COPY "t" ("a", "b") FROM STDIN (FORMAT binary)
[[nodiscard]] std::string copy_sql(const Table& table, const Binding& binding, CopyFormat format);
// INSERT INTO "t" ("a", "b") SELECT unnest($1::int4[]), unnest($2::text[])::inet: arrays side by side in the target
// list, which is what PostgreSQL expands fastest (limits.md A.1).
[[nodiscard]] std::string unnest_sql(const Table& table, const Binding& binding);

}  // namespace sinkway::table
