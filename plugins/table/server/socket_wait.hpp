// Waiting on a socket together with the host's cancel descriptor: the only place where the data plane sleeps.
#pragma once

#include <chrono>
#include <optional>

namespace sinkway::table {

enum class Woken {
  ready,      // the socket can be read or written
  cancelled,  // the host wants the running call back
  other,      // the other descriptor can be read
  timed_out   // the deadline is over
};

// What a socket is waited for.
struct WaitFor {
  bool readable = false;
  bool writable = false;
};

// Waits with poll(2). `socket` is never owned here; -1 for `cancel_descriptor`: nothing cancels. A socket that is ready
// wins over a cancellation, so that an answer that is already here is never thrown away, and both win over `other_descriptor`, -1:
// there is none. [writer-thread]
[[nodiscard]] Woken wait_on(int socket, WaitFor what, int cancel_descriptor,
                            std::optional<std::chrono::steady_clock::time_point> deadline, int other_descriptor = -1);

}  // namespace sinkway::table
