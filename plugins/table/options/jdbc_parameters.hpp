// The parameters of pgjdbc's URLs in libpq's words.
#pragma once

#include <string>

#include "plugins/table/options/connection_url.hpp"

namespace sinkway::table {

// Takes over what reaches the server; what only steers the Java driver changes nothing, what nobody knows is a warning.
// `ssl`: set by the parameter of that name, which sslmode overrules. Throws OptionError. Source: pgjdbc's documentation,
// "Connection Parameters", and PostgreSQL manual 34.1.2.
void apply_jdbc_parameter(ConnectionUrl& url, const std::string& name, std::string value, bool& ssl);

}  // namespace sinkway::table
