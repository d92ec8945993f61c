#include <fmt/format.h>

#include <memory>

#include "host/plugin/host_face.hpp"
#include "host/plugin/lent_text.hpp"
#include "host/plugin/plugin_call.hpp"
#include "host/plugin/plugin_registry.hpp"

namespace sinkway::plugin {
namespace {

// A connector has a configuration and a log; records, partitions and their end it never sees.
class ConnectorServices final : public TaskServices {
 public:
  ConnectorServices(const std::string& connector, const ConfigMap& config, const Logger& log)
      : connector_(connector), config_(config), log_(log) {}

  const std::string& connector() const override { return connector_; }
  int task() const override { return -1; }
  const ConfigMap& config() const override { return config_; }
  const Logger& log() const override { return log_; }
  MetricSink& metrics() override { return metrics_; }
  bool report_errant(const ErrantReport&) override { return false; }
  bool flush_errant(Milliseconds) override { return true; }
  [[nodiscard]] const sinkway_batch* next_batch() override { return nullptr; }
  [[nodiscard]] int next_batch_descriptor() const override { return -1; }
  void request_commit() override {}
  void pause_partition(std::string_view, std::int32_t) override {}
  void resume_partition(std::string_view, std::int32_t) override {}
  int cancel_descriptor() const override { return -1; }
  bool is_cancelled() const override { return false; }
  bool is_current(std::string_view, std::int32_t, std::uint64_t) const override { return false; }

 private:
  const std::string& connector_;
  const ConfigMap& config_;
  const Logger& log_;
  NullMetricSink metrics_;
};

// One connector object for the length of one question.
class ConnectorCall {
 public:
  ConnectorCall(const Manifest& manifest, TaskServices& services) : host_(manifest.name, services), call_(host_) {
    try {
      connector_ = manifest.descriptor->create_connector(manifest.descriptor, host_.get());
    } catch (...) {
      connector_ = nullptr;  // the same as a connector that could not be made
    }
  }
  ~ConnectorCall() {
    if (usable() && connector_->destroy != nullptr) connector_->destroy(connector_);
  }
  ConnectorCall(const ConnectorCall&) = delete;
  ConnectorCall& operator=(const ConnectorCall&) = delete;

  [[nodiscard]] bool usable() const { return connector_ != nullptr && connector_->struct_size >= sizeof(sinkway_connector); }
  [[nodiscard]] sinkway_connector* get() const { return connector_; }

