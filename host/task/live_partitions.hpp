// Which assignment of which partition is still the task's own, for both of its threads.
#pragma once

#include <algorithm>
#include <cstdint>
#include <mutex>
#include <string_view>
#include <vector>

#include "host/data/value.hpp"
#include "host/kafka/consumer.hpp"

namespace sinkway::task {

// The reader adds partitions when they arrive and takes them out the moment they leave; the writer asks before each put and each
// open. A partition that comes back has another generation. [any-thread]
class LivePartitions {
 public:
  void add(const kafka::TopicPartition& at, std::uint64_t generation) {
    const std::lock_guard guard(mutex_);
    std::erase_if(live_, [&](const Live& live) { return live.at == at; });
    live_.push_back({at, generation});
  }
  void remove(const kafka::TopicPartition& at) {
    const std::lock_guard guard(mutex_);
    std::erase_if(live_, [&](const Live& live) { return live.at == at; });
  }
  void clear() {
    const std::lock_guard guard(mutex_);
    live_.clear();
  }

  [[nodiscard]] bool is_current(const kafka::TopicPartition& at, std::uint64_t generation) const {
    const std::lock_guard guard(mutex_);
    return std::any_of(live_.begin(), live_.end(),
                       [&](const Live& live) { return live.at == at && live.generation == generation; });
  }
  // The same for somebody who has no interned name.
  [[nodiscard]] bool is_current(std::string_view topic, std::int32_t partition, std::uint64_t generation) const {
    const std::lock_guard guard(mutex_);
    return std::any_of(live_.begin(), live_.end(), [&](const Live& live) {
      return live.at.partition == partition && live.generation == generation && view(*live.at.topic) == topic;
    });
  }

 private:
  struct Live {
    kafka::TopicPartition at;
    std::uint64_t generation;
  };
  mutable std::mutex mutex_;
  std::vector<Live> live_;
};

}  // namespace sinkway::task
