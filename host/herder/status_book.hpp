// Who runs where, and why not: what REST and metrics read.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "host/base/synchronized.hpp"
#include "host/herder/herder.hpp"

namespace sinkway::herder {

// How starts ended since the worker began (Connect's connect-worker-metrics).
struct StartCounts {
  std::uint64_t attempts = 0, successes = 0, failures = 0;
};

// Written by the herder's thread, read by anybody; readers get copies. [any-thread]
class StatusBook {
 public:
  void set(ConnectorStatus status);
  void forget(const std::string& connector);
  [[nodiscard]] std::optional<ConnectorStatus> status(const std::string& connector) const;
  [[nodiscard]] std::vector<ConnectorStatus> all() const;  // by name

  enum class Kind { connector, task };
  void count_attempt(Kind kind);
  void count_end(Kind kind, bool success);
  [[nodiscard]] StartCounts starts(Kind kind) const;

 private:
  struct Pages {
    std::map<std::string, ConnectorStatus> statuses;
    StartCounts connectors, tasks;
  };
  static StartCounts& counts(Pages& pages, Kind kind) {
    return kind == Kind::connector ? pages.connectors : pages.tasks;
  }
  mutable Synchronized<Pages> pages_;
};

}  // namespace sinkway::herder
