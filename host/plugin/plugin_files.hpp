// plugin.path to the files that may be plugins.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace sinkway::plugin {

struct PluginFiles {
  std::vector<std::string> files;     // in the order of the path, inside a folder by name; each file once
  std::vector<std::string> problems;  // sentences for the log
};

// `path` is a comma list; blanks around an entry do not count. A file is taken as it is; of a folder all *.so in it and in its
// folders, three levels deep (Connect's plugin.path holds one folder for each plugin). Links are followed.
[[nodiscard]] PluginFiles find_plugin_files(std::string_view path);

}  // namespace sinkway::plugin
