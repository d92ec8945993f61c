#include "rest-api/resources/connectors.hpp"

#include <algorithm>

#include "host/config/json_config.hpp"
#include "rest-api/json/json_connector.hpp"
#include "rest-api/json/json_status.hpp"
#include "rest-api/resources/answers.hpp"

namespace sinkway::rest {
namespace {

constexpr const char* kNoConfig = "The request needs a config: a JSON object of keys and values";

// As Java's trim: blanks and control characters.
std::string trimmed(const std::string& text) {
  const auto is_ink = [](char c) { return static_cast<unsigned char>(c) > ' '; };
  const auto from = std::find_if(text.begin(), text.end(), is_ink);
  const auto to = std::find_if(text.rbegin(), text.rend(), is_ink).base();
  return from < to ? std::string(from, to) : std::string();
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
      auto* found = std::get_if<herder::ConnectorInfo>(&answer);
      if (!found) continue;  // deleted meanwhile
      expanded.info = std::move(*found);
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
  if (body->empty) return send(problem(500, kNoBody));
  if (!body->config) return send(problem(500, kNoConfig));
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

void put_config(herder::Herder& herder, const Call& call, Send send) {
  const std::string& name = call.arguments[0];
  if (is_nothing(call.request.body)) return send(problem(500, kNoBody));
  const auto config = parse_json_config(call.request.body);
  if (!config) return send(problem(500, config.error().message()));
  herder.put_config(name, *config,
                    replying<herder::Herder::Put>(std::move(send), [where = location(call.request, name)](const auto& put) {
                      return created(put, where);
                    }));
}

// A connector that does not exist is told before a body that is missing, but after one that is malformed.
void patch_config(herder::Herder& herder, const Call& call, Send send) {
  const std::string& name = call.arguments[0];
  if (is_nothing(call.request.body)) {
    const auto answer = herder.connector(name);
    const auto* refusal = std::get_if<herder::Refusal>(&answer);
    return send(refusal ? problem(*refusal) : problem(500, kNoBody));
  }
  const auto patch = parse_json_config(call.request.body);
  if (!patch) return send(problem(500, patch.error().message()));
  herder.patch_config(name, *patch, replying<herder::Herder::Put>(std::move(send), [](const herder::Herder::Put& put) {
                        return json(connector_json(put.info));
                      }));
}

}  // namespace

void add_connectors(Router& router, herder::Herder& herder) {
  router.add("GET", "/connectors", Takes::json, [&herder](const Call& call, const Send& send) { list(herder, call, send); });
  router.add("POST", "/connectors", Takes::json_body,
             [&herder](const Call& call, Send send) { create(herder, call, std::move(send)); });
  router.add("GET", "/connectors/{connector}", Takes::json, [&herder](const Call& call, const Send& send) {
    send(respond(herder.connector(call.arguments[0]),
                 [](const herder::ConnectorInfo& info) { return json(connector_json(info)); }));
  });
  router.add("DELETE", "/connectors/{connector}", Takes::json, [&herder](const Call& call, Send send) {
    herder.remove(call.arguments[0], replying<herder::Done>(std::move(send), [](const herder::Done&) { return nothing(204); }));
  });
  router.add("GET", "/connectors/{connector}/config", Takes::json, [&herder](const Call& call, const Send& send) {
    send(respond(herder.connector(call.arguments[0]),
                 [](const herder::ConnectorInfo& info) { return json(config_json(info.config)); }));
  });
  router.add("PUT", "/connectors/{connector}/config", Takes::json_body,
             [&herder](const Call& call, Send send) { put_config(herder, call, std::move(send)); });
  router.add("PATCH", "/connectors/{connector}/config", Takes::json_body,
             [&herder](const Call& call, Send send) { patch_config(herder, call, std::move(send)); });
  router.add("GET", "/connectors/{connector}/tasks", Takes::json, [&herder](const Call& call, const Send& send) {
    send(respond(herder.tasks(call.arguments[0]),
                 [](const std::vector<herder::TaskInfo>& tasks) { return json(tasks_json(tasks)); }));
  });
}

}  // namespace sinkway::rest
