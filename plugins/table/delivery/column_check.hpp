// Whether tables are still what rows were encoded for.
#pragma once

#include <string>

#include "plugins/table/delivery/batch_rows.hpp"
#include "plugins/table/server/connection.hpp"

namespace sinkway::table {

// COPY BINARY carries no types: what was encoded for a column of another type may be read as a value that nobody sent (the eight
// bytes of a small bigint are a numeric 0; a bigint, a double and a timestamp are all eight bytes). And what the encoder finds
// too long or out of range may fit since somebody has widened the column. So it is asked after rows were sent, while their lock
// keeps the table as it is. Answers the first table whose bound columns have other types or modifiers, "" when none has. Throws
// SinkError and what Connection throws. [writer-thread]
[[nodiscard]] std::string changed_table(Connection& connection, const BatchRows& rows);

// COMMIT, asking in the same round trip: where one has changed the server refuses, and says_changed() of its answer.
[[nodiscard]] Reply commit_unchanged(Connection& connection, const BatchRows& rows);
// Before it: what is lost then leaves no doubt.
[[nodiscard]] Reply prepare_commit_unchanged(Connection& connection);
[[nodiscard]] bool says_changed(const Reply& reply);

}  // namespace sinkway::table
