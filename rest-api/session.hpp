// One connection: requests in, responses out, limits and time-outs.
#pragma once

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>

#include <memory>

#include "rest-api/router.hpp"
#include "rest-api/server.hpp"

namespace sinkway::rest {

// A connection that a server has accepted. Keeps itself alive until it is closed.
class Session {
 public:
  virtual ~Session() = default;
  virtual void run() = 0;
  // Closes at once when it waits for a request, and after the answer when one is running. [any-thread]
  virtual void finish() = 0;
  // finish() is about to come: an answer from now on tells that the connection closes. [any-thread]
  virtual void announce_end() = 0;
};

// What a session needs of its server. `router` and `limits` outlive every handler that runs on `io`. An answer of the herder
// may come after the server is gone: it keeps `io`, which then never runs again, for as long as it needs it.
struct SessionPlace {
  std::weak_ptr<boost::asio::io_context> io;
  const Router& router;
  const ServerLimits& limits;
  std::shared_ptr<void> ticket;  // released when the session is gone
};

// `socket` runs on a strand of `place.io`.
[[nodiscard]] std::shared_ptr<Session> make_session(boost::asio::ip::tcp::socket socket, SessionPlace place);

}  // namespace sinkway::rest
