#include "rest-api/listener.hpp"

#include <boost/asio/ip/v6_only.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/strand.hpp>

#include <algorithm>
#include <cctype>
#include <charconv>
#include <utility>
#include <vector>

#include "rest-api/session.hpp"

namespace sinkway::rest {
namespace {

namespace asio = boost::asio;
using asio::ip::tcp;
using boost::system::error_code;

// The addresses to try for a host, best first. No host: every address, IPv6 and IPv4 where there are both.
std::vector<tcp::endpoint> endpoints_of(asio::io_context& io, const ListenerAddress& address, error_code& error) {
  if (address.host.empty()) return {tcp::endpoint(tcp::v6(), address.port), tcp::endpoint(tcp::v4(), address.port)};
  tcp::resolver resolver(io);
  std::vector<tcp::endpoint> found;
  for (const auto& one : resolver.resolve(address.host, std::to_string(address.port),
                                          tcp::resolver::passive | tcp::resolver::numeric_service, error))
    found.push_back(one.endpoint());
  // As Java: localhost is 127.0.0.1 where it has both.
  std::stable_partition(found.begin(), found.end(), [](const tcp::endpoint& one) { return one.address().is_v4(); });
  return found;
}

}  // namespace

Listener::Listener(const std::shared_ptr<asio::io_context>& io, const Router& router, const ServerLimits& limits,
                   OpenSessions& sessions)
    : io_(io), acceptor_(asio::make_strand(*io)), retry_(acceptor_.get_executor()), router_(router), limits_(limits),
      sessions_(sessions) {}

Result<std::string> Listener::bind(const std::string& listener) {
  auto address = parse_listener(listener);
  if (!address) return std::move(address).error();
  error_code error;
  const auto endpoints = endpoints_of(*io_, *address, error);
  if (endpoints.empty()) return Error("listener " + listener + ": the host cannot be resolved: " + error.message());
  for (const auto& endpoint : endpoints) {
    error = open(endpoint);
    if (!error || error == asio::error::address_in_use) break;
  }
  if (error) return Error("listener " + listener + ": " + error.message()).with_hint("choose another address with listeners=");
  const auto& host = address->host;
  const std::string name = host.empty() ? acceptor_.local_endpoint(error).address().to_string() : host;
  return "http://" + (name.find(':') != name.npos ? "[" + name + "]" : name) + ":" +
         std::to_string(acceptor_.local_endpoint(error).port());
}

void Listener::accept() {
  acceptor_.async_accept(asio::make_strand(*io_), [this](error_code error, tcp::socket socket) {
    if (error == asio::error::operation_aborted || !acceptor_.is_open()) return;
    if (error) return wait_and_accept();
    serve(std::move(socket));
    accept();
  });
}

void Listener::close() {
  asio::post(acceptor_.get_executor(), [this] {
    error_code ignored;
    acceptor_.close(ignored);
    retry_.cancel();
  });
}

error_code Listener::open(const tcp::endpoint& endpoint) {
  error_code error, ignored;
  acceptor_.close(ignored);
  acceptor_.open(endpoint.protocol(), error);
  if (!error) acceptor_.set_option(asio::socket_base::reuse_address(true), error);
  if (endpoint.address().is_v6()) acceptor_.set_option(asio::ip::v6_only(!endpoint.address().is_unspecified()), ignored);
  if (!error) acceptor_.bind(endpoint, error);
  if (!error) acceptor_.listen(asio::socket_base::max_listen_connections, error);
  return error;
}

void Listener::serve(tcp::socket socket) {
  auto ticket = sessions_.ticket();
  if (!ticket) return;
  error_code ignored;
  socket.set_option(tcp::no_delay(true), ignored);
  const auto session = make_session(std::move(socket), {io_, router_, limits_, std::move(ticket)});
  sessions_.add(session);
  session->run();
}

void Listener::wait_and_accept() {
  retry_.expires_after(Milliseconds(100));
  retry_.async_wait([this](error_code error) {
    if (!error && acceptor_.is_open()) accept();
  });
}

Result<ListenerAddress> parse_listener(const std::string& listener) {
  const Error wrong = Error("listener " + listener + ": not of the form http://host:port");
  std::string scheme = listener.substr(0, listener.find("://"));
  std::transform(scheme.begin(), scheme.end(), scheme.begin(), [](unsigned char c) { return std::tolower(c); });
  if (scheme == "https")
    return Error("listener " + listener + ": https is not available in this version")
        .with_hint("put a proxy that ends TLS in front");
  if (scheme != "http" || scheme.size() == listener.size()) return wrong;
  const std::string rest = listener.substr(scheme.size() + 3);
  const std::size_t colon = rest.rfind(':');
  if (colon == rest.npos) return wrong;
  ListenerAddress address{rest.substr(0, colon), 0};
  if (address.host.starts_with('[') && address.host.ends_with(']'))
    address.host = address.host.substr(1, address.host.size() - 2);
  const auto [end, code] = std::from_chars(rest.data() + colon + 1, rest.data() + rest.size(), address.port);
  if (code != std::errc() || end != rest.data() + rest.size()) return wrong;
  return address;
}

}  // namespace sinkway::rest
