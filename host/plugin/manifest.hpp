// What a plugin says of itself before it runs.
#pragma once

#include <string>
#include <vector>

#include "host/base/result.hpp"
#include "host/config/config_def.hpp"
#include "plugins/sdk/abi/sinkway_sink.h"

namespace sinkway::plugin {

// One class of one plugin, copied out of the library. `descriptor` lends from the library, which is never unloaded.
struct Manifest {
  std::string name;  // e.g. io.sinkway.table.TableSinkConnector
  std::vector<std::string> aliases;
  std::string version;
  std::string documentation;
  std::string location;  // path of the library
  ConfigDef definition;
  const sinkway_descriptor* descriptor = nullptr;
};

// Calls init(), then reads and checks all descriptors of an entry; once for each library of a process. The error names the
// location and what is wrong (ABI version, missing function, empty or doubled name, option of an unknown type ...).
[[nodiscard]] Result<std::vector<Manifest>> read_manifests(const sinkway_entry& entry, const std::string& location);

}  // namespace sinkway::plugin
