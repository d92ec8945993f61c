#include "host/app/connector_files.hpp"

#include <utility>

#include "host/config/config_def.hpp"
#include "host/config/json_config.hpp"
#include "host/config/properties_file.hpp"

namespace sinkway::app {
namespace {

bool is_json(std::string_view text) {
  if (text.starts_with("\xEF\xBB\xBF")) text.remove_prefix(3);
  const std::string_view body = trimmed(text);
  return !body.empty() && body.front() == '{';
}

Result<ConnectorFile> parse_json(std::string_view text) {
  ConnectorFile file;
  if (auto whole = parse_json_connector(text, false); whole && whole->config) {
    file.config = std::move(*whole->config);
    file.name = whole->name ? std::string(trimmed(*whole->name)) : file.config.get_or("name", "");
    if (!whole->initial_state) return file;
    file.initial_state = herder::parse_initial_state(*whole->initial_state);
    if (!file.initial_state) return Error("initial_state must be RUNNING, PAUSED or STOPPED");
    return file;
  }
  auto flat = parse_json_config(text);
  if (!flat) return std::move(flat).error();
  file.config = std::move(*flat);
  file.name = file.config.get_or("name", "");
  return file;
}

Result<ConnectorFile> parse_properties_connector(std::string_view text) {
  auto properties = parse_properties(text);
  if (!properties) return std::move(properties).error();
  ConnectorFile file;
  file.config = std::move(properties->values);
  file.name = file.config.get_or("name", "");
  return file;
}

}  // namespace

Result<ConnectorFile> parse_connector_file(const std::string& path, std::string_view text) {
  auto file = is_json(text) ? parse_json(text) : parse_properties_connector(text);
  if (!file) return std::move(file).error().at(path);
  file->path = path;
  if (file->name.empty()) return Error(path + ": the connector has no name").with_hint("add the key name");
  return file;
}

Result<std::vector<ConnectorFile>> read_connector_files(const std::vector<std::string>& paths) {
  std::vector<ConnectorFile> read;
  for (const auto& path : paths) {
    auto text = read_text_file(path);
    if (!text) return std::move(text).error();
    auto file = parse_connector_file(path, *text);
    if (!file) return std::move(file).error();
    read.push_back(std::move(*file));
  }
  return read;
}

}  // namespace sinkway::app
