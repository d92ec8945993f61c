// A plugin file loaded in a child process first, so that a bad one hurts nobody.
#pragma once

#include <string>
#include <vector>

#include "host/base/clock.hpp"
#include "host/base/result.hpp"
#include "host/plugin/manifest.hpp"

namespace sinkway::plugin {

// Opens a plugin file and reads its manifests, in this process.
[[nodiscard]] Result<std::vector<Manifest>> load_plugin(const std::string& path);

// load_plugin of each file in a forked child of its own, all at the same time; the answers in the order of the files. The error says
// what went wrong there, a crash by its signal and a child that is not done after `patience` included. Only before the first
// thread of the process starts: a child of a process with threads may hang in a lock that nobody holds any more. A child costs a
// fork and one more load, a few milliseconds, so no list of known good files is kept: it could only be wrong.
[[nodiscard]] std::vector<Result<void>> try_in_children(const std::vector<std::string>& paths, Milliseconds patience);

}  // namespace sinkway::plugin
