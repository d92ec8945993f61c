#include "rest-api/resources/connectors.hpp"

#include <algorithm>

#include "host/config/json_config.hpp"
#include "rest-api/json/json_connector.hpp"
#include "rest-api/json/json_status.hpp"
#include "rest-api/resources/answers.hpp"

namespace sinkway::rest {
namespace {

constexpr const char* kNoBody = "The request needs a body: a JSON object";

std::string trimmed(const std::string& text) {
  const auto from = text.find_first_not_of(" \t\r\n");
  return from == text.npos ? "" : text.substr(from, text.find_last_not_of(" \t\r\n") - from + 1);
}

// Absolute against the Host that the client named.
std::string location(const Request& request, const std::string& name) {
  return "http://" + std::string(request.header("Host").value_or("localhost")) + "/connectors/" + encode_segment(name);
}

Response created(const herder::Herder::Put& put, const std::string& where) {
  Response response = json(connector_json(put.info), put.created ? 201 : 200);
  if (put.created) response.headers.emplace_back("Location", where);
  return response;
}

void list(herder::Herder& herder, const Call& call, const Send& send) {
  const auto& query = call.target.query;
  const auto asked = [&](std::string_view what) {
    return std::find(query.begin(), query.end(), std::pair<std::string, std::string>("expand", what));
  };
  const bool any = std::any_of(query.begin(), query.end(), [](const auto& pair) { return pair.first == "expand"; });
  if (!any) return send(json(names_json(herder.connectors())));
  const auto info = asked("info"), status = asked("status");
  std::vector<std::pair<std::string, Expanded>> all;
  for (const auto& name : herder.connectors()) {
    Expanded expanded;
    expanded.status_first = status < info;
    if (info != query.end()) {
      auto answer = herder.connector(name);
      if (auto* found = std::get_if<herder::ConnectorInfo>(&answer)) expanded.info = std::move(*found);
    }
    if (status != query.end()) {
      auto answer = herder.status(name);
      auto* found = std::get_if<herder::ConnectorStatus>(&answer);
      if (!found) continue;  // a connector without a status yet is left out
      expanded.status = std::move(*found);
    }
    all.emplace_back(name, std::move(expanded));
  }
  send(json(expanded_json(all)));
}

void create(herder::Herder& herder, const Call& call, Send send) {
  auto body = parse_json_connector(call.request.body, true);
  if (!body) return send(problem(500, body.error().message()));
  if (body->empty || !body->config) return send(problem(500, kNoBody));
  std::optional<herder::TargetState> state;
  if (body->initial_state) {
    state = herder::parse_initial_state(*body->initial_state);
    if (!state) return send(problem(500, "initial_state must be RUNNING, PAUSED or STOPPED"));
  }
  const std::string name = trimmed(body->name.value_or(""));
  herder.create(name, *body->config, state,
                replying<herder::Herder::Put>(std::move(send), [where = location(call.request, name)](const auto& put) {
                  return created(put, where);
                }));
}

using Change = void (herder::Herder::*)(const std::string&, const ConfigMap&, herder::Reply<herder::Herder::Put>);

// PUT and PATCH of a configuration differ in what the herder does, not in what they read.
Handler changing(herder::Herder& herder, Change change) {
  return [&herder, change](const Call& call, Send send) {
    if (call.request.body.find_first_not_of(" \t\r\n") == std::string::npos || trimmed(call.request.body) == "null")
      return send(problem(500, kNoBody));
    auto config = parse_json_config(call.request.body);
    if (!config) return send(problem(500, config.error().message()));
    const std::string& name = call.arguments[0];
    (herder.*change)(name, *config,
                     replying<herder::Herder::Put>(std::move(send), [where = location(call.request, name)](const auto& put) {
                       return created(put, where);
                     }));
  };
}

}  // namespace

void add_connectors(Router& router, herder::Herder& herder) {
  router.add("GET", "/connectors", Takes::json, [&herder](const Call& call, const Send& send) { list(herder, call, send); });
  router.add("POST", "/connectors", Takes::json_body, [&herder](const Call& call, Send send) { create(herder, call, std::move(send)); });
  router.add("GET", "/connectors/{connector}", Takes::json, [&herder](const Call& call, const Send& send) {
    send(respond(herder.connector(call.arguments[0]), [](const herder::ConnectorInfo& info) { return json(connector_json(info)); }));
  });
  router.add("DELETE", "/connectors/{connector}", Takes::json, [&herder](const Call& call, Send send) {
    herder.remove(call.arguments[0], replying<herder::Done>(std::move(send), [](const herder::Done&) { return nothing(204); }));
  });
  router.add("GET", "/connectors/{connector}/config", Takes::json, [&herder](const Call& call, const Send& send) {
    send(respond(herder.connector(call.arguments[0]), [](const herder::ConnectorInfo& info) { return json(config_json(info.config)); }));
  });
  router.add("PUT", "/connectors/{connector}/config", Takes::json_body, changing(herder, &herder::Herder::put_config));
  router.add("PATCH", "/connectors/{connector}/config", Takes::json_body, changing(herder, &herder::Herder::patch_config));
  router.add("GET", "/connectors/{connector}/tasks", Takes::json, [&herder](const Call& call, const Send& send) {
    send(respond(herder.tasks(call.arguments[0]), [](const std::vector<herder::TaskInfo>& tasks) { return json(tasks_json(tasks)); }));
  });
}

}  // namespace sinkway::rest
