// The one spelling of a timestamp that nearly every record has, read fast.
#pragma once

#include <cstdint>
#include <string_view>

namespace sinkway::table {

// `yyyy-MM-dd HH:mm:ss`, also with T for the blank and up to six digits of a fraction; microseconds since 2000. False:
// anything else, also what is wrong: parse_timestamp() knows the rest.
[[nodiscard]] bool read_common_timestamp(std::string_view text, std::int64_t& micros);

}  // namespace sinkway::table
