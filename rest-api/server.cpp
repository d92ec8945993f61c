#include "rest-api/server.hpp"

#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>

#include <algorithm>
#include <thread>
#include <utility>

#include "rest-api/api.hpp"
#include "rest-api/listener.hpp"
#include "rest-api/open_sessions.hpp"

namespace sinkway::rest {

namespace asio = boost::asio;

struct Server::State {
  State(Router routes, Router only_metrics, const ServerLimits& allowed)
      : router(std::move(routes)), metrics_router(std::move(only_metrics)), limits(allowed) {}

  const Router router;
  const Router metrics_router;
  const ServerLimits limits;
  const std::shared_ptr<OpenSessions> sessions = std::make_shared<OpenSessions>(limits.connections);
  const std::shared_ptr<asio::io_context> io = std::make_shared<asio::io_context>();
  asio::executor_work_guard<asio::io_context::executor_type> work = asio::make_work_guard(*io);
  std::vector<std::unique_ptr<Listener>> listeners;
  std::vector<std::string> endpoints;
  std::vector<std::string> metrics_endpoints;
  std::vector<std::thread> threads;

  Result<void> listen(const std::vector<std::string>& wanted, const Router& routes, std::vector<std::string>& bound) {
    for (const auto& listener : wanted) {
      listeners.push_back(std::make_unique<Listener>(io, routes, limits, *sessions));
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
  auto state = std::make_unique<State>(worker_routes(herder, scrape), metrics_routes(scrape), options.limits);
  if (auto done = state->listen(options.listeners, state->router, state->endpoints); !done) return std::move(done).error();
  if (auto done = state->listen(options.metrics_listeners, state->metrics_router, state->metrics_endpoints); !done)
    return std::move(done).error();
  for (auto& listener : state->listeners) listener->accept();
  for (std::size_t n = 0; n < std::max<std::size_t>(options.threads, 1); ++n)
    state->threads.emplace_back([io = state->io] { io->run(); });
  for (const auto& endpoint : state->endpoints) log.info("REST API on {}", endpoint);
  for (const auto& endpoint : state->metrics_endpoints) log.info("metrics on {}/metrics", endpoint);
  return std::unique_ptr<Server>(new Server(std::move(state)));
}

const std::vector<std::string>& Server::endpoints() const { return state_->endpoints; }
const std::vector<std::string>& Server::metrics_endpoints() const { return state_->metrics_endpoints; }

void Server::stop() {
  if (state_->threads.empty()) return;
  for (auto& listener : state_->listeners) listener->close();
  state_->sessions->finish(state_->limits.stop_timeout);
  state_->io->stop();
  for (auto& thread : state_->threads) thread.join();
  state_->threads.clear();
}

}  // namespace sinkway::rest
