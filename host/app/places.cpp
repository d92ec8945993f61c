#include "host/app/places.hpp"

#include <unistd.h>

#include <algorithm>
#include <charconv>
#include <cstdlib>
#include <filesystem>

#include "host/config/properties_file.hpp"

namespace sinkway::app {

namespace files = std::filesystem;

std::optional<std::string> process_environment(const char* name) {
  const char* value = std::getenv(name);
  return value && *value ? std::optional<std::string>(value) : std::nullopt;
}

std::string default_state_file(const Environment& environment) {
  constexpr const char* kFile = "connectors.json";
  if (const auto folders = environment("STATE_DIRECTORY"))
    return files::path(folders->substr(0, folders->find(':'))) / kFile;
  if (const auto state = environment("XDG_STATE_HOME")) return files::path(*state) / "sinkway" / kFile;
  if (const auto home = environment("HOME")) return files::path(*home) / ".local" / "state" / "sinkway" / kFile;
  return "";
}

std::string program_folder() {
  std::error_code error;
  const files::path program = files::read_symlink("/proc/self/exe", error);
  return error ? "." : program.parent_path().string();
}

std::string default_plugin_path(const std::string& folder_of_program) {
  std::error_code error;
  const files::path here(folder_of_program);
  const files::path installed = (here / ".." / "lib" / "sinkway" / "plugins").lexically_normal();
  if (files::is_directory(installed, error)) return installed.string();
  std::string path;
  for (const auto* plugin : {"file/sinkway_file.so", "table/sinkway_table.so"}) {
    const files::path built = (here / ".." / ".." / "plugins" / plugin).lexically_normal();
    if (files::exists(built, error)) path += (path.empty() ? "" : ",") + built.string();
  }
  return path;
}

std::size_t default_memory_budget(std::string_view limit, std::size_t physical) {
  constexpr std::size_t kMost = std::size_t{1} << 30;
  std::size_t bytes = physical;
  std::size_t limited = 0;
  // "max" is no number: no limit.
  if (std::from_chars(limit.data(), limit.data() + limit.size(), limited).ec == std::errc())
    bytes = std::min(bytes, limited);
  return std::min(bytes / 4, kMost);
}

std::size_t default_memory_budget() {
  const auto limit = read_text_file("/sys/fs/cgroup/memory.max");
  const auto pages = static_cast<std::size_t>(std::max(::sysconf(_SC_PHYS_PAGES), 0L));
  return default_memory_budget(limit ? *limit : "", pages * static_cast<std::size_t>(::sysconf(_SC_PAGESIZE)));
}

}  // namespace sinkway::app
