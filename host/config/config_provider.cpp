#include "host/config/config_provider.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <regex>

#include "host/config/config_def.hpp"
#include "host/config/properties_file.hpp"

namespace sinkway {
namespace {

using Value = std::optional<std::string>;
namespace files = std::filesystem;

// `allowed.paths` of the providers that read files: none given means everywhere.
class AllowedPaths {
 public:
  [[nodiscard]] static Result<AllowedPaths> parse(const ConfigMap& parameters) {
    AllowedPaths allowed;
    for (const auto& item : list_items(parameters.get_or("allowed.paths", ""))) {
      std::error_code error;
      if (!files::path(item).is_absolute() || !files::exists(item, error))
        return Error("allowed.paths: " + item + " is not an absolute path that exists");
      allowed.paths_.push_back(files::weakly_canonical(item, error));
    }
    return allowed;
  }
  // Links and .. are followed first, so that neither leads out.
  [[nodiscard]] bool contains(const std::string& path) const {
    if (paths_.empty()) return true;
    std::error_code error;
    const files::path real = files::weakly_canonical(path, error);
    return !error && std::any_of(paths_.begin(), paths_.end(), [&](const files::path& allowed) {
      return std::mismatch(allowed.begin(), allowed.end(), real.begin(), real.end()).first == allowed.end();
    });
  }

 private:
  std::vector<files::path> paths_;
};

class FileProvider final : public ConfigProvider {
 public:
  explicit FileProvider(AllowedPaths allowed) : allowed_(std::move(allowed)) {}
  Result<Value> get(const std::string& path, const std::string& key) const override {
    if (path.empty() || !allowed_.contains(path)) return Value();
    auto properties = read_properties_file(path);
    if (!properties) return std::move(properties).error();
    return properties->values.get(key);
  }

 private:
  AllowedPaths allowed_;
};

// One file a key, its whole text the value, a line end included.
class DirectoryProvider final : public ConfigProvider {
 public:
  explicit DirectoryProvider(AllowedPaths allowed) : allowed_(std::move(allowed)) {}
  Result<Value> get(const std::string& path, const std::string& key) const override {
    std::error_code error;
    if (path.empty() || key.empty() || key.find('/') != key.npos || key == "." || key == ".." ||
        !allowed_.contains(path))
      return Value();
    if (!files::is_directory(path, error)) return Error(path + ": is not a folder that can be read");
    const std::string file = (files::path(path) / key).string();
    if (!files::is_regular_file(file, error) || !allowed_.contains(file)) return Value();
    auto text = read_text_file(file);
    if (!text) return std::move(text).error();
    return Value(std::move(*text));
  }

 private:
  AllowedPaths allowed_;
};

class EnvironmentProvider final : public ConfigProvider {
 public:
  explicit EnvironmentProvider(std::regex allowed) : allowed_(std::move(allowed)) {}
  Result<Value> get(const std::string& path, const std::string& key) const override {
    if (!path.empty()) return Error("a path has no meaning for environment variables").with_hint("write ${env:NAME}");
    if (!std::regex_match(key, allowed_)) return Value();
    const char* value = std::getenv(key.c_str());
    return value ? Value(value) : Value();
  }

 private:
  std::regex allowed_;
};

using Made = Result<std::shared_ptr<const ConfigProvider>>;

template <typename Provider>
Made make_reading(const ConfigMap& parameters) {
  auto allowed = AllowedPaths::parse(parameters);
  if (!allowed) return std::move(allowed).error();
  return std::shared_ptr<const ConfigProvider>(std::make_shared<Provider>(std::move(*allowed)));
}

Made make_environment(const ConfigMap& parameters) {
  try {
    std::regex allowed(parameters.get_or("allowlist.pattern", ".*"));
    return std::shared_ptr<const ConfigProvider>(std::make_shared<EnvironmentProvider>(std::move(allowed)));
  } catch (const std::regex_error&) {
    return Error("allowlist.pattern: is not a regular expression");
  }
}

Made make_provider(const std::string& class_name, const ConfigMap& parameters) {
  constexpr std::string_view kPackage = "org.apache.kafka.common.config.provider.";
  std::string_view simple = class_name;
  if (simple.starts_with(kPackage)) simple.remove_prefix(kPackage.size());
  if (simple == "FileConfigProvider") return make_reading<FileProvider>(parameters);
  if (simple == "DirectoryConfigProvider") return make_reading<DirectoryProvider>(parameters);
  if (simple == "EnvVarConfigProvider") return make_environment(parameters);
  return Error("class " + class_name + " is unknown")
      .with_hint("known are FileConfigProvider, EnvVarConfigProvider and DirectoryConfigProvider");
}

// What stands between ${ and }: provider:[path:]key.
struct Placeholder {
  std::string provider, path, key;
};

std::optional<Placeholder> parse_placeholder(std::string_view inside) {
  const std::size_t first = inside.find(':');
  if (first == inside.npos) return std::nullopt;
  Placeholder parsed{std::string(inside.substr(0, first)), "", std::string(inside.substr(first + 1))};
  const std::size_t second = parsed.key.find(':');
  if (second == parsed.key.npos) return parsed;
  parsed.path = parsed.key.substr(0, second);
  parsed.key.erase(0, second + 1);
  return parsed;
}

}  // namespace

Result<ConfigProviders> ConfigProviders::make(const ConfigMap& worker, const Logger& log) {
  ConfigProviders made;
  made.log_ = log;
  for (const auto& name : list_items(worker.get_or("config.providers", ""))) {
    const std::string prefix = "config.providers." + name + ".";
    const auto class_name = worker.get(prefix + "class");
    if (!class_name) return Error("Missing required configuration \"" + prefix + "class\" which has no default value.");
    auto provider = make_provider(std::string(trimmed(*class_name)), worker.with_prefix(prefix + "param."));
    if (!provider) return std::move(provider).error().at("config.providers." + name);
    made.providers_.emplace_back(name, std::move(*provider));
  }
  return made;
}

Result<std::string> ConfigProviders::resolve_text(std::string_view text) const {
  std::string out;
  while (true) {
    const std::size_t begin = text.find("${");
    const std::size_t end = begin == text.npos ? text.npos : text.find('}', begin);
    if (end == text.npos) break;
    const std::string_view whole = text.substr(begin, end + 1 - begin);
    const auto placeholder = parse_placeholder(whole.substr(2, whole.size() - 3));
    const auto known = std::find_if(providers_.begin(), providers_.end(),
                                    [&](const auto& each) {
                                      return placeholder && each.first == placeholder->provider;
                                    });
    std::optional<std::string> value;
    if (known != providers_.end()) {
      auto got = known->second->get(placeholder->path, placeholder->key);
      if (!got) return std::move(got).error().at(std::string(whole));
      value = std::move(*got);
      if (!value)
        log_.warn("{} has no value and stays as it is: the key is not there, or its place is not allowed", whole);
    }
    out.append(text.substr(0, begin)).append(value ? *value : std::string(whole));
    text.remove_prefix(end + 1);
  }
  return out.append(text);
}

Result<ConfigMap> ConfigProviders::resolve(const ConfigMap& config) const {
  ConfigMap out;
  for (const auto& [key, value] : config) {
    if (!value) {
      out.set(key, std::nullopt);
      continue;
    }
    auto text = resolve_text(*value);
    if (!text) return std::move(text).error().at(key);
    out.set(key, std::move(*text));
  }
  return out;
}

}  // namespace sinkway
