// Questions and orders to the cluster: its id, topics, offsets of groups.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "host/base/clock.hpp"
#include "host/base/result.hpp"
#include "host/config/config_map.hpp"

namespace sinkway::kafka {

struct GroupOffset {
  std::string topic;
  int partition = 0;
  std::int64_t offset = 0;
  bool operator==(const GroupOffset&) const = default;
};

// Every call waits for at most about `timeout`; errors are retriable when the cluster cannot be reached. One thread at
// a time.
class Admin {
 public:
  // `properties` in librdkafka's spelling.
  [[nodiscard]] static Result<std::unique_ptr<Admin>> make(const ConfigMap& properties);
  ~Admin();

  [[nodiscard]] Result<std::string> cluster_id(Milliseconds timeout);
  [[nodiscard]] Result<std::vector<std::string>> topics(Milliseconds timeout);
  // True: created; false: it was there.
  [[nodiscard]] Result<bool> create_topic(const std::string& topic, int partitions, int replication_factor,
                                          Milliseconds timeout);
  // True: deleted; false: there was none.
  [[nodiscard]] Result<bool> delete_topic(const std::string& topic, Milliseconds timeout);

  // What a group has committed, sorted; empty for a group that does not exist. Partitions without an offset are left
  // out.
  [[nodiscard]] Result<std::vector<GroupOffset>> group_offsets(const std::string& group, Milliseconds timeout);
  // True: deleted, with its offsets; false: there was none. Error: it has members.
  [[nodiscard]] Result<bool> delete_group(const std::string& group, Milliseconds timeout);

 private:
  struct State;
  explicit Admin(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

}  // namespace sinkway::kafka
