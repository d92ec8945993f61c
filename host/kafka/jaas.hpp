// The one JAAS line that Java clients carry their user and password in.
#pragma once

#include <string>
#include <string_view>

#include "host/base/result.hpp"
#include "host/config/secret.hpp"

namespace sinkway::kafka {

struct JaasLogin {
  std::string username;
  Secret password;
};

// Reads `org....PlainLoginModule required username="u" password="p";` (also ScramLoginModule). The error never quotes the line.
[[nodiscard]] Result<JaasLogin> parse_jaas(std::string_view line);

}  // namespace sinkway::kafka
