// A shared library that was opened and stays so.
#pragma once

#include <string>

#include "host/base/result.hpp"

namespace sinkway::plugin {

// RTLD_NOW: a library whose symbols cannot all be found fails here and not in the middle of a put. RTLD_LOCAL: two plugins with
// the same names inside do not meet. Never unloaded: a thread or a pointer of it may live on. A value; copies mean the same
// library. [any-thread]
class SharedLibrary {
 public:
  // The error says why: not there, not readable, not an ELF file, or the words of the loader.
  [[nodiscard]] static Result<SharedLibrary> open(const std::string& path);

  // The address of an exported symbol; null: there is none.
  [[nodiscard]] const void* symbol(const char* name) const;

 private:
  explicit SharedLibrary(void* handle) : handle_(handle) {}
  void* handle_;
};

}  // namespace sinkway::plugin
