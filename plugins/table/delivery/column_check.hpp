// Whether tables are still what rows were encoded for.
#pragma once

#include <string>

#include "plugins/table/delivery/batch_rows.hpp"
#include "plugins/table/server/connection.hpp"

namespace sinkway::table {

// COPY BINARY carries no types: what was encoded for a column of another type may be read as a value that nobody sent (the eight
// bytes of a small bigint are a numeric 0; a bigint, a double and a timestamp are all eight bytes). So it is asked, after COPY
// and before COMMIT, while the lock of COPY keeps the table as it is. Answers the first table that has changed, "" when none
// has. Throws SinkError and what Connection throws. [writer-thread]
[[nodiscard]] std::string changed_table(Connection& connection, const BatchRows& rows);

}  // namespace sinkway::table
