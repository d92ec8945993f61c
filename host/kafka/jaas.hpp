// The one JAAS line that Java clients carry their login in.
#pragma once

#include <string_view>

#include "host/base/result.hpp"
#include "host/config/config_map.hpp"

namespace sinkway::kafka {

// `org....PlainLoginModule required username="u" password="p";` as librdkafka's properties; also ScramLoginModule,
// OAuthBearerLoginModule (clientId, clientSecret, scope) and Krb5LoginModule (keyTab, principal, serviceName). The
// error never quotes the line; the values are as secret as the line was.
[[nodiscard]] Result<ConfigMap> translate_jaas(std::string_view line);

}  // namespace sinkway::kafka
