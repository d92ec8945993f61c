// Checks of a plugin's connector: validation and the configurations of tasks.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "plugins/sdk/testing/manifest_checks.hpp"
#include "plugins/sdk/testing/plugin_under_test.hpp"

namespace sinkway::sdk::testing {

// Makes a connector, asks `question` and destroys it. Nothing happens when the plugin has no connector of its own.
template <typename Question>
void ask_connector(const Subject& subject, Config::Entries config, Faults& faults, Question question) {
  if (subject.descriptor->create_connector == nullptr) return;
  FakeHost host("conformance", -1, std::move(config));
  {
    const FakeHost::Call call(host);
    sinkway_connector* connector = subject.descriptor->create_connector(subject.descriptor, host.get());
    if (connector == nullptr) return faults.push_back("create_connector answered NULL");
    sinkway_outcome outcome{sizeof(sinkway_outcome), -1, {}, {}, {}, -1, SINKWAY_NO_RECORD};
    question(*connector, outcome);
    if (outcome.code < SINKWAY_OK || outcome.code > SINKWAY_FENCED) faults.push_back("the outcome was left unfilled");
    if (outcome.code != SINKWAY_OK && outcome.reason.size == 0) faults.push_back("it failed without a reason");
    if (view(outcome.reason).find(kPasswordSecret) != std::string_view::npos) faults.push_back("the outcome holds a password");
    connector->destroy(connector);
  }
  host.ended();
  for (const auto& violation : host.violations()) faults.push_back(violation);
  for (const auto& line : host.log_lines())
    if (line.find(kPasswordSecret) != std::string::npos) faults.push_back("a log line holds a password");
}

inline void take_finding(void* data, const sinkway_finding* finding) {
  auto& faults = *static_cast<Faults*>(data);
  if (finding == nullptr) return faults.push_back("a finding is NULL");
  if (finding->key.size == 0) faults.push_back("a finding names no option");
  if (finding->message.size == 0) faults.push_back("a finding says nothing");
  if (view(finding->message).find(kPasswordSecret) != std::string_view::npos) faults.push_back("a finding holds a password");
}

inline void check_validation(const Subject& subject, Faults& faults) {
  const sinkway_finding_list findings{&faults, take_finding};
  const auto validate = [&](const Config::Entries& config) {
    ask_connector(subject, config, faults, [&](sinkway_connector& connector, sinkway_outcome& outcome) {
      if (connector.validate == nullptr) return void(outcome.code = SINKWAY_OK);
      connector.validate(&connector, &findings, &outcome);
      if (outcome.code != SINKWAY_OK || connector.get_extension == nullptr) return;
      const auto* notes = static_cast<const sinkway_notes*>(connector.get_extension(&connector, lend(SINKWAY_EXT_NOTES)));
      if (notes != nullptr) notes->tell(&connector, &findings, &outcome);
    });
  };
  validate(subject.config);
  for_each_wrong_config(subject, validate);
}

inline void take_config(void* data, const sinkway_pair* pairs, std::size_t count) {
  auto& all = *static_cast<std::vector<Config::Entries>*>(data);
  all.emplace_back();
  for (std::size_t i = 0; i < count; ++i) all.back().emplace_back(view(pairs[i].key), view(pairs[i].value));
}

inline void check_task_configs(const Subject& subject, Faults& faults) {
  for (const int most : {1, 2, 7}) {
    std::vector<Config::Entries> all;
    const sinkway_config_list list{&all, take_config};
    int code = SINKWAY_FATAL;
    ask_connector(subject, subject.config, faults, [&](sinkway_connector& connector, sinkway_outcome& outcome) {
      if (connector.task_configs == nullptr) return void(outcome.code = SINKWAY_OK);
      connector.task_configs(&connector, most, &list, &outcome);
      code = outcome.code;
    });
    if (all.size() > static_cast<std::size_t>(most)) faults.push_back("more configurations than tasks were asked for");
    if (code == SINKWAY_OK && all.empty()) faults.push_back("no configuration for any task");
  }
}

}  // namespace sinkway::sdk::testing
