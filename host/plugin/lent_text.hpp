// Text that a plugin lends, copied so that nothing it may contain can hurt.
#pragma once

#include <string>

#include "plugins/sdk/abi/sinkway_value.h"

namespace sinkway::plugin {

// Valid UTF-8 whatever came: each byte that belongs to no character becomes '?' (REST answers JSON, which has no other bytes).
// A NULL pointer is an empty text.
[[nodiscard]] std::string copied(const sinkway_string& lent);
// For a sinkway_text_sink whose data is a std::string.
inline void take_text(void* data, sinkway_string text) { *static_cast<std::string*>(data) = copied(text); }

}  // namespace sinkway::plugin