 private:
  HostFace host_;
  HostFace::Call call_;
  sinkway_connector* connector_ = nullptr;
};

Outcome no_connector(const Manifest& manifest) {
  return broken_rule(manifest.name, "create_connector", "it made no connector that this worker can use");
}

bool has_connector(const Manifest& manifest) {
  return manifest.descriptor != nullptr && manifest.descriptor->create_connector != nullptr;
}

void add_error(Validation& validation, const std::string& key, const std::string& message) {
  if (ValidatedKey* known = validation.find(key); known != nullptr) {
    known->errors.push_back(message);
    return;
  }
  ValidatedKey undeclared;
  undeclared.name = key;
  undeclared.errors.push_back(message);
  validation.keys.insert(validation.keys.begin(), std::move(undeclared));
}

void add_finding(void* data, const sinkway_finding* finding) {
  if (finding != nullptr) add_error(*static_cast<Validation*>(data), copied(finding->key), copied(finding->message));
}

// A note belongs to an option that is known: there is nowhere else to show it.
void add_note(void* data, const sinkway_finding* note) {
  if (note == nullptr) return;
  if (ValidatedKey* known = static_cast<Validation*>(data)->find(copied(note->key)); known != nullptr)
    known->notes.push_back(copied(note->message));
}

void take_notes(const Manifest& manifest, sinkway_connector* connector, Validation& validation) {
  if (connector->get_extension == nullptr) return;
  const auto* notes = static_cast<const sinkway_notes*>(connector->get_extension(connector, lend(SINKWAY_EXT_NOTES)));
  if (notes == nullptr || notes->struct_size < sizeof(sinkway_notes)) return;
  const sinkway_finding_list list{&validation, add_note};
  (void)call_plugin(manifest.name, "tell", notes->tell, connector, &list);  // notes that cannot be had are no fault
}

void add_config(void* data, const sinkway_pair* pairs, std::size_t count) {
  ConfigMap& config = static_cast<std::vector<ConfigMap>*>(data)->emplace_back();
  for (std::size_t i = 0; pairs != nullptr && i < count; ++i) {
    const bool null = pairs[i].value.data == nullptr;
    config.set(copied(pairs[i].key), null ? std::nullopt : std::optional(copied(pairs[i].value)));
  }
}

}  // namespace

void validate_with_plugin(const Manifest& manifest, const std::string& connector, const ConfigMap& config, Validation& validation,
                          const Logger& log) {
  if (!has_connector(manifest)) return;
  ConnectorServices services(connector, config, log);
  const ConnectorCall made(manifest, services);
  if (made.usable() && made.get()->validate == nullptr) return;
  const sinkway_finding_list findings{&validation, add_finding};
  const Outcome outcome = made.usable()
                              ? call_plugin(manifest.name, "validate", made.get()->validate, made.get(), &findings)
                              : no_connector(manifest);
  // A check that could not be made is no proof of a fault, but the user must hear why nothing was checked.
  if (!outcome.ok())
    add_error(validation, "connector.class", "The plugin could not check this configuration: " + outcome.text());
  else
    take_notes(manifest, made.get(), validation);
}

Result<std::vector<ConfigMap>> plugin_task_configs(const Manifest& manifest, const std::string& connector, const ConfigMap& config,
                                                   int max_tasks, const Logger& log) {
  const std::vector<ConfigMap> copies(static_cast<std::size_t>(max_tasks), config);
  if (!has_connector(manifest)) return copies;
  ConnectorServices services(connector, config, log);
  const ConnectorCall made(manifest, services);
  if (!made.usable()) return Error(no_connector(manifest).text());
  if (made.get()->task_configs == nullptr) return copies;
  std::vector<ConfigMap> chosen;
  const sinkway_config_list list{&chosen, add_config};
  const Outcome outcome =
      call_plugin(manifest.name, "task_configs", made.get()->task_configs, made.get(), static_cast<std::int32_t>(max_tasks), &list);
  if (outcome.code == OutcomeCode::retriable) return Error::transient(outcome.text());
  if (!outcome.ok()) return Error(outcome.text());
  if (chosen.size() > static_cast<std::size_t>(max_tasks))
    return Error(broken_rule(manifest.name, "task_configs",
                             fmt::format("{} configurations for at most {} tasks", chosen.size(), max_tasks))
                     .text());
  return chosen;
}

QueryAnswer ask_connector(const Manifest& manifest, const std::string& connector, const ConfigMap& config,
                          const std::string& question, bool changes, const std::string& argument, const Logger& log) {
  QueryAnswer answer;
  answer.outcome.code = OutcomeCode::fatal;
  answer.outcome.reason = "there is no question " + question;
  answer.outcome.error_id = SINKWAY_NO_SUCH_QUESTION;
  if (!has_connector(manifest)) return answer;
  ConnectorServices services(connector, config, log);
  const ConnectorCall made(manifest, services);
  if (!made.usable()) {
    answer.outcome = no_connector(manifest);
    return answer;
  }
  if (made.get()->get_extension == nullptr) return answer;
  const auto* query = static_cast<const sinkway_query*>(made.get()->get_extension(made.get(), lend(SINKWAY_EXT_QUERY)));
  if (query == nullptr || query->struct_size < sizeof(sinkway_query)) return answer;
  const sinkway_text_sink text{&answer.json, take_text};
  answer.outcome = call_plugin(manifest.name, "ask", query->ask, made.get(), lend(question), changes ? 1 : 0,
                               lend(argument), &text);
  return answer;
}

}  // namespace sinkway::plugin
