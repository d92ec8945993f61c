#include "host/herder/refusals.hpp"

#include <fmt/format.h>

namespace sinkway::herder {

using Kind = Refusal::Kind;

Refusal connector_not_found(const std::string& name) { return {Kind::not_found, "Connector " + name + " not found"}; }
Refusal unknown_connector(const std::string& name) { return {Kind::not_found, "Unknown connector " + name}; }
Refusal unknown_for_restart(const std::string& name) { return {Kind::not_found, "Unknown connector: " + name}; }
Refusal already_exists(const std::string& name) {
  return {Kind::already_exists, "Connector " + name + " already exists"};
}

Refusal name_mismatch(const std::string& in_config, const std::string& in_url) {
  return {Kind::bad_request,
          fmt::format("Connector name configuration ({}) doesn't match connector name in the URL ({})", in_config,
                      in_url)};
}

Refusal no_connector_class(const ConfigMap& config) {
  std::string keys;
  for (const auto& [key, value] : config) keys += (keys.empty() ? "" : ", ") + key;
  return {Kind::bad_request, "Connector config {" + keys + "} contains no connector type"};
}

Refusal class_not_found(const std::string& class_name, const std::vector<plugin::Manifest>& plugins, Kind kind) {
  std::string available;
  for (const auto& plugin : plugins)
    available += fmt::format("{}{} (version {})", available.empty() ? "" : ", ", plugin.name, plugin.version);
  return {kind, fmt::format("Failed to find any class that implements Connector and which name matches {}, available "
                            "connectors are: {}",
                            class_name, available.empty() ? "none, see plugin.path" : available)};
}

Refusal invalid_config(const Validation& validation) {
  std::string text =
      fmt::format("Connector configuration is invalid and contains the following {} error(s):\n",
                  validation.error_count());
  for (const auto& key : validation.keys)
    for (const auto& error : key.errors) text += error + "\n";
  text += "You can also find the above list of errors at the endpoint "
          "`/connector-plugins/{connectorType}/config/validate`";
  return {Kind::bad_request, std::move(text)};
}

Refusal redrive_is_running(const std::string& of) {
  return {Kind::conflict, "A redrive of connector " + of + " is running on this worker, which runs one at a time: try again after its end"};
}

Refusal worker_is_stopping() { return {Kind::internal, "The worker is stopping"}; }

}  // namespace sinkway::herder
