#include "host/herder/file_store.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <filesystem>
#include <nlohmann/json.hpp>

#include "host/config/properties_file.hpp"

namespace sinkway::herder {
namespace {

using Json = nlohmann::ordered_json;
namespace files = std::filesystem;

constexpr const char* kFormat = "sinkway-connectors";
constexpr int kVersion = 1;
constexpr mode_t kOwnerOnly = 0600;

std::string because(std::string_view what) { return fmt::format("{}: {}", what, std::strerror(errno)); }

std::string folder_of(const std::string& path) {
  const std::string folder = files::path(path).parent_path().string();
  return folder.empty() ? "." : folder;
}

Result<void> write_all(int file, std::string_view text) {
  while (!text.empty()) {
    const ssize_t count = ::write(file, text.data(), text.size());
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) return Error(because("cannot be written"));
    text.remove_prefix(static_cast<std::size_t>(count));
  }
  return {};
}

Result<void> write_synced(const std::string& path, std::string_view text) {
  const Descriptor file(::open(path.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, kOwnerOnly));
  if (!file.valid()) return Error(because("cannot be created"));
  if (::fchmod(file.get(), kOwnerOnly) != 0) return Error(because("cannot be made private"));
  if (auto written = write_all(file.get(), text); !written) return written;
  if (::fsync(file.get()) != 0) return Error(because("cannot be written to the disk"));
  return {};
}

Result<void> sync_folder(const std::string& folder) {
  const Descriptor opened(::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (!opened.valid() || ::fsync(opened.get()) != 0) return Error(because("folder cannot be written to the disk"));
  return {};
}

Error foreign(std::string_view why) {
  return Error(fmt::format("is not a file of connectors of this worker: {}", why))
      .with_hint("move it away to begin with no connectors, or point sinkway.state.file elsewhere");
}

std::optional<TargetState> target_named(const Json& name) {
  for (const auto target : {TargetState::started, TargetState::paused, TargetState::stopped})
    if (name == name_of(target)) return target;
  return std::nullopt;
}

Result<StoredConnector> parse_connector(const Json& json) {
  if (!json.is_object() || !json.contains("name") || !json["name"].is_string() || !json.contains("config") ||
      !json["config"].is_object())
    return foreign("a connector lacks its name or its config");
  StoredConnector connector;
  connector.name = json["name"].get<std::string>();
  const auto target = target_named(json.value("target", Json()));
  if (!target) return foreign("connector " + connector.name + " has no target state");
  connector.target = *target;
  for (const auto& [key, value] : json["config"].items()) {
    if (!value.is_string() && !value.is_null())
      return foreign("key " + key + " of connector " + connector.name + " is not text");
    connector.config.set(key, value.is_null() ? std::nullopt : std::optional(value.get<std::string>()));
  }
  return connector;
}

}  // namespace

std::string print_connectors(const std::vector<StoredConnector>& connectors) {
  Json list = Json::array();
  for (const auto& connector : connectors) {
    Json config = Json::object();
    for (const auto& [key, value] : connector.config) config[key] = value ? Json(*value) : Json(nullptr);
    list.push_back({{"name", connector.name}, {"target", name_of(connector.target)}, {"config", std::move(config)}});
  }
  const Json document = {{"format", kFormat}, {"version", kVersion}, {"connectors", std::move(list)}};
  return document.dump(2, ' ', false, Json::error_handler_t::replace) + "\n";
}

Result<std::vector<StoredConnector>> parse_connectors(std::string_view text) {
  const Json document = Json::parse(text, nullptr, false);
  if (document.is_discarded()) return foreign(text.empty() ? "it is empty" : "it is not JSON, or only a part of it");
  if (!document.is_object() || !document.contains("format") || document["format"] != kFormat)
    return foreign("its format is another one");
  if (!document.contains("version") || !document["version"].is_number_integer()) return foreign("it has no version");
  if (document["version"].get<std::int64_t>() != kVersion)
    return foreign(fmt::format("its version is {}, this worker knows {}", document["version"].dump(), kVersion));
  if (!document.contains("connectors") || !document["connectors"].is_array()) return foreign("it has no connectors");
  std::vector<StoredConnector> connectors;
  for (const auto& json : document["connectors"]) {
    auto connector = parse_connector(json);
    if (!connector) return std::move(connector).error();
    connectors.push_back(std::move(*connector));
  }
  return connectors;
}

Result<std::unique_ptr<FileStore>> FileStore::open(const std::string& path) {
  std::error_code error;
  const std::string folder = folder_of(path);
  if (!files::exists(folder, error)) {
    files::create_directories(folder, error);
    if (error)
      return Error(fmt::format("{}: folder cannot be made: {}", folder,
                               error.message())).with_hint("set sinkway.state.file");
    files::permissions(folder, files::perms::owner_all, error);
  }
  Descriptor lock(::open((path + ".lock").c_str(), O_RDWR | O_CREAT | O_CLOEXEC, kOwnerOnly));
  if (!lock.valid())
    return Error(because(path + ".lock: cannot be created"))
        .with_hint("set sinkway.state.file to a place that can be written");
  if (::flock(lock.get(), LOCK_EX | LOCK_NB) != 0)
    return Error(path + ": another worker uses this file")
        .with_hint("give each worker a sinkway.state.file of its own");
  return std::unique_ptr<FileStore>(new FileStore(path, std::move(lock)));
}

Result<std::vector<StoredConnector>> FileStore::load() {
  std::error_code error;
  if (!files::exists(path_, error) && !error) return std::vector<StoredConnector>();
  auto text = read_text_file(path_);
  if (!text) return std::move(text).error();
  auto connectors = parse_connectors(*text);
  if (!connectors) return std::move(connectors).error().at(path_);
  return connectors;
}

Result<void> FileStore::save(const std::vector<StoredConnector>& connectors) {
  const std::string temporary = path_ + ".new";
  if (auto written = write_synced(temporary, print_connectors(connectors)); !written)
    return std::move(written).error().at(temporary);
  if (::rename(temporary.c_str(), path_.c_str()) != 0) return Error(because(path_ + ": cannot be replaced"));
  if (auto synced = sync_folder(folder_of(path_)); !synced) return std::move(synced).error().at(folder_of(path_));
  return {};
}

}  // namespace sinkway::herder
