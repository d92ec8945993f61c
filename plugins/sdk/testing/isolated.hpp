// A check in a process of its own: a plugin that crashes or never returns is a fault found, not the end of the run.
#pragma once

#include <poll.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <chrono>
#include <csignal>
#include <cstring>
#include <exception>
#include <string>
#include <string_view>

namespace sinkway::sdk::testing {

// What came of it: the text that `body` returned, or how it ended otherwise.
struct Ending {
  bool returned = false;
  std::string text;
};

inline void write_all(int descriptor, std::string_view rest) {
  while (!rest.empty()) {
    const auto written = ::write(descriptor, rest.data(), rest.size());
    if (written < 0 && errno != EINTR) return;
    if (written > 0) rest.remove_prefix(static_cast<std::size_t>(written));
  }
}

// Reads until the other end is closed; false: not within the time.
inline bool read_all(int descriptor, std::string& text, std::chrono::steady_clock::time_point deadline) {
  std::array<char, 4096> piece{};
  while (true) {
    const auto left = std::chrono::ceil<std::chrono::milliseconds>(deadline - std::chrono::steady_clock::now()).count();
    pollfd waited{descriptor, POLLIN, 0};
    const int ready = ::poll(&waited, 1, left > 0 ? static_cast<int>(left) : 0);
    if (ready < 0 && errno == EINTR) continue;
    if (ready <= 0) return false;
    const auto got = ::read(descriptor, piece.data(), piece.size());
    if (got <= 0) return true;
    text.append(piece.data(), static_cast<std::size_t>(got));
  }
}

// Calls `body`, which answers a text, in a forked child. Only in a process without threads.
template <typename Body>
[[nodiscard]] Ending run_isolated(std::chrono::milliseconds patience, Body body) {
  constexpr char kReturned = '\n';  // ends the text of a body that returned
  std::array<int, 2> ends{};
  if (::pipe(ends.data()) != 0) return {false, std::string("pipe: ") + std::strerror(errno)};
  const pid_t child = ::fork();
  if (child < 0) return {false, std::string("fork: ") + std::strerror(errno)};
  if (child == 0) {
    const rlimit no_core{0, 0};
    setrlimit(RLIMIT_CORE, &no_core);
    ::close(ends[0]);
    std::string text;
    try {
      text = body();
    } catch (const std::exception& error) {
      text = std::string("an exception crossed the ABI: ") + error.what();
    }
    write_all(ends[1], text + kReturned);
    _exit(0);
  }
  ::close(ends[1]);
  Ending ending;
  const bool ended = read_all(ends[0], ending.text, std::chrono::steady_clock::now() + patience);
  ::close(ends[0]);
  if (!ended) ::kill(child, SIGKILL);
  int status = 0;
  while (::waitpid(child, &status, 0) < 0 && errno == EINTR) {
  }
  if (!ended) return {false, "did not return within " + std::to_string(patience.count()) + " ms"};
  if (WIFSIGNALED(status)) return {false, std::string("crashed: ") + strsignal(WTERMSIG(status))};
  if (ending.text.empty() || ending.text.back() != kReturned) return {false, "ended the process"};
  ending.text.pop_back();
  ending.returned = true;
  return ending;
}

}  // namespace sinkway::sdk::testing
