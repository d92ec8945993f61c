#include "rest-api/server.hpp"

#include <boost/asio/io_context.hpp>
#include <boost/asio/strand.hpp>

#include <algorithm>
#include <charconv>
#include <condition_variable>
#include <mutex>
#include <thread>

#include "rest-api/resources/connectors.hpp"
#include "rest-api/resources/lifecycle.hpp"
#include "rest-api/resources/plugins.hpp"
#include "rest-api/resources/root.hpp"
#include "rest-api/resources/scrape.hpp"
#include "rest-api/session.hpp"

namespace sinkway::rest {
namespace {

namespace asio = boost::asio;
using asio::ip::tcp;
using boost::system::error_code;

// The connections that are open.
class Sessions {
 public:
  void add(const std::shared_ptr<Session>& session) {
    const std::lock_guard guard(mutex_);
    std::erase_if(open_, [](const auto& one) { return one.expired(); });
    open_.push_back(session);
  }
  // True: all are gone within the time.
  bool finish(Milliseconds timeout) {
    const auto deadline = std::chrono::steady_clock::now() + timeout;
    std::vector<std::weak_ptr<Session>> open;
    {
      const std::lock_guard guard(mutex_);
      open = open_;
    }
    for (const auto& one : open)
      if (const auto session = one.lock()) session->finish();
    while (std::any_of(open.begin(), open.end(), [](const auto& one) { return !one.expired(); })) {
      if (std::chrono::steady_clock::now() > deadline) return false;
      std::this_thread::sleep_for(Milliseconds(2));
    }
    return true;
  }

 private:
  std::mutex mutex_;
  std::vector<std::weak_ptr<Session>> open_;
};

// Accepts until it is closed. A connection that cannot be accepted (too many open files) is tried again later.
class Listener {
 public:
  Listener(asio::io_context& io, const Router& router, const ServerLimits& limits, Sessions& sessions)
      : io_(io), acceptor_(io), retry_(io), router_(router), limits_(limits), sessions_(sessions) {}

  Result<std::string> bind(const std::string& listener) {
    auto address = parse_listener(listener);
    if (!address) return std::move(address).error();
    error_code error;
    tcp::resolver resolver(io_);
    const auto found = resolver.resolve(address->host.empty() ? "0.0.0.0" : address->host, std::to_string(address->port),
                                        tcp::resolver::passive | tcp::resolver::numeric_service, error);
    if (error || found.empty()) return Error("listener " + listener + ": the host cannot be resolved");
    const tcp::endpoint endpoint = *found.begin();
    acceptor_.open(endpoint.protocol(), error);
    if (!error) acceptor_.set_option(asio::socket_base::reuse_address(true), error);
    if (!error) acceptor_.bind(endpoint, error);
    if (!error) acceptor_.listen(asio::socket_base::max_listen_connections, error);
    if (error) return Error("listener " + listener + ": " + error.message()).with_hint("choose another port with listeners=");
    const std::string host = address->host.empty() ? "0.0.0.0" : address->host;
    const bool v6 = host.find(':') != host.npos;
    return "http://" + (v6 ? "[" + host + "]" : host) + ":" + std::to_string(acceptor_.local_endpoint().port());
  }

  void accept() {
    acceptor_.async_accept(asio::make_strand(io_), [this](error_code error, tcp::socket socket) {
      if (error == asio::error::operation_aborted || !acceptor_.is_open()) return;
      if (error) return wait_and_accept();
      error_code ignored;
      socket.set_option(tcp::no_delay(true), ignored);
      const auto session = make_session(std::move(socket), router_, limits_);
      sessions_.add(session);
      session->run();
      accept();
    });
  }

  void close() {
    asio::post(io_, [this] {
      error_code ignored;
      acceptor_.close(ignored);
      retry_.cancel();
    });
  }

 private:
  void wait_and_accept() {
    retry_.expires_after(Milliseconds(100));
    retry_.async_wait([this](error_code error) {
      if (!error) accept();
    });
  }

