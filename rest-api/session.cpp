#include "rest-api/session.hpp"

#include <boost/asio/dispatch.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/beast/core.hpp>
#include <boost/beast/http.hpp>

#include <optional>

#include "rest-api/problem.hpp"

namespace sinkway::rest {
namespace {

namespace asio = boost::asio;
namespace beast = boost::beast;
namespace http = beast::http;
using boost::system::error_code;

class HttpSession final : public Session, public std::enable_shared_from_this<HttpSession> {
 public:
  HttpSession(asio::ip::tcp::socket socket, const Router& router, const ServerLimits& limits)
      : stream_(std::move(socket)), router_(router), limits_(limits), deadline_(stream_.get_executor()), buffer_(64 << 10) {}

  void run() override {
    asio::dispatch(stream_.get_executor(), [self = shared_from_this()] { self->read_header(); });
  }

  void finish() override {
    asio::post(stream_.get_executor(), [self = shared_from_this()] {
      self->finishing_ = true;
      if (!self->busy_) self->close();
    });
  }

 private:
  void read_header() {
    busy_ = false;
    if (finishing_) return close();
    parser_.emplace();
    parser_->header_limit(static_cast<std::uint32_t>(limits_.header_bytes));
    parser_->body_limit(limits_.body_bytes);
    stream_.expires_after(limits_.read_timeout);
    http::async_read_header(stream_, buffer_, *parser_, [self = shared_from_this()](error_code error, std::size_t) {
      if (error) return self->unreadable(error);
      self->busy_ = true;
      if (self->expects_continue()) return self->write_continue();
      self->read_body();
    });
  }

  [[nodiscard]] bool expects_continue() const {
    return beast::iequals(parser_->get()[http::field::expect], "100-continue");
  }

  void write_continue() {
    continue_ = {http::status::continue_, 11};
    http::async_write(stream_, continue_, [self = shared_from_this()](error_code error, std::size_t) {
      if (error) return self->close();
      self->read_body();
    });
  }

  void read_body() {
    http::async_read(stream_, buffer_, *parser_, [self = shared_from_this()](error_code error, std::size_t) {
      if (error) return self->unreadable(error);
      self->serve();
    });
  }

  // A request that is not one, is too large, or never comes to its end.
  void unreadable(error_code error) {
    if (error == http::error::end_of_stream || error == beast::error::timeout || error == asio::error::operation_aborted ||
        error == asio::error::connection_reset || error == http::error::partial_message || error == asio::error::eof)
      return close();
    keep_alive_ = false;
    busy_ = true;
    method_ = parser_->is_header_done() ? std::string(parser_->get().method_string()) : "GET";
    if (error == http::error::body_limit) return write(problem(413, "The body is larger than " + std::to_string(limits_.body_bytes) + " bytes"));
    if (error == http::error::header_limit || error == http::error::buffer_overflow)
      return write(problem(431, "The header is larger than " + std::to_string(limits_.header_bytes) + " bytes"));
    write(container_problem(400, method_));
  }

  void serve() {
    const auto& message = parser_->get();
    keep_alive_ = message.keep_alive();
    method_ = std::string(message.method_string());
    if (message.version() >= 11 && message.find(http::field::host) == message.end()) return write(container_problem(400, method_));
    request_ = {method_, std::string(message.target()), {}, message.body()};
    for (const auto& field : message) request_.headers.emplace_back(field.name_string(), field.value());
    stream_.expires_never();
    const std::uint64_t number = ++number_;
    wait_for_answer(number);
    router_.dispatch(request_, [self = shared_from_this(), number](Response response) {
      asio::post(self->stream_.get_executor(), [self, number, response = std::move(response)]() mutable {
        if (number == self->number_ && !std::exchange(self->answered_, true)) self->write(std::move(response));
      });
    });
  }

  void wait_for_answer(std::uint64_t number) {
    answered_ = false;
    deadline_.expires_after(limits_.request_timeout);
    deadline_.async_wait([self = shared_from_this(), number](error_code error) {
      if (error || number != self->number_ || std::exchange(self->answered_, true)) return;
      self->write(problem(500, "Request timed out. The worker did not answer in time; the operation may still succeed."));
    });
  }

  void write(Response response) {
    deadline_.cancel();
    response_ = {};
    response_.version(11);
    response_.result(static_cast<unsigned>(response.status));
    response_.reason(std::string(reason_phrase(response.status)));
    if (!response.content_type.empty()) response_.set(http::field::content_type, response.content_type);
    for (const auto& [name, value] : response.headers) response_.set(name, value);
    response_.keep_alive(keep_alive_ && !finishing_);
    const std::size_t size = response.body.size();
    if (method_ != "HEAD") response_.body() = std::move(response.body);
    if (response.status != 204) response_.content_length(size);
    stream_.expires_after(limits_.read_timeout);
    http::async_write(stream_, response_, [self = shared_from_this()](error_code error, std::size_t) {
      if (error || !self->response_.keep_alive()) return self->close();
      self->read_header();
    });
  }

  void close() {
    error_code ignored;
    stream_.socket().shutdown(asio::ip::tcp::socket::shutdown_send, ignored);
    stream_.close();
  }

  beast::tcp_stream stream_;
  const Router& router_;
  const ServerLimits& limits_;
  asio::steady_timer deadline_;
  beast::flat_buffer buffer_;
  std::optional<http::request_parser<http::string_body>> parser_;
  http::response<http::empty_body> continue_;
  http::response<http::string_body> response_;
  Request request_;
  std::string method_;
  std::uint64_t number_ = 0;
  bool answered_ = false;
  bool keep_alive_ = false;
  bool busy_ = false;       // a request is being read or answered
  bool finishing_ = false;
};

}  // namespace

std::shared_ptr<Session> make_session(asio::ip::tcp::socket socket, const Router& router, const ServerLimits& limits) {
  return std::make_shared<HttpSession>(std::move(socket), router, limits);
}

}  // namespace sinkway::rest
