// What the sink would like to receive, over all topics of a task.
#pragma once

#include <algorithm>
#include <string>
#include <vector>

#include "host/convert/converter.hpp"
#include "host/task/messages.hpp"

namespace sinkway::task {

// A converter serves all topics of a task, so a hint is only of use when every topic has the same. One thread at a time.
class HintBook {
 public:
  void learn(std::vector<TopicHint> hints) {
    for (auto& [topic, hint] : hints) {
      const auto known = std::find_if(hints_.begin(), hints_.end(), [&](const TopicHint& one) { return one.first == topic; });
      if (known == hints_.end())
        hints_.emplace_back(topic, std::move(hint));
      else
        known->second = std::move(hint);
    }
  }

  // Tells the converter what holds for all topics; where they differ: nothing in particular.
  void tell(convert::Converter& converter) const {
    std::vector<convert::HintColumn> columns;
    const bool agreed = !hints_.empty() && std::all_of(hints_.begin(), hints_.end(), [&](const TopicHint& one) {
      return one.second.columns == hints_.front().second.columns &&
             one.second.ignores_unmatched == hints_.front().second.ignores_unmatched;
    });
    if (agreed)
      for (const auto& [name, tag] : hints_.front().second.columns) columns.push_back({name, tag});
    converter.hint(columns, agreed && hints_.front().second.ignores_unmatched);
  }

 private:
  std::vector<TopicHint> hints_;
};

}  // namespace sinkway::task
