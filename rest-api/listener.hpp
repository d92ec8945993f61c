// One address at which the server takes connections.
#pragma once

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/steady_timer.hpp>

#include <memory>
#include <string>

#include "host/base/result.hpp"
#include "rest-api/open_sessions.hpp"
#include "rest-api/router.hpp"
#include "rest-api/server.hpp"

namespace sinkway::rest {

// bind(), then accept() until close(). A connection that cannot be accepted (too many open files) is tried again later. All of
// its handlers run on the strand of its acceptor; `router`, `limits` and `sessions` outlive them.
class Listener {
 public:
  Listener(const std::shared_ptr<boost::asio::io_context>& io, const Router& router, const ServerLimits& limits,
           OpenSessions& sessions);

  // The endpoint as it was bound: "http://127.0.0.1:8083". Error: names `listener` and why it cannot be had.
  Result<std::string> bind(const std::string& listener);
  void accept();
  void close();  // [any-thread]

 private:
  boost::system::error_code open(const boost::asio::ip::tcp::endpoint& endpoint);
  void serve(boost::asio::ip::tcp::socket socket);
  void wait_and_accept();

  const std::shared_ptr<boost::asio::io_context> io_;
  boost::asio::ip::tcp::acceptor acceptor_;
  boost::asio::steady_timer retry_;
  const Router& router_;
  const ServerLimits& limits_;
  OpenSessions& sessions_;
};

}  // namespace sinkway::rest
