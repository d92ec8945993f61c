#include "rest-api/json/json_status.hpp"

#include "rest-api/json/shapes.hpp"

namespace sinkway::rest {
namespace {

// Key order: state, worker_id, version, trace.
void put_state(Json& object, const herder::WorkState& state) {
  object["state"] = state.state;
  object["worker_id"] = state.worker_id;
  object["version"] = state.version ? Json(*state.version) : Json(nullptr);
  if (!state.trace.empty()) object["trace"] = state.trace;
}

Json task_shape(int task, const herder::WorkState& state) {
  Json object = {{"id", task}};
  put_state(object, state);
  return object;
}

}  // namespace

Json shape_of(const herder::ConnectorStatus& status) {
  Json connector = Json::object();
  put_state(connector, status.connector);
  Json tasks = Json::array();
  for (const auto& [task, state] : status.tasks) tasks.push_back(task_shape(task, state));
  return {{"name", status.name}, {"connector", std::move(connector)}, {"tasks", std::move(tasks)}, {"type", status.type}};
}

std::string status_json(const herder::ConnectorStatus& status) { return text_of(shape_of(status)); }

std::string task_status_json(int task, const herder::WorkState& state) { return text_of(task_shape(task, state)); }

std::string expanded_json(const std::vector<std::pair<std::string, Expanded>>& connectors) {
  Json all = Json::object();
  for (const auto& [name, expanded] : connectors) {
    Json one = Json::object();
    if (expanded.status && expanded.status_first) one["status"] = shape_of(*expanded.status);
    if (expanded.info) one["info"] = shape_of(*expanded.info);
    if (expanded.status && !expanded.status_first) one["status"] = shape_of(*expanded.status);
    all[name] = std::move(one);
  }
  return text_of(all);
}

}  // namespace sinkway::rest
