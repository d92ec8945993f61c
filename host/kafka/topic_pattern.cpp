#include "host/kafka/topic_pattern.hpp"

#include <algorithm>
#include <array>
#include <string_view>

namespace sinkway::kafka {
namespace {

// The brokers' own, as Java clients know them; other names may begin with underscores.
bool is_internal(std::string_view topic) {
  constexpr std::array<std::string_view, 3> kInternal = {"__consumer_offsets", "__transaction_state",
                                                         "__share_group_state"};
  return std::find(kInternal.begin(), kInternal.end(), topic) != kInternal.end();
}

}  // namespace

std::vector<std::string> matching(const std::regex& expression, std::vector<std::string> topics) {
  std::erase_if(topics, [&](const std::string& topic) {
    return is_internal(topic) || !std::regex_match(topic, expression);
  });
  std::sort(topics.begin(), topics.end());
  return topics;
}

Result<std::regex> compile_pattern(const std::string& expression) {
  try {
    return std::regex(expression, std::regex::ECMAScript | std::regex::optimize);
  } catch (const std::regex_error&) {
    return Error("Invalid value " + expression + " for configuration topics.regex: not a regular expression")
        .with_hint("inline flags such as (?i), possessive quantifiers and lookbehind are not known here");
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
