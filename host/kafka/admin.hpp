// Questions about the cluster: its id, its topics.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "host/base/clock.hpp"
#include "host/base/result.hpp"
#include "host/config/config_map.hpp"

namespace sinkway::kafka {

// Every call waits for at most `timeout`; errors are retriable when the cluster cannot be reached. One thread at a time.
class Admin {
 public:
  // `properties` in librdkafka's spelling.
  [[nodiscard]] static Result<std::unique_ptr<Admin>> make(const ConfigMap& properties);
  ~Admin();

  [[nodiscard]] Result<std::string> cluster_id(Milliseconds timeout);
  [[nodiscard]] Result<std::vector<std::string>> topics(Milliseconds timeout);
  // True: created; false: it was there.
  [[nodiscard]] Result<bool> create_topic(const std::string& topic, int partitions, int replication_factor, Milliseconds timeout);

 private:
  struct State;
  explicit Admin(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

}  // namespace sinkway::kafka