  asio::io_context& io_;
  tcp::acceptor acceptor_;
  asio::steady_timer retry_;
  const Router& router_;
  const ServerLimits& limits_;
  Sessions& sessions_;
};

}  // namespace

struct Server::State {
  Router router;
  Router metrics_router;
  ServerLimits limits;
  Sessions sessions;
  asio::io_context io;
  asio::executor_work_guard<asio::io_context::executor_type> work = asio::make_work_guard(io);
  std::vector<std::unique_ptr<Listener>> listeners;
  std::vector<std::string> endpoints;
  std::vector<std::string> metrics_endpoints;
  std::vector<std::thread> threads;

  Result<void> listen(const std::vector<std::string>& wanted, const Router& routes, std::vector<std::string>& bound) {
    for (const auto& listener : wanted) {
      listeners.push_back(std::make_unique<Listener>(io, routes, limits, sessions));
      auto endpoint = listeners.back()->bind(listener);
      if (!endpoint) return std::move(endpoint).error();
      bound.push_back(std::move(*endpoint));
    }
    return {};
  }
};

Server::Server(std::unique_ptr<State> state) : state_(std::move(state)) {}
Server::~Server() { stop(); }

Result<std::unique_ptr<Server>> Server::start(const ServerOptions& options, herder::Herder& herder,
                                              std::function<std::string()> scrape, const Logger& log) {
  auto state = std::make_unique<State>();
  state->limits = options.limits;
  add_root(state->router, herder);
  add_connectors(state->router, herder);
  add_lifecycle(state->router, herder);
  add_plugins(state->router, herder);
  add_scrape(state->router, scrape);
  add_scrape(state->metrics_router, std::move(scrape));
  if (auto done = state->listen(options.listeners, state->router, state->endpoints); !done) return std::move(done).error();
  if (auto done = state->listen(options.metrics_listeners, state->metrics_router, state->metrics_endpoints); !done)
    return std::move(done).error();
  for (auto& listener : state->listeners) listener->accept();
  for (std::size_t n = 0; n < std::max<std::size_t>(options.threads, 1); ++n)
    state->threads.emplace_back([io = &state->io] { io->run(); });
  for (const auto& endpoint : state->endpoints) log.info("REST API on {}", endpoint);
  for (const auto& endpoint : state->metrics_endpoints) log.info("metrics on {}/metrics", endpoint);
  return std::unique_ptr<Server>(new Server(std::move(state)));
}

const std::vector<std::string>& Server::endpoints() const { return state_->endpoints; }
const std::vector<std::string>& Server::metrics_endpoints() const { return state_->metrics_endpoints; }

void Server::stop() {
  if (state_->threads.empty()) return;
  for (auto& listener : state_->listeners) listener->close();
  state_->sessions.finish(state_->limits.stop_timeout);
  state_->work.reset();
  state_->io.stop();
  for (auto& thread : state_->threads) thread.join();
  state_->threads.clear();
}

Result<ListenerAddress> parse_listener(const std::string& listener) {
  const Error wrong = Error("listener " + listener + ": not of the form http://host:port");
  if (listener.starts_with("https://"))
    return Error("listener " + listener + ": https is not available in this version").with_hint("put a proxy that ends TLS in front");
  if (!listener.starts_with("http://")) return wrong;
  const std::string rest = listener.substr(7);
  const std::size_t colon = rest.rfind(':');
  if (colon == rest.npos) return wrong;
  ListenerAddress address{rest.substr(0, colon), 0};
  if (address.host.starts_with('[') && address.host.ends_with(']')) address.host = address.host.substr(1, address.host.size() - 2);
  const auto [end, code] = std::from_chars(rest.data() + colon + 1, rest.data() + rest.size(), address.port);
  if (code != std::errc() || end != rest.data() + rest.size()) return wrong;
  return address;
}

}  // namespace sinkway::rest
