#include "host/plugin/trial_load.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <poll.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <csignal>
#include <cstring>
#include <exception>
#include <string_view>

#include "host/base/handle.hpp"
#include "host/plugin/shared_library.hpp"

namespace sinkway::plugin {
namespace {

// What a child says of a plugin that can be used.
constexpr std::string_view kFine = "+";

// `heard` is kFine or an error. Silence means that the plugin has ended the process.
struct Child {
  pid_t pid = -1;
  Descriptor words;
  std::string heard;
};

// No destructor and no atexit function of the parent may run in the child: it leaves by _exit only.
[[noreturn]] void be_child(const std::string& path, int words) {
  const rlimit no_core{0, 0};
  setrlimit(RLIMIT_CORE, &no_core);
  for (const int signal : {SIGSEGV, SIGBUS, SIGFPE, SIGILL, SIGABRT, SIGTERM, SIGINT}) std::signal(signal, SIG_DFL);
  std::string problem(kFine);
  try {
    if (const auto loaded = load_plugin(path); !loaded) problem = loaded.error().text();
  } catch (const std::exception& error) {
    problem = fmt::format("{}: an exception left it while it was loaded: {}", path, error.what());
  } catch (...) {
    problem = fmt::format("{}: an exception left it while it was loaded", path);
  }
  std::string_view rest = problem;
  while (!rest.empty()) {
    const auto written = ::write(words, rest.data(), rest.size());
    if (written < 0 && errno != EINTR) break;
    if (written > 0) rest.remove_prefix(static_cast<std::size_t>(written));
  }
  _exit(0);
}

Result<Child> start_child(const std::string& path) {
  std::array<int, 2> ends{};
  if (::pipe2(ends.data(), O_CLOEXEC) != 0) return Error(fmt::format("{}: pipe: {}", path, std::strerror(errno)));
  Child child{-1, Descriptor(ends[0]), {}};
  Descriptor childs_end(ends[1]);
  child.pid = ::fork();
  if (child.pid < 0) return Error(fmt::format("{}: fork: {}", path, std::strerror(errno)));
  if (child.pid == 0) be_child(path, childs_end.get());
  return child;
}

// True: the child has closed its end, by ending or by dying.
bool hear_out(Child& child, Instant deadline) {
  std::array<char, 1024> piece{};
  while (true) {
    const auto left = std::chrono::ceil<Milliseconds>(deadline - std::chrono::steady_clock::now());
    pollfd waited{child.words.get(), POLLIN, 0};
    const int ready = ::poll(&waited, 1, static_cast<int>(std::max(left, Milliseconds(0)).count()));
    if (ready < 0 && errno == EINTR) continue;
    if (ready <= 0) return false;
    const auto got = ::read(child.words.get(), piece.data(), piece.size());
    if (got < 0 && errno == EINTR) continue;
    if (got <= 0) return true;
    child.heard.append(piece.data(), static_cast<std::size_t>(got));
  }
}

Result<void> verdict_of(Child& child, const std::string& path, Instant deadline, Milliseconds patience) {
  const bool ended = hear_out(child, deadline);
  if (!ended) ::kill(child.pid, SIGKILL);
  int status = 0;
  while (::waitpid(child.pid, &status, 0) < 0 && errno == EINTR) {
  }
  if (!ended) return Error(fmt::format("{}: was not loaded after {} ms", path, patience.count()));
  if (WIFSIGNALED(status)) {
    const int signal = WTERMSIG(status);
    return Error(fmt::format("{}: crashed while it was loaded: {} (signal {})", path, strsignal(signal), signal));
  }
  if (child.heard.empty())
    return Error(fmt::format("{}: ended the process while it was loaded, with exit code {}", path, WEXITSTATUS(status)));
  if (child.heard != kFine) return Error(child.heard);
  return {};
}

}  // namespace

Result<std::vector<Manifest>> load_plugin(const std::string& path) {
  const auto library = SharedLibrary::open(path);
  if (!library) return Error(library.error()).at(path);
  const void* entry = library->symbol(SINKWAY_ENTRY_SYMBOL);
  if (entry == nullptr)
    return Error(fmt::format("{}: is no Sinkway plugin: it exports no symbol {}", path, SINKWAY_ENTRY_SYMBOL))
        .with_hint("move other libraries out of plugin.path");
  return read_manifests(*static_cast<const sinkway_entry*>(entry), path);
}

std::vector<Result<void>> try_in_children(const std::vector<std::string>& paths, Milliseconds patience) {
  std::vector<Result<Child>> children;
  children.reserve(paths.size());
  for (const std::string& path : paths) children.push_back(start_child(path));
  const Instant deadline = std::chrono::steady_clock::now() + patience;
  std::vector<Result<void>> verdicts;
  for (std::size_t i = 0; i < paths.size(); ++i) {
    if (children[i].ok())
      verdicts.push_back(verdict_of(children[i].value(), paths[i], deadline, patience));
    else
      verdicts.emplace_back(children[i].error());
  }
  return verdicts;
}

}  // namespace sinkway::plugin
