#include "host/plugin/shared_library.hpp"

#include <dlfcn.h>
#include <fcntl.h>

#include <array>
#include <cerrno>
#include <cstring>

#include "host/base/handle.hpp"

namespace sinkway::plugin {
namespace {

// The loader's words for a file that is no library at all ("file too short", "invalid ELF header") lead nowhere: look first.
Result<void> look_like_elf(const std::string& path) {
  const Descriptor file(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
  if (!file.valid()) return Error(std::string("cannot be read: ") + std::strerror(errno));
  std::array<char, 4> magic{};
  const auto got = ::read(file.get(), magic.data(), magic.size());
  if (got != static_cast<ssize_t>(magic.size()) || std::memcmp(magic.data(), "\177ELF", magic.size()) != 0)
    return Error("is not a shared library (no ELF file)").with_hint("name only libraries built as Sinkway plugins in plugin.path");
  return {};
}

}  // namespace

Result<SharedLibrary> SharedLibrary::open(const std::string& path) {
  if (auto looked = look_like_elf(path); !looked) return std::move(looked).error();
  // Without a slash dlopen searches the system's folders instead of the current one.
  const std::string place = path.find('/') == std::string::npos ? "./" + path : path;
  void* handle = dlopen(place.c_str(), RTLD_NOW | RTLD_LOCAL | RTLD_NODELETE);
  if (handle == nullptr) return Error(std::string("cannot be loaded: ") + dlerror());
  return SharedLibrary(handle);
}

const void* SharedLibrary::symbol(const char* name) const { return dlsym(handle_, name); }

}  // namespace sinkway::plugin
