// Checks of what a plugin says of itself.
#pragma once

#include <set>
#include <string>
#include <string_view>

#include "plugins/sdk/testing/plugin_under_test.hpp"

namespace sinkway::sdk::testing {

inline void check_option_text(const sinkway_option& option, std::set<std::string_view>& names, Faults& faults) {
  const std::string name(view(option.name));
  const auto fault = [&](std::string_view what) { faults.push_back("option " + name + ": " + std::string(what)); };
  if (name.empty()) fault("has no name");
  if (!names.insert(view(option.name)).second) fault("is defined twice");
  if (option.documentation.size == 0) fault("has no documentation");
  if (option.type < SINKWAY_TYPE_BOOLEAN || option.type > SINKWAY_TYPE_PASSWORD) fault("has an unknown type");
  if (option.importance < SINKWAY_IMPORTANCE_HIGH || option.importance > SINKWAY_IMPORTANCE_LOW) fault("has an unknown importance");
  if (option.width < SINKWAY_WIDTH_NONE || option.width > SINKWAY_WIDTH_LONG) fault("has an unknown width");
  if (option.check < SINKWAY_CHECK_NONE || option.check > SINKWAY_CHECK_ONE_OF_ANY_CASE) fault("has an unknown check");
  if (option.required == 1 && option.default_value.data != nullptr) fault("is required and has a default");
  if (option.check == SINKWAY_CHECK_RANGE && !(option.minimum <= option.maximum)) fault("has an empty range");
  const bool chooses = option.check == SINKWAY_CHECK_ONE_OF || option.check == SINKWAY_CHECK_ONE_OF_ANY_CASE;
  if (chooses && (option.allowed == nullptr || option.allowed_count == 0)) fault("allows nothing");
  for (std::size_t i = 0; i < option.alias_count; ++i)
    if (!names.insert(view(option.aliases[i])).second) fault("has an alias that is taken");
}

inline void check_manifest(const Subject& subject, Faults& faults) {
  const sinkway_descriptor& descriptor = *subject.descriptor;
  if (descriptor.struct_size < sizeof(sinkway_descriptor)) return faults.push_back("the descriptor is shorter than the ABI's");
  if (descriptor.kind != SINKWAY_KIND_SINK) faults.push_back("the kind is unknown");
  if (descriptor.name.size == 0) faults.push_back("no name");
  if (descriptor.version.size == 0) faults.push_back("no version");
  if (descriptor.documentation.size == 0) faults.push_back("no documentation");
  if (descriptor.create_task == nullptr) faults.push_back("create_task is NULL");
  for (std::size_t i = 0; i < descriptor.alias_count; ++i)
    if (descriptor.aliases[i].size == 0) faults.push_back("an alias is empty");
  if (descriptor.option_count > 0 && descriptor.option_size != sizeof(sinkway_option))
    return faults.push_back("the options have another size than this kit's: use the kit of the same SDK");
  std::set<std::string_view> names;
  for (const sinkway_option& option : options_of(descriptor)) check_option_text(option, names, faults);
  for (const sinkway_option& option : options_of(descriptor))
    for (std::size_t i = 0; i < option.dependent_count; ++i)
      if (!names.contains(view(option.dependents[i])))
        faults.push_back("option " + std::string(view(option.name)) + ": its dependent does not exist");
}

// The configuration without one option, or with another value for it.
[[nodiscard]] inline Config::Entries without(Config::Entries entries, std::string_view key) {
  std::erase_if(entries, [&](const auto& entry) { return entry.first == key; });
  return entries;
}
[[nodiscard]] inline Config::Entries with(Config::Entries entries, std::string_view key, std::string_view value) {
  entries = without(std::move(entries), key);
  entries.emplace_back(key, value);
  return entries;
}

// Values that some plugin has choked on.
inline constexpr std::string_view kWrongValues[] = {"",    " ",       "-1",  "99999999999999999999", "1e999",
                                                     "\x01", "'\"; --", "${x", "\xF0\x9F\x8C\xA7"};

// Each configuration that differs from the good one in one option.
template <typename Use>
void for_each_wrong_config(const Subject& subject, Use use) {
  for (const sinkway_option& option : options_of(*subject.descriptor)) {
    use(without(subject.config, view(option.name)));
    for (const std::string_view value : kWrongValues) use(with(subject.config, view(option.name), value));
    if (option.type == SINKWAY_TYPE_PASSWORD) use(with(subject.config, view(option.name), kPasswordSecret));
  }
  use({});
}

}  // namespace sinkway::sdk::testing
