// ${file:path:key}, ${env:NAME} and ${dir:path:file} replaced by what they stand for.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "host/base/log.hpp"
#include "host/base/result.hpp"
#include "host/config/config_map.hpp"

namespace sinkway {

// Where values come from that do not stand in a configuration. [any-thread]
class ConfigProvider {
 public:
  virtual ~ConfigProvider() = default;
  // Nothing: there is no such key, or the path is not allowed; the placeholder then stays as it is. Error: the source
  // cannot be read. Never names a value.
  [[nodiscard]] virtual Result<std::optional<std::string>> get(const std::string& path,
                                                               const std::string& key) const = 0;
};

// The providers of a worker: `config.providers`, `config.providers.<name>.class` and `.param.<parameter>` (KIP-297),
// with the classes FileConfigProvider, EnvVarConfigProvider and DirectoryConfigProvider of Kafka, by full or simple
// name. Values are read at every call: a secret that changed is seen at the next start of a task. Immutable.
// [any-thread]
class ConfigProviders {
 public:
  ConfigProviders() = default;
  // Error: a class that is unknown or missing, a parameter that is wrong; it begins with the key.
  [[nodiscard]] static Result<ConfigProviders> make(const ConfigMap& worker, const Logger& log);

  // All values with their placeholders replaced. Several in one value, with text around them; one pass, no nesting; an
  // unknown provider or key stays as text, with a warning. Error: a source that cannot be read, with the key it is for.
  [[nodiscard]] Result<ConfigMap> resolve(const ConfigMap& config) const;
  [[nodiscard]] Result<std::string> resolve_text(std::string_view text) const;

 private:
  std::vector<std::pair<std::string, std::shared_ptr<const ConfigProvider>>> providers_;
  Logger log_ = Logger::none();
};

}  // namespace sinkway
