// The verb that puts dead letters into their sink once more: pages of letters from the plugin, batches back into it.
#pragma once

#include <string>
#include <utility>

#include "host/config/config_map.hpp"
#include "host/plugin/plugin_registry.hpp"
#include "host/worker/worker_port.hpp"

namespace sinkway::herder {

// The connector whose letters are put again. Lent for the call.
struct RedriveTarget {
  worker::WorkerPort& worker;
  const plugin::Manifest& plugin;
  const std::string& name;
  const ConfigMap& config;
};

// A redrive that runs. Shared between the herder's thread and the one that works.
struct RunningRedrive {
  explicit RunningRedrive(std::string of) : connector(std::move(of)) {}
  const std::string connector;
  task::CancelSignal cancel;  // raised once: it is to end, before its next page or while a server is waited for
};

// `argument`: a JSON object with any of topic, partition, offset, error_id (which letters), limit (how many at most, 1,000
// unless said) and dry_run (true: only count what would be tried). Answers {"tried":n,"written":n,"rejected":n,"reasons":[...]};
// reasons name places, never values. Each page is one transaction of the plugin, which takes the letters away with it: what
// was done stays done when a later page fails, or when `cancel` is raised, which is answered FATAL with the numbers so far. The
// plugin's own questions are "_letters" (a page, never told to clients). May wait for a server. [connector-thread]
[[nodiscard]] plugin::QueryAnswer redrive(const RedriveTarget& target, const std::string& argument, task::CancelSignal& cancel);

}  // namespace sinkway::herder
