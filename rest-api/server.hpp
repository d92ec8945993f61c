// The REST server: listeners, a small pool of threads, a graceful end.
#pragma once

#include <cstddef>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "host/base/clock.hpp"
#include "host/base/log.hpp"
#include "host/base/result.hpp"
#include "host/herder/herder.hpp"

namespace sinkway::rest {

// What one connection may cost, and for how long.
struct ServerLimits {
  std::size_t header_bytes = std::size_t{16} << 10;
  std::size_t body_bytes = std::size_t{1} << 20;
  Milliseconds read_timeout{30'000};      // for a whole request, and for an idle kept-alive connection
  Milliseconds request_timeout{90'000};   // for the answer of the herder (rest-contract 0)
  Milliseconds linger{1'000};             // for reading on after a refused request, so that its sender gets the answer
  Milliseconds stop_timeout{2'000};       // for running requests when the server stops
  std::size_t connections = 512;          // open at a time, over all listeners; more are closed as they come
};

struct ServerOptions {
  std::vector<std::string> listeners;          // http://host:port; no host: every address; port 0: any
  std::vector<std::string> metrics_listeners;  // these serve GET /metrics and nothing else
  std::size_t threads = 2;
  ServerLimits limits;
};

// Serves from start() until stop() or its destruction. `herder` outlives it. [any-thread]
class Server {
 public:
  // Binds everything, or nothing: the error names the listener.
  [[nodiscard]] static Result<std::unique_ptr<Server>> start(const ServerOptions& options, herder::Herder& herder,
                                                             std::function<std::string()> scrape, const Logger& log);
  ~Server();

  // "http://127.0.0.1:8083", in the order of the options, ports as they were bound.
  [[nodiscard]] const std::vector<std::string>& endpoints() const;
  [[nodiscard]] const std::vector<std::string>& metrics_endpoints() const;

  // Takes no new connections, answers what is running, closes the rest. Waits for at most limits.stop_timeout. An answer of the
  // herder that comes later goes nowhere. Not from a reply of the herder.
  void stop();

 private:
  struct State;
  explicit Server(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

// A listener taken apart. Error: not http://host:port.
struct ListenerAddress {
  std::string host;  // empty: every address
  unsigned short port = 0;
};
[[nodiscard]] Result<ListenerAddress> parse_listener(const std::string& listener);

}  // namespace sinkway::rest
