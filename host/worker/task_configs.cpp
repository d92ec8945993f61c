#include "host/worker/task_configs.hpp"

#include <string_view>

namespace sinkway::worker {
namespace {

// ...FileStreamSinkConnector has tasks of the class ...FileStreamSinkTask: the habit of Connect's plugins, which tools
// print.
std::string task_class_of(std::string connector_class) {
  constexpr std::string_view kSuffix = "Connector";
  if (connector_class.ends_with(kSuffix))
    connector_class.replace(connector_class.size() - kSuffix.size(), kSuffix.size(), "Task");
  return connector_class;
}

}  // namespace

bool has_placeholder(std::string_view text) {
  const std::size_t begin = text.find("${");
  return begin != text.npos && text.find('}', begin) != text.npos;
}

std::vector<ConfigMap> complete_task_configs(std::vector<ConfigMap> from_plugin, const ConfigMap& connector,
                                             const std::string& connector_class) {
  for (auto& config : from_plugin) {
    for (const auto& [key, value] : connector)
      if (value && has_placeholder(*value) && config.has(key)) config.set(key, value);
    config.set("task.class", task_class_of(connector_class));
    for (const auto* key : {"topics", "topics.regex"})
      if (const auto value = connector.get(key)) config.set(key, value);
  }
  return from_plugin;
}

}  // namespace sinkway::worker
