// A SinkConnector behind the functions of sinkway_connector.
#pragma once

#include <memory>
#include <span>
#include <utility>
#include <vector>

#include "plugins/sdk/cpp/guard.hpp"
#include "plugins/sdk/cpp/sink_connector.hpp"
#include "plugins/sdk/cpp/sink_error.hpp"

namespace sinkway::sdk {

// Owns the connector; made by create, ended by the destroy of its face. Nothing here is for authors of plugins.
class ConnectorFace {
 public:
  // Null when the connector could not be constructed; the reason is in the log.
  template <typename Connector>
  static sinkway_connector* create(const sinkway_descriptor* descriptor, const sinkway_host* host) noexcept {
    if (host == nullptr || host->struct_size < sizeof(sinkway_host)) return nullptr;
    ConnectorFace* made = nullptr;
    Guard guard;
    sinkway_outcome outcome{};
    guard.run(outcome, [&] { made = new ConnectorFace(*descriptor, *host, std::make_unique<Connector>()); });
    if (made == nullptr) host->log(host, SINKWAY_LOG_ERROR, outcome.reason, nullptr, 0);
    return made == nullptr ? nullptr : &made->face_;
  }

 private:
  ConnectorFace(const sinkway_descriptor& descriptor, const sinkway_host& host, std::unique_ptr<SinkConnector> connector)
      : connector_(std::move(connector)), host_(&host), options_(descriptor.options, descriptor.option_count) {
    connector_->attach(Host(&host));
  }

  static ConnectorFace& of(sinkway_connector* face) { return *static_cast<ConnectorFace*>(face->plugin_data); }
  [[nodiscard]] Config config() const { return {options_, *host_}; }

  static void validate(sinkway_connector* face, const sinkway_finding_list* findings, sinkway_outcome* outcome) {
    ConnectorFace& self = of(face);
    self.guard_.run(*outcome, [&] { add(*findings, self.connector_->validate(self.config())); });
  }

  static void tell_notes(sinkway_connector* face, const sinkway_finding_list* notes, sinkway_outcome* outcome) {
    ConnectorFace& self = of(face);
    self.guard_.run(*outcome, [&] { add(*notes, self.connector_->notes()); });
  }

  static void add(const sinkway_finding_list& list, const std::vector<Finding>& findings) {
    for (const Finding& finding : findings) {
      const sinkway_finding told{lend(finding.key), lend(finding.message)};
      list.add(list.data, &told);
    }
  }

  static void task_configs(sinkway_connector* face, std::int32_t max_tasks, const sinkway_config_list* configs,
                           sinkway_outcome* outcome) {
    ConnectorFace& self = of(face);
    self.guard_.run(*outcome, [&] {
      const Config own = self.config();
      const auto chosen = self.connector_->task_configs(own, max_tasks);
      for (int i = 0; !chosen && i < max_tasks; ++i) add(*configs, own.entries());
      if (!chosen) return;
      for (const Config::Entries& entries : *chosen) add(*configs, entries);
    });
  }

  static void add(const sinkway_config_list& configs, const Config::Entries& entries) {
    std::vector<sinkway_pair> pairs;
    pairs.reserve(entries.size());
    for (const auto& [key, value] : entries) pairs.push_back({lend(key), lend(value)});
    configs.add(configs.data, pairs.data(), pairs.size());
  }

  static void destroy(sinkway_connector* face) { delete &of(face); }
  static const void* get_extension(sinkway_connector* face, sinkway_string id) {
    if (view(id) == SINKWAY_EXT_QUERY) return &of(face).query_;
    if (view(id) == SINKWAY_EXT_NOTES) return &of(face).notes_;
    return nullptr;
  }

  static void ask(sinkway_connector* face, sinkway_string question, std::int32_t changes, sinkway_string argument,
                  const sinkway_text_sink* answer, sinkway_outcome* outcome) {
    ConnectorFace& self = of(face);
    self.guard_.run(*outcome, [&] {
      const auto text = self.connector_->query(self.config(), view(question), changes != 0, view(argument));
      if (!text) {
        throw FatalError("there is no question " + std::string(view(question)) + (changes != 0 ? " that changes something" : ""),
                         {.error_id = SINKWAY_NO_SUCH_QUESTION});
      }
      answer->put(answer->data, lend(*text));
    });
  }

  std::unique_ptr<SinkConnector> connector_;
  const sinkway_host* host_;
  std::span<const sinkway_option> options_;
  Guard guard_;
  sinkway_query query_{sizeof(sinkway_query), 0, ask};
  sinkway_notes notes_{sizeof(sinkway_notes), 0, tell_notes};
  sinkway_connector face_{sizeof(sinkway_connector), 0, this, validate, task_configs, destroy, get_extension};
};

}  // namespace sinkway::sdk
