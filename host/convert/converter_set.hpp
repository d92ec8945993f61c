// Names (and Java class names) to converters.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "host/base/result.hpp"
#include "host/config/config_def.hpp"
#include "host/config/config_map.hpp"
#include "host/convert/converter.hpp"

namespace sinkway::convert {

enum class Role { key, value, header };

// A converter as REST and validation see it.
struct ConverterClass {
  std::string name;  // e.g. org.apache.kafka.connect.json.JsonConverter
  std::vector<std::string> aliases;  // JsonConverter, Json
  ConfigDef definition;              // keys without their prefix
  bool for_headers = false;          // may also be a header converter
};

// All classes, sorted by name.
[[nodiscard]] const std::vector<ConverterClass>& converter_classes();
// By full name or alias; null: unknown.
[[nodiscard]] const ConverterClass* find_converter(std::string_view name);
// `config` without its prefix (key.converter. / value.converter.). The error names the key that is wrong.
[[nodiscard]] Result<std::unique_ptr<Converter>> make_converter(std::string_view name, Role role, const ConfigMap& config);

}  // namespace sinkway::convert
