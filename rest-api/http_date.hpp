// The time as HTTP writes it.
#pragma once

#include <string>

#include "host/base/clock.hpp"

namespace sinkway::rest {

// "Sun, 06 Nov 1994 08:49:37 GMT" (RFC 9110, 5.6.7), whatever the locale.
[[nodiscard]] std::string http_date(WallTime time);

}  // namespace sinkway::rest
