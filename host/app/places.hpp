// Where things are when nobody says: the state file, the plugins, the memory of the machine.
#pragma once

#include <cstddef>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

namespace sinkway::app {

using Environment = std::function<std::optional<std::string>(const char* name)>;
[[nodiscard]] std::optional<std::string> process_environment(const char* name);

// connectors.json in $STATE_DIRECTORY (systemd; the first of several), else in $XDG_STATE_HOME/sinkway, else in
// ~/.local/state/sinkway; empty: there is no home either.
[[nodiscard]] std::string default_state_file(const Environment& environment);

// The folder of the program.
[[nodiscard]] std::string program_folder();

// As plugin.path: ../lib/sinkway/plugins beside an installed program, else the plugins of a build tree; empty: neither
// is there.
[[nodiscard]] std::string default_plugin_path(const std::string& folder_of_program);

// A quarter of the memory that this process may use, at most 1 GB (task-engine, Memory). `limit` is the text of the
// control group's memory.max, `physical` the machine's memory in bytes. Pure.
[[nodiscard]] std::size_t default_memory_budget(std::string_view limit, std::size_t physical);
[[nodiscard]] std::size_t default_memory_budget();

}  // namespace sinkway::app
