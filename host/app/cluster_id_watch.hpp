// Asks Kafka for the id of its cluster without anybody waiting for it.
#pragma once

#include <condition_variable>
#include <functional>
#include <mutex>
#include <string>
#include <thread>

#include "host/base/clock.hpp"
#include "host/base/log.hpp"
#include "host/config/config_map.hpp"

namespace sinkway::app {

// One thread that tries, with growing pauses, until there is an answer or the watch is destroyed; then it ends.
class ClusterIdWatch {
 public:
  // `worker`: bootstrap.servers, security.*, sasl.*, ssl.* and admin.* of the worker's properties. `found` is called
  // once, on the thread of the watch.
  ClusterIdWatch(const ConfigMap& worker, std::function<void(const std::string& id)> found, const Logger& log);
  ~ClusterIdWatch();
  ClusterIdWatch(const ClusterIdWatch&) = delete;
  ClusterIdWatch& operator=(const ClusterIdWatch&) = delete;

 private:
  void watch(const ConfigMap& properties, const std::function<void(const std::string& id)>& found, const Logger& log);
  [[nodiscard]] bool pause(Milliseconds delay);

  std::mutex mutex_;
  std::condition_variable changed_;
  bool ended_ = false;
  std::thread thread_;
};

// The properties of the worker's own client, in Java's spelling: admin.* over the unprefixed ones. Pure.
[[nodiscard]] ConfigMap admin_properties(const ConfigMap& worker);

}  // namespace sinkway::app
