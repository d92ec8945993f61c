// From an answer of the server, or its silence, to what the host shall do: retry, or fail with what a person must
// change.
#pragma once

#include <string>
#include <string_view>

#include "plugins/table/server/wire.hpp"

namespace sinkway::table {

// A statement that is not about rows was refused (a connection, BEGIN, the offsets table, COMMIT). Server trouble
// becomes RetriableError, everything else FatalError with the GRANT or setting that is missing. `what` says what was
// being done and where; `worked_lately`: a connection of this task has worked within the last minute, so a refused
// login means a server that restarts.
[[noreturn]] void throw_refusal(const std::string& sqlstate, const std::string& what, bool worked_lately);

// The connection could not be made, or broke. `place` is "host:port/database".
[[noreturn]] void throw_lost(const WireLost& lost, const std::string& place, bool worked_lately);

// What to change after this SQLSTATE; "" when there is nothing to say. Pure.
[[nodiscard]] std::string_view hint_for(std::string_view sqlstate);
// The stable id of an answer, e.g. table.permission_denied. Pure.
[[nodiscard]] std::string_view id_for(std::string_view sqlstate);

}  // namespace sinkway::table
