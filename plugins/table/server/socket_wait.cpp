#include "plugins/table/server/socket_wait.hpp"

#include <poll.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <climits>

namespace sinkway::table {
namespace {

int remaining_ms(std::optional<std::chrono::steady_clock::time_point> deadline) {
  if (!deadline) return -1;
  const auto left = std::chrono::ceil<std::chrono::milliseconds>(*deadline - std::chrono::steady_clock::now()).count();
  return static_cast<int>(std::clamp<long long>(left, 0, INT_MAX));
}

}  // namespace

Woken wait_on(int socket, WaitFor what, int cancel_descriptor,
              std::optional<std::chrono::steady_clock::time_point> deadline, int other_descriptor) {
  const int events = (what.readable ? POLLIN : 0) | (what.writable ? POLLOUT : 0);
  std::array<pollfd, 3> watched{
      {{socket, static_cast<short>(events), 0}, {cancel_descriptor, POLLIN, 0}, {other_descriptor, POLLIN, 0}}};
  while (true) {
    const int timeout = remaining_ms(deadline);
    // a negative descriptor is left out by poll itself
    const int count = poll(watched.data(), watched.size(), timeout);
    if (count < 0 && (errno == EINTR || errno == EAGAIN)) continue;
    // An error of poll is left to the next call on the socket, which can name it.
    if (count < 0 || watched[0].revents != 0) return Woken::ready;
    if (watched[1].revents != 0) return Woken::cancelled;
    if (watched[2].revents != 0) return Woken::other;
    if (timeout >= 0 && remaining_ms(deadline) == 0) return Woken::timed_out;
  }
}

}  // namespace sinkway::table
