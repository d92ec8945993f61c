// Topic names of one task at stable addresses.
#pragma once

#include <deque>
#include <map>
#include <string>
#include <string_view>

#include "host/data/record.hpp"

namespace sinkway {

// intern() gives the same pointer for the same name until the table is destroyed. Filled by one thread; the names themselves are
// immutable, so another thread may read those it was handed.
class TopicNames {
 public:
  [[nodiscard]] TopicName intern(std::string_view name) {
    if (const auto found = by_name_.find(name); found != by_name_.end()) return found->second;
    const std::string& text = texts_.emplace_back(name);
    const TopicName topic = &names_.emplace_back(lend(text));
    by_name_.emplace(text, topic);
    return topic;
  }

 private:
  std::deque<std::string> texts_;
  std::deque<sinkway_string> names_;
  std::map<std::string_view, TopicName> by_name_;
};

}  // namespace sinkway
