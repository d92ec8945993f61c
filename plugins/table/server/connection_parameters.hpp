// What every connection of the sink asks of libpq and of its session, derived from the options.
#pragma once

#include <optional>
#include <string>

#include "plugins/table/options/table_options.hpp"
#include "plugins/table/server/wire.hpp"

namespace sinkway::table {

// A connection for data: UTF-8, dead peers noticed within seconds (keepalives, tcp_user_timeout), unless the URL says
// otherwise.
[[nodiscard]] WireSettings data_wire(const TableOptions& options, int cancel_descriptor);

// The conninfo of a brief connection of the control plane. Holds the password: never print it.
[[nodiscard]] std::string control_conninfo(const TableOptions& options);

// Settings of a session as SET statements in one text: time-outs, ISO dates in UTC, the search path. `local`: SET
// LOCAL, for use inside each transaction behind a pooler (a session there may be somebody else's the next moment).
[[nodiscard]] std::string session_settings(const TableOptions& options, bool local);

// The name of a keyword of the URL that this libpq does not know; nothing when it knows all.
[[nodiscard]] std::optional<std::string> unknown_keyword(const ConnectionUrl& url);

}  // namespace sinkway::table
