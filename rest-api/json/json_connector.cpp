#include "rest-api/json/json_connector.hpp"

#include "rest-api/json/shapes.hpp"

namespace sinkway::rest {

Json shape_of(const ConfigMap& config) {
  Json object = Json::object();
  for (const auto& [key, value] : config) object[key] = value ? Json(*value) : Json(nullptr);
  return object;
}

Json shape_of(const herder::TaskId& id) { return {{"connector", id.connector}, {"task", id.task}}; }

Json shape_of(const herder::ConnectorInfo& info) {
  Json tasks = Json::array();
  for (const auto& task : info.tasks) tasks.push_back(shape_of(task));
  return {{"name", info.name}, {"config", shape_of(info.config)}, {"tasks", std::move(tasks)}, {"type", info.type}};
}

std::string text_of(const Json& json) { return json.dump(-1, ' ', false, Json::error_handler_t::replace); }

std::string connector_json(const herder::ConnectorInfo& info) { return text_of(shape_of(info)); }
std::string config_json(const ConfigMap& config) { return text_of(shape_of(config)); }
std::string names_json(const std::vector<std::string>& names) { return text_of(Json(names)); }

std::string tasks_json(const std::vector<herder::TaskInfo>& tasks) {
  Json list = Json::array();
  for (const auto& task : tasks) list.push_back({{"id", shape_of(task.id)}, {"config", shape_of(task.config)}});
  return text_of(list);
}

std::string plugins_json(const std::vector<herder::PluginInfo>& plugins) {
  Json list = Json::array();
  for (const auto& plugin : plugins) {
    Json one = {{"class", plugin.class_name}, {"type", plugin.type}};
    if (!plugin.version.empty()) one["version"] = plugin.version;
    list.push_back(std::move(one));
  }
  return text_of(list);
}

std::string worker_json(const herder::WorkerInfo& worker) {
  return text_of({{"version", worker.version}, {"commit", worker.commit}, {"kafka_cluster_id", worker.kafka_cluster_id}});
}

std::string health_json(const herder::Health& health) {
  const char* const state = health.state == herder::Health::State::healthy    ? "healthy"
                            : health.state == herder::Health::State::starting ? "starting"
                                                                              : "unhealthy";
  return text_of({{"status", state}, {"message", health.message}});
}

}  // namespace sinkway::rest
