#include "host/plugin/manifest.hpp"

#include <fmt/format.h>

#include <cmath>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <set>

#include "host/plugin/lent_text.hpp"

namespace sinkway::plugin {
namespace {

// The ABI's numbers of types, importance and width in order: each array is indexed by them.
constexpr ConfigType kTypes[] = {ConfigType::boolean,       ConfigType::string,       ConfigType::integer,
                                 ConfigType::short_integer, ConfigType::long_integer, ConfigType::floating,
                                 ConfigType::list,          ConfigType::class_name,   ConfigType::password};
constexpr Importance kImportances[] = {Importance::high, Importance::medium, Importance::low};
constexpr Width kWidths[] = {Width::none, Width::short_width, Width::medium, Width::long_width};

template <typename T, std::size_t N>
std::optional<T> named_by(const T (&table)[N], std::int32_t number) {
  if (number < 0 || static_cast<std::size_t>(number) >= N) return std::nullopt;
  return table[number];
}

std::vector<std::string> copied_list(const sinkway_string* first, std::size_t count) {
  std::vector<std::string> list;
  for (std::size_t i = 0; first != nullptr && i < count; ++i) list.push_back(copied(first[i]));
  return list;
}

Result<check::Check> check_of(const sinkway_option& option) {
  switch (option.check) {
    case SINKWAY_CHECK_NONE: return check::Check{};
    case SINKWAY_CHECK_RANGE:
      if (std::isinf(option.maximum)) return check::at_least(option.minimum);
      return check::between(option.minimum, option.maximum);
    case SINKWAY_CHECK_ONE_OF: return check::one_of(copied_list(option.allowed, option.allowed_count));
    case SINKWAY_CHECK_ONE_OF_ANY_CASE: return check::one_of_any_case(copied_list(option.allowed, option.allowed_count));
    case SINKWAY_CHECK_NON_EMPTY: return check::non_empty();
    default: return Error(fmt::format("check {} is not known", option.check));
  }
}

Result<ConfigKey> read_option(const sinkway_option& option) {
  if (option.struct_size < sizeof(sinkway_option)) return Error("its struct is shorter than the ABI's");
  ConfigKey key;
  key.name = copied(option.name);
  if (key.name.empty()) return Error("it has no name");
  const auto type = named_by(kTypes, option.type);
  const auto importance = named_by(kImportances, option.importance);
  const auto width = named_by(kWidths, option.width);
  if (!type) return Error(fmt::format("option {}: type {} is not known", key.name, option.type));
  if (!importance) return Error(fmt::format("option {}: importance {} is not known", key.name, option.importance));
  if (!width) return Error(fmt::format("option {}: width {} is not known", key.name, option.width));
  auto check = check_of(option);
  if (!check) return Error(fmt::format("option {}: {}", key.name, check.error().message()));
  key.type = *type;
  key.importance = *importance;
  key.width = *width;
  key.check = std::move(*check);
  if (option.default_value.data != nullptr) key.default_value = copied(option.default_value);
  key.required = option.required != 0;
  key.group = copied(option.group);
  key.order = option.order;
  key.display_name = copied(option.display_name);
  key.documentation = copied(option.documentation);
  key.dependents = copied_list(option.dependents, option.dependent_count);
  key.aliases = copied_list(option.aliases, option.alias_count);
  if (option.check == SINKWAY_CHECK_ONE_OF || option.check == SINKWAY_CHECK_ONE_OF_ANY_CASE)
    key.recommended = copied_list(option.allowed, option.allowed_count);
  if (key.default_value) {
    if (const auto parsed = parse_value(key, *key.default_value); !parsed)
      return Error(fmt::format("option {}: its own default is refused: {}", key.name, parsed.error().message()));
  }
  return key;
}

Result<ConfigDef> read_definition(const sinkway_descriptor& descriptor) {
  if (descriptor.option_count > 0 && descriptor.options == nullptr) return Error("options are counted but not there");
  if (descriptor.option_count > 0 && descriptor.option_size < sizeof(sinkway_option))
    return Error(fmt::format("options are {} bytes long, the ABI's {}", descriptor.option_size, sizeof(sinkway_option)));
  ConfigDef definition;
  std::set<std::string> names;
  const void* at = descriptor.options;
  for (std::size_t i = 0; i < descriptor.option_count; ++i) {
    auto key = read_option(*static_cast<const sinkway_option*>(at));
    at = static_cast<const char*>(at) + descriptor.option_size;
    if (!key) return Error(fmt::format("option {} of {}: {}", i + 1, descriptor.option_count, key.error().message()));
    if (!names.insert(key->name).second) return Error(fmt::format("option {} is defined twice", key->name));
    definition.add(std::move(*key));
  }
  return definition;
}

Result<Manifest> read_descriptor(const sinkway_descriptor* descriptor, const std::string& location) {
  if (descriptor == nullptr) return Error("is NULL");
  if (descriptor->struct_size < sizeof(sinkway_descriptor)) return Error("its struct is shorter than the ABI's");
  Manifest manifest;
  manifest.name = copied(descriptor->name);
  if (manifest.name.empty()) return Error("has no name");
  if (descriptor->kind != SINKWAY_KIND_SINK)
    return Error(fmt::format("{}: kind {} is not known, this worker runs sinks", manifest.name, descriptor->kind));
  if (descriptor->create_task == nullptr) return Error(fmt::format("{}: create_task is NULL", manifest.name));
  auto definition = read_definition(*descriptor);
  if (!definition) return Error(fmt::format("{}: {}", manifest.name, definition.error().message()));
  manifest.aliases = copied_list(descriptor->aliases, descriptor->alias_count);
  manifest.version = copied(descriptor->version);
  manifest.documentation = copied(descriptor->documentation);
  manifest.location = location;
  manifest.definition = std::move(*definition);
  manifest.descriptor = descriptor;
  return manifest;
}

Result<void> check_entry(const sinkway_entry& entry) {
  // struct_size and the version are the first eight bytes in every ABI: readable before anything else is believed.
  if (entry.abi_major != SINKWAY_ABI_MAJOR)
    return Error(fmt::format("is built for plugin ABI {}.{}, this worker has {}.{}", entry.abi_major, entry.abi_minor,
                             SINKWAY_ABI_MAJOR, SINKWAY_ABI_MINOR))
        .with_hint("build the plugin with the SDK of this worker");
  if (entry.struct_size < sizeof(sinkway_entry)) return Error("its entry is shorter than the ABI's");
  if (entry.init == nullptr || entry.descriptor_count == nullptr || entry.descriptor_at == nullptr)
    return Error("its entry lacks init, descriptor_count or descriptor_at");
  if (entry.init() != 1) return Error("init() says that it is not ready");
  return {};
}

}  // namespace

Result<std::vector<Manifest>> read_manifests(const sinkway_entry& entry, const std::string& location) {
  if (auto checked = check_entry(entry); !checked) return std::move(checked).error().at(location);
  std::vector<Manifest> manifests;
  std::set<std::string> names;
  const std::size_t count = entry.descriptor_count();
  for (std::size_t i = 0; i < count; ++i) {
    auto manifest = read_descriptor(entry.descriptor_at(i), location);
    if (!manifest) return std::move(manifest).error().at(fmt::format("descriptor {} of {}", i + 1, count)).at(location);
    if (!names.insert(manifest->name).second) return Error(fmt::format("class {} is described twice", manifest->name)).at(location);
    manifests.push_back(std::move(*manifest));
  }
  if (manifests.empty()) return Error("describes no class").at(location);
  return manifests;
}

}  // namespace sinkway::plugin
