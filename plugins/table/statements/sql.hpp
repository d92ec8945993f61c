// The statements that write rows, as text. Pure.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "plugins/table/rows/binding.hpp"
#include "plugins/table/rows/row_encoder.hpp"

namespace sinkway::table {

// COPY "t" ("a", "b") FROM STDIN (FORMAT binary)
[[nodiscard]] std::string copy_sql(const Table& table, const Binding& binding, CopyFormat format);
// INSERT INTO "t" ("a", "b") SELECT unnest($1::int4[]), unnest($2::text[])::inet: arrays side by side in the target
// list, which is what PostgreSQL expands fastest (limits.md A.1).
[[nodiscard]] std::string unnest_sql(const Table& table, const Binding& binding);
// One of them: unnest($2::text[])::inet.
[[nodiscard]] std::string unnest_item(const BoundColumn& bound, std::size_t parameter);
// One element of its array: ($2::text[])[1]::inet. `number`: SQL, from 1.
[[nodiscard]] std::string element_item(const BoundColumn& bound, std::size_t parameter, const std::string& number);
// What an INSERT needs behind its columns where one of them is GENERATED ALWAYS AS IDENTITY (PostgreSQL manual, INSERT); COPY needs
// nothing.
[[nodiscard]] std::string_view overriding(const Binding& binding);
// COPY of these columns into any table, whose name is quoted.
[[nodiscard]] std::string copy_into_sql(const std::string& table, const Binding& binding, CopyFormat format);

}  // namespace sinkway::table
