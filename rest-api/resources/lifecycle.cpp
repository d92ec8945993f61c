#include "rest-api/resources/lifecycle.hpp"

#include "rest-api/json/json_status.hpp"
#include "rest-api/resources/answers.hpp"

namespace sinkway::rest {
namespace {

// The route has seen that it is a number.
int task_of(const Call& call) { return parse_int(call.arguments[1]).value_or(-1); }

Handler targeting(herder::Herder& herder, herder::TargetState state, int status) {
  return [&herder, state, status](const Call& call, Send send) {
    herder.set_target_state(call.arguments[0], state,
                            replying<herder::Done>(std::move(send), [status](const herder::Done&) { return nothing(status); }));
  };
}

void restart(herder::Herder& herder, const Call& call, Send send) {
  const bool include_tasks = call.target.flag("includeTasks", false);
  const bool only_failed = call.target.flag("onlyFailed", false);
  if (!include_tasks && !only_failed)
    return herder.restart_connector(call.arguments[0],
                                    replying<herder::Done>(std::move(send), [](const herder::Done&) { return nothing(204); }));
  herder.restart(call.arguments[0], only_failed, include_tasks,
                 replying<herder::ConnectorStatus>(std::move(send), [](const herder::ConnectorStatus& status) {
                   return json(status_json(status), 202);
                 }));
}

void task_status(herder::Herder& herder, const Call& call, const Send& send) {
  const int task = task_of(call);
  const auto answer = herder.status(call.arguments[0]);
  if (const auto* status = std::get_if<herder::ConnectorStatus>(&answer))
    for (const auto& [id, state] : status->tasks)
      if (id == task) return send(json(task_status_json(id, state)));
  send(problem(404, "No status found for task " + call.arguments[0] + "-" + std::to_string(task)));
}

}  // namespace

void add_lifecycle(Router& router, herder::Herder& herder) {
  router.add("GET", "/connectors/{connector}/status", Takes::json, [&herder](const Call& call, const Send& send) {
    send(respond(herder.status(call.arguments[0]),
                 [](const herder::ConnectorStatus& status) { return json(status_json(status)); }));
  });
  router.add("PUT", "/connectors/{connector}/pause", Takes::json, targeting(herder, herder::TargetState::paused, 202));
  router.add("PUT", "/connectors/{connector}/resume", Takes::json, targeting(herder, herder::TargetState::started, 202));
  router.add("PUT", "/connectors/{connector}/stop", Takes::json, targeting(herder, herder::TargetState::stopped, 204));
  router.add("POST", "/connectors/{connector}/restart", Takes::json,
             [&herder](const Call& call, Send send) { restart(herder, call, std::move(send)); });
  router.add("GET", "/connectors/{connector}/tasks/{task:int}/status", Takes::json,
             [&herder](const Call& call, const Send& send) { task_status(herder, call, send); });
  router.add("POST", "/connectors/{connector}/tasks/{task:int}/restart", Takes::json, [&herder](const Call& call, Send send) {
    herder.restart_task({call.arguments[0], task_of(call)},
                        replying<herder::Done>(std::move(send), [](const herder::Done&) { return nothing(204); }));
  });
}

}  // namespace sinkway::rest
