// topics.regex: a Java-style expression that must match a whole topic name, held against the topics that exist.
#pragma once

#include <regex>
#include <string>
#include <vector>

#include "host/base/clock.hpp"
#include "host/base/result.hpp"
#include "host/kafka/handles.hpp"

namespace sinkway::kafka {

// The names that match, sorted; topics of the brokers themselves (__consumer_offsets ...) never do. Pure.
[[nodiscard]] std::vector<std::string> matching(const std::regex& expression, std::vector<std::string> topics);

// Error: the expression does not compile.
[[nodiscard]] Result<std::regex> compile_pattern(const std::string& expression);

// The topics of the cluster. Waits for at most `timeout`.
[[nodiscard]] Result<std::vector<std::string>> list_topics(rd_kafka_t* client, Milliseconds timeout);

}  // namespace sinkway::kafka
