// Which of two versions is the newer one.
#pragma once

#include <string_view>

namespace sinkway::plugin {

// True if `a` is older than `b`, in the manner of Maven, by which Connect compares: parts between dots and dashes, numbers by
// value, a missing number as 0, a qualifier (rc1, SNAPSHOT) before the release without it.
[[nodiscard]] bool is_older(std::string_view a, std::string_view b);

}  // namespace sinkway::plugin
