// The herder's connectors as readers see them.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "host/base/synchronized.hpp"
#include "host/herder/herder.hpp"

namespace sinkway::herder {

struct ConnectorView {
  ConnectorInfo info;
  std::vector<TaskInfo> tasks;
};

// Written by the herder's thread, read by anybody; readers get copies. [any-thread]
class ConnectorViews {
 public:
  void set(ConnectorView view) {
    auto views = views_.lock();
    std::string name = view.info.name;
    views->insert_or_assign(std::move(name), std::move(view));
  }
  void forget(const std::string& name) { views_.lock()->erase(name); }
  [[nodiscard]] std::optional<ConnectorView> find(const std::string& name) const {
    auto views = views_.lock();
    const auto found = views->find(name);
    return found == views->end() ? std::nullopt : std::optional(found->second);
  }
  [[nodiscard]] std::vector<std::string> names() const {
    auto views = views_.lock();
    std::vector<std::string> names;
    for (const auto& [name, view] : *views) names.push_back(name);
    return names;
  }

 private:
  mutable Synchronized<std::map<std::string, ConnectorView>> views_;
};

}  // namespace sinkway::herder
