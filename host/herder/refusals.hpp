// The sentences with which requests are refused (rest-contract 1).
#pragma once

#include <string>
#include <vector>

#include "host/config/validation.hpp"
#include "host/herder/herder.hpp"
#include "host/plugin/manifest.hpp"

namespace sinkway::herder {

[[nodiscard]] Refusal connector_not_found(const std::string& name);   // of reads, changes and deletes
[[nodiscard]] Refusal unknown_connector(const std::string& name);     // of pause, resume and stop
[[nodiscard]] Refusal unknown_for_restart(const std::string& name);   // with a colon
[[nodiscard]] Refusal already_exists(const std::string& name);
[[nodiscard]] Refusal name_mismatch(const std::string& in_config, const std::string& in_url);
// Names the keys, never their values: one may be a password.
[[nodiscard]] Refusal no_connector_class(const ConfigMap& config);
[[nodiscard]] Refusal class_not_found(const std::string& class_name, const std::vector<plugin::Manifest>& plugins,
                                      Refusal::Kind kind);
// All findings, one a line.
[[nodiscard]] Refusal invalid_config(const Validation& validation);
[[nodiscard]] Refusal redrive_is_running(const std::string& of);
[[nodiscard]] Refusal worker_is_stopping();

}  // namespace sinkway::herder
