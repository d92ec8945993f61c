#include "host/plugin/plugin_files.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <set>
#include <system_error>

namespace sinkway::plugin {
namespace fs = std::filesystem;
namespace {

constexpr int kDeepest = 3;

std::vector<std::string> entries_of(std::string_view path) {
  std::vector<std::string> entries;
  while (!path.empty()) {
    std::string_view entry = path.substr(0, path.find(','));
    path.remove_prefix(std::min(entry.size() + 1, path.size()));
    const std::size_t begin = entry.find_first_not_of(" \t");
    if (begin == std::string_view::npos) continue;
    entries.emplace_back(entry.substr(begin, entry.find_last_not_of(" \t") - begin + 1));
  }
  return entries;
}

std::vector<std::string> libraries_in(const fs::path& folder, std::vector<std::string>& problems) {
  std::vector<std::string> found;
  std::error_code error;
  fs::recursive_directory_iterator at(folder, fs::directory_options::follow_directory_symlink, error);
  for (; !error && at != fs::recursive_directory_iterator(); at.increment(error)) {
    std::error_code of_entry;
    if (at->is_directory(of_entry) && at.depth() >= kDeepest) at.disable_recursion_pending();
    if (at->path().extension() == ".so" && at->is_regular_file(of_entry)) found.push_back(at->path().string());
  }
  if (error) problems.push_back(fmt::format("plugin.path: {}: {}", folder.string(), error.message()));
  std::sort(found.begin(), found.end());
  return found;
}

}  // namespace

PluginFiles find_plugin_files(std::string_view path) {
  PluginFiles result;
  std::set<fs::path> seen;
  const auto take = [&](const std::string& file) {
    std::error_code error;
    if (seen.insert(fs::canonical(file, error)).second || error) result.files.push_back(file);
  };
  for (const std::string& entry : entries_of(path)) {
    std::error_code error;
    const fs::file_status status = fs::status(entry, error);
    if (fs::is_directory(status)) {
      for (const std::string& file : libraries_in(entry, result.problems)) take(file);
    } else if (fs::exists(status)) {
      take(entry);
    } else if (error && status.type() == fs::file_type::none) {
      result.problems.push_back(fmt::format("plugin.path: {}: {}", entry, error.message()));
    } else {
      result.problems.push_back(fmt::format("plugin.path: {} does not exist", entry));
    }
  }
  return result;
}

}  // namespace sinkway::plugin
