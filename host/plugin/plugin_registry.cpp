#include "host/plugin/plugin_registry.hpp"

#include <algorithm>

#include "host/plugin/plugin_files.hpp"
#include "host/plugin/trial_load.hpp"
#include "host/plugin/version_order.hpp"

namespace sinkway::plugin {
namespace {

// A library that needs longer than this to say what it is would make every start of the worker slow.
constexpr Milliseconds kPatience{10'000};

std::string_view simple_name(std::string_view name) { return name.substr(name.rfind('.') + 1); }

std::string_view without_suffix(std::string_view name) {
  constexpr std::string_view kSuffix = "Connector";
  if (name.size() > kSuffix.size() && name.ends_with(kSuffix)) name.remove_suffix(kSuffix.size());
  return name;
}

bool is_also_called(const Manifest& manifest, std::string_view wanted) {
  const auto means = [&](std::string_view name) {
    return name == wanted || simple_name(name) == wanted || without_suffix(simple_name(name)) == wanted;
  };
  return means(manifest.name) || std::any_of(manifest.aliases.begin(), manifest.aliases.end(), means);
}

}  // namespace

PluginRegistry PluginRegistry::load(std::string_view path, const Logger& log) {
  PluginRegistry registry;
  const PluginFiles found = find_plugin_files(path);
  for (const std::string& problem : found.problems) log.warn("{}", problem);
  const auto verdicts = try_in_children(found.files, kPatience);
  for (std::size_t i = 0; i < found.files.size(); ++i) {
    if (!verdicts[i].ok()) {
      log.warn("plugin left out: {}", verdicts[i].error().text());
      continue;
    }
    auto manifests = load_plugin(found.files[i]);
    if (!manifests) {
      log.warn("plugin left out: {}", manifests.error().text());
      continue;
    }
    for (Manifest& manifest : *manifests) {
      if (const Manifest* other = registry.find(manifest.name); other != nullptr && other->name == manifest.name)
        log.warn("plugin class {} is there twice, the higher version is used: {} in {}, {} in {}", manifest.name, other->version,
                 other->location, manifest.version, manifest.location);
      log.debug("plugin {} {} from {}", manifest.name, manifest.version, manifest.location);
      registry.add(std::move(manifest));
    }
  }
  return registry;
}

const Manifest* PluginRegistry::find(std::string_view class_name) const {
  const Manifest* found = nullptr;
  bool ambiguous = false;
  for (const Manifest& manifest : manifests_) {
    if (manifest.name == class_name) return &manifest;  // a full name is never ambiguous
    if (!is_also_called(manifest, class_name)) continue;
    ambiguous = found != nullptr;
    found = &manifest;
  }
  return ambiguous ? nullptr : found;
}

void PluginRegistry::add(Manifest manifest) {
  const auto place = std::lower_bound(manifests_.begin(), manifests_.end(), manifest.name,
                                      [](const Manifest& other, const std::string& name) { return other.name < name; });
  if (place == manifests_.end() || place->name != manifest.name)
    manifests_.insert(place, std::move(manifest));
  else if (is_older(place->version, manifest.version))
    *place = std::move(manifest);
}

}  // namespace sinkway::plugin
