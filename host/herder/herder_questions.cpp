// The part of HerderCore that only asks: questions to plugins, reports of tasks.
#include "host/herder/herder_core.hpp"

#include <memory>
#include <utility>

#include "host/herder/redrive.hpp"
#include "host/herder/refusals.hpp"

namespace sinkway::herder {
namespace {

// Refused answers of a plugin as refusals of the herder: what nobody knows, what the request got wrong, what stands in
// the way.
Refusal refusal_of(const plugin::Outcome& outcome) {
  if (outcome.error_id == SINKWAY_NO_SUCH_QUESTION) return {Refusal::Kind::not_found, outcome.text()};
  if (outcome.code == plugin::OutcomeCode::data_error) return {Refusal::Kind::bad_request, outcome.text()};
  if (outcome.code == plugin::OutcomeCode::fatal) return {Refusal::Kind::conflict, outcome.text()};
  return {Refusal::Kind::internal, outcome.text()};
}

}  // namespace

void HerderCore::query(const std::string& name, const std::string& question, bool changes, const std::string& argument,
                       Reply<std::string> reply) {
  const Connector* known = find(name);
  if (changes && known && known->stored.target == TargetState::started)
    return reply(Refusal{Refusal::Kind::conflict, "Connector " + name + " is RUNNING: pause or stop it before " +
                                                      question + " changes anything"});
  ask(name, std::move(reply), [this, name, question, changes, argument](const plugin::Manifest& plugin, const ConfigMap& config) {
    return tools_.worker.query(plugin, name, config, question, changes, argument);
  });
}

// One at a time in a worker: a long one takes a thread, and changes of all connectors need the others. It is over when its
// work lets go of it, which is before the reply, so whoever has heard the reply may begin the next one.
void HerderCore::redrive(const std::string& name, const std::string& argument, Reply<std::string> reply) {
  if (stopping_) return reply(worker_is_stopping());
  if (!find(name)) return reply(connector_not_found(name));
  if (const auto running = redrive_.lock()) return reply(redrive_is_running(running->connector));
  auto begun = std::make_shared<RunningRedrive>(name);
  redrive_ = begun;
  ask(name, std::move(reply),
      [this, argument, begun = std::move(begun)](const plugin::Manifest& plugin, const ConfigMap& config) mutable {
        const auto own = std::exchange(begun, nullptr);
        return herder::redrive({tools_.worker, plugin, own->connector, config}, argument, own->cancel);
      });
}

void HerderCore::stop_redrive(const std::string* of) {
  const auto running = redrive_.lock();
  if (running && (of == nullptr || running->connector == *of)) running->cancel.raise(task::CancelSignal::kForEver);
}

void HerderCore::ask(const std::string& name, Reply<std::string> reply,
                     std::function<plugin::QueryAnswer(const plugin::Manifest&, const ConfigMap&)> of_plugin) {
  const Connector* known = find(name);
  if (!known) return reply(connector_not_found(name));
  const auto* plugin = plugin_of(known->stored.config);
  if (!plugin)
    return reply(class_not_found(known->stored.config.get_or("connector.class", ""), tools_.worker.plugins(),
                                 Refusal::Kind::internal));
  tools_.surroundings.call([plugin, config = known->stored.config, of_plugin = std::move(of_plugin), reply = std::move(reply)] {
    plugin::QueryAnswer answer = of_plugin(*plugin, config);
    if (answer.outcome.ok())
      reply(std::move(answer.json));
    else
      reply(refusal_of(answer.outcome));
  });
}

void HerderCore::reports(const std::string& name, Reply<std::vector<TaskReport>> reply) {
  const Connector* known = find(name);
  if (!known) return reply(connector_not_found(name));
  std::vector<TaskReport> reports;
  for (std::size_t task = 0; task < known->task_configs.size(); ++task) {
    const int number = static_cast<int>(task);
    if (auto status = tools_.worker.task_status({name, number}))
      reports.push_back({{name, number}, std::move(status->trouble), std::move(status->report)});
  }
  reply(std::move(reports));
}

}  // namespace sinkway::herder
