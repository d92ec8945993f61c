#include "host/kafka/topic_pattern.hpp"

#include <algorithm>

namespace sinkway::kafka {

std::vector<std::string> matching(const std::regex& expression, std::vector<std::string> topics) {
  std::erase_if(topics, [&](const std::string& topic) { return topic.starts_with("__") || !std::regex_match(topic, expression); });
  std::sort(topics.begin(), topics.end());
  return topics;
}

Result<std::regex> compile_pattern(const std::string& expression) {
  try {
    return std::regex(expression, std::regex::ECMAScript | std::regex::optimize);
  } catch (const std::regex_error&) {
    return Error("Invalid value " + expression + " for configuration topics.regex: not a regular expression");
  }
}

Result<std::vector<std::string>> list_topics(rd_kafka_t* client, Milliseconds timeout) {
  const struct rd_kafka_metadata* raw = nullptr;
  const auto code = rd_kafka_metadata(client, 1, nullptr, &raw, static_cast<int>(timeout.count()));
  const MetadataHandle metadata(raw);
  if (code) return client_error("list topics", code);
  std::vector<std::string> topics;
  for (int n = 0; n < metadata->topic_cnt; ++n)
    if (!metadata->topics[n].err) topics.emplace_back(metadata->topics[n].topic);
  return topics;
}

}  // namespace sinkway::kafka
