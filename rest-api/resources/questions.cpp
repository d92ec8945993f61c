#include "rest-api/resources/questions.hpp"

#include <nlohmann/json.hpp>
#include <optional>

#include "rest-api/resources/answers.hpp"

namespace sinkway::rest {
namespace {

using Json = nlohmann::ordered_json;

// What a plugin says is passed on when it is JSON; anything else would be no answer to a client.
Response passed_on(const std::string& text) {
  if (!Json::accept(text)) return problem(500, "the plugin's answer is no JSON");
  return json(text);
}

std::string plan_json(const std::string& name, const std::vector<herder::TaskReport>& reports) {
  Json tasks = Json::array();
  for (const herder::TaskReport& one : reports) {
    Json task;
    task["id"] = one.id.task;
    if (!one.trouble.empty()) task["trouble"] = one.trouble;
    task["plan"] = Json::parse(one.report, nullptr, false);
    if (task["plan"].is_discarded()) task["plan"] = nullptr;
    tasks.push_back(std::move(task));
  }
  return Json{{"name", name}, {"tasks", std::move(tasks)}}.dump();
}

// What begins so is between worker and plugin: letters with the values of their records, for example.
bool is_for_clients(const Call& call) { return !call.arguments[1].starts_with('_'); }

// The argument in a body, {} for none; nothing: it was no JSON, which is answered then.
std::optional<std::string> argument_of(const Call& call, const Send& send) {
  if (is_nothing(call.request.body)) return "{}";
  if (Json::accept(call.request.body)) return call.request.body;
  send(problem(400, "The request's body is no JSON"));
  return std::nullopt;
}

void ask(herder::Herder& herder, const Call& call, Send send) {
  if (!is_for_clients(call)) return send(problem(404, "There is no question " + call.arguments[1]));
  Json argument = Json::object();
  for (const auto& [key, value] : call.target.query) argument[key] = value;
  // A query is never refused: what is no UTF-8 becomes U+FFFD.
  herder.query(call.arguments[0], call.arguments[1], false, argument.dump(-1, ' ', false, Json::error_handler_t::replace),
               replying<std::string>(std::move(send), passed_on));
}

// A sample record is too much for parameters; nothing is changed for it.
void plan_for(herder::Herder& herder, const Call& call, Send send) {
  if (const auto argument = argument_of(call, send))
    herder.query(call.arguments[0], "plan", false, *argument, replying<std::string>(std::move(send), passed_on));
}

// Letters are taken in transactions of their own, so that tasks may go on meanwhile: no change in the sense of others.
void redrive(herder::Herder& herder, const Call& call, Send send) {
  if (const auto argument = argument_of(call, send))
    herder.redrive(call.arguments[0], *argument, replying<std::string>(std::move(send), passed_on));
}

void change(herder::Herder& herder, const Call& call, Send send) {
  if (!is_for_clients(call)) return send(problem(404, "There is no question " + call.arguments[1]));
  if (const auto argument = argument_of(call, send))
    herder.query(call.arguments[0], call.arguments[1], true, *argument, replying<std::string>(std::move(send), passed_on));
}

}  // namespace

void add_questions(Router& router, herder::Herder& herder) {
  router.add("GET", "/sinkway/v1/connectors/{connector}/plan", Takes::json, [&herder](const Call& call, Send send) {
    const std::string& name = call.arguments[0];
    herder.reports(name, replying<std::vector<herder::TaskReport>>(
                             std::move(send), [name](const std::vector<herder::TaskReport>& reports) {
                               return json(plan_json(name, reports));
                             }));
  });
  router.add("POST", "/sinkway/v1/connectors/{connector}/plan", Takes::json,
             [&herder](const Call& call, Send send) { plan_for(herder, call, std::move(send)); });
  router.add("POST", "/sinkway/v1/connectors/{connector}/dead-letters/redrive", Takes::json,
             [&herder](const Call& call, Send send) { redrive(herder, call, std::move(send)); });
  router.add("GET", "/sinkway/v1/connectors/{connector}/{question}", Takes::json,
             [&herder](const Call& call, Send send) { ask(herder, call, std::move(send)); });
  router.add("POST", "/sinkway/v1/connectors/{connector}/{question}", Takes::json,
             [&herder](const Call& call, Send send) { change(herder, call, std::move(send)); });
}

}  // namespace sinkway::rest
