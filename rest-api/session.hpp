// One connection: requests in, responses out, limits and time-outs.
#pragma once

#include <boost/asio/ip/tcp.hpp>

#include <atomic>
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
};

// `socket` runs on a strand; `router` and `limits` outlive the session.
[[nodiscard]] std::shared_ptr<Session> make_session(boost::asio::ip::tcp::socket socket, const Router& router,
                                                    const ServerLimits& limits);

}  // namespace sinkway::rest
