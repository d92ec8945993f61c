// plugin.path to classes and aliases.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "host/base/log.hpp"
#include "host/base/result.hpp"
#include "host/config/config_map.hpp"
#include "host/config/validation.hpp"
#include "host/plugin/manifest.hpp"
#include "host/plugin/sink_task_proxy.hpp"

namespace sinkway::plugin {

// The sink classes that this worker can run. Filled once at start, before any other thread; immutable afterwards [any-thread].
class PluginRegistry {
 public:
  // Loads every *.so named by `path` (comma list of files and folders). A file that cannot be loaded is left out with a warning
  // that says why: missing, not an ELF file, wrong ABI, crash in its manifest (tried in a child process first). An entry of
  // the path that does not exist is a warning, too.
  [[nodiscard]] static PluginRegistry load(std::string_view path, const Logger& log);

  // By full class name, simple name, simple name without "Connector", or alias; null: unknown or ambiguous.
  [[nodiscard]] const Manifest* find(std::string_view class_name) const;
  [[nodiscard]] const std::vector<Manifest>& all() const { return manifests_; }  // sorted by name
  // For tests.
  void add(Manifest manifest);

 private:
  std::vector<Manifest> manifests_;
};

// Runs the connector's own validation: its findings are appended to the keys of `validation`. Makes and destroys a connector
// object; may wait for a server. [connector-thread]
void validate_with_plugin(const Manifest& manifest, const std::string& connector, const ConfigMap& config, Validation& validation,
                          const Logger& log);

// The connector's task configurations; copies of `config` when the plugin has no say. [connector-thread]
[[nodiscard]] Result<std::vector<ConfigMap>> plugin_task_configs(const Manifest& manifest, const std::string& connector,
                                                                 const ConfigMap& config, int max_tasks, const Logger& log);

// What a connector answers to a question: a JSON text, or why there is none.
struct QueryAnswer {
  Outcome outcome;  // error_id SINKWAY_NO_SUCH_QUESTION: the plugin does not know the question
  std::string json;
};
// The query extension. `config` is resolved; a connector of its own is made for the question. [connector-thread]
[[nodiscard]] QueryAnswer ask_connector(const Manifest& manifest, const std::string& connector, const ConfigMap& config,
                                        const std::string& question, bool changes, const std::string& argument,
                                        const Logger& log);

}  // namespace sinkway::plugin
