#include "rest-api/session.hpp"

#include <boost/asio/dispatch.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/beast/core.hpp>
#include <boost/beast/http.hpp>

#include <algorithm>
#include <array>
#include <atomic>
#include <optional>
#include <utility>

#include "rest-api/http_date.hpp"
#include "rest-api/problem.hpp"

namespace sinkway::rest {
namespace {

namespace asio = boost::asio;
namespace beast = boost::beast;
namespace http = beast::http;
using boost::system::error_code;

constexpr std::size_t kReadBuffer = std::size_t{64} << 10;
constexpr unsigned kHttp10 = 10;
constexpr unsigned kHttp11 = 11;

using Parser = http::request_parser<http::string_body>;

// Several Accept headers are one list (RFC 9110, 5.3); of all other headers the first one counts.
Request request_of(const Parser::value_type& message) {
  Request request{std::string(message.method_string()), std::string(message.target()), {}, message.body()};
  for (const auto& field : message) {
    const auto accept = std::find_if(request.headers.begin(), request.headers.end(), [&](const auto& one) {
      return field.name() == http::field::accept && beast::iequals(one.first, field.name_string());
    });
    if (accept == request.headers.end())
      request.headers.emplace_back(field.name_string(), field.value());
    else
      accept->second += ", " + std::string(field.value());
  }
  return request;
}

// A chain of asynchronous steps, all on the strand of its socket, one at a time:
// read_header -> [write_continue ->] read_body -> serve -> (the handler answers, or time is up) -> write -> read_header or close.
// Each pending step owns the session; when none is left it is gone.
class HttpSession final : public Session, public std::enable_shared_from_this<HttpSession> {
 public:
  HttpSession(asio::ip::tcp::socket socket, SessionPlace place)
      : place_(std::move(place)), stream_(std::move(socket)), deadline_(stream_.get_executor()), buffer_(kReadBuffer) {}

  void run() override {
    asio::dispatch(stream_.get_executor(), [self = shared_from_this()] { self->read_header(); });
  }

  void announce_end() override { finishing_ = true; }
  void finish() override {
    announce_end();
    asio::post(stream_.get_executor(), [self = shared_from_this()] {
      if (self->idle_) self->close();
    });
  }

 private:
  void read_header() {
    idle_ = true;
    if (finishing_) return close();
    parser_.emplace();
    parser_->header_limit(static_cast<std::uint32_t>(place_.limits.header_bytes));
    parser_->body_limit(place_.limits.body_bytes);
    stream_.expires_after(place_.limits.read_timeout);  // for header and body together: slow bytes do not extend it
    http::async_read_header(stream_, buffer_, *parser_, [self = shared_from_this()](error_code error, std::size_t) {
      if (error) return self->unreadable(error);
      self->idle_ = false;
      if (beast::iequals(self->parser_->get()[http::field::expect], "100-continue")) return self->write_continue();
      self->read_body();
    });
  }

  void write_continue() {
    continue_ = {http::status::continue_, kHttp11};
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

  // A request that is not one, is too large, or never comes to its end. What comes behind it cannot be told apart from it, so the
  // connection ends.
  void unreadable(error_code error) {
    const bool broken = error.category() == make_error_code(http::error::bad_method).category() &&
                        error != http::error::end_of_stream && error != http::error::partial_message;
    if (!broken) return close();
    idle_ = false;
    keep_alive_ = false;
    cut_ = true;
    method_ = std::string(parser_->get().method_string());
    const auto& limits = place_.limits;
    if (error == http::error::body_limit)
      return write(problem(413, "The body is larger than " + std::to_string(limits.body_bytes) + " bytes"));
    if (error == http::error::header_limit || error == http::error::buffer_overflow)
      return write(problem(431, "The header is larger than " + std::to_string(limits.header_bytes) + " bytes"));
    write(container_problem(400, method_));
  }

  void serve() {
    const auto& message = parser_->get();
    keep_alive_ = message.keep_alive();
    method_ = std::string(message.method_string());
    if (message.version() >= kHttp11 && message.find(http::field::host) == message.end())
      return write(container_problem(400, method_));
    request_ = request_of(message);
    stream_.expires_never();
    const std::uint64_t number = ++number_;
    waiting_ = true;
    const Send send = [io = place_.io.lock(), self = weak_from_this(), number](Response response) {
      if (const auto session = self.lock()) session->answer(number, std::move(response));
    };
    const Patience* patience = place_.router.dispatch(request_, send);
    wait_for_answer(number, patience);
  }

  // [any-thread] The first answer to a request counts.
  void answer(std::uint64_t number, Response response) {
    asio::post(stream_.get_executor(), [self = shared_from_this(), number, response = std::move(response)]() mutable {
      if (number == self->number_ && std::exchange(self->waiting_, false)) self->write(std::move(response));
    });
  }

  // Owns the session while the herder works.
  void wait_for_answer(std::uint64_t number, const Patience* patience) {
    const Milliseconds most = place_.limits.request_timeout;
    const Milliseconds time = patience ? std::min(patience->time, most) : most;
    deadline_.expires_after(time);
    deadline_.async_wait([self = shared_from_this(), number, patience](error_code error) {
      if (error || number != self->number_ || !std::exchange(self->waiting_, false)) return;
      if (patience) return self->write(patience->late);
      self->write(problem(500, "Request timed out. The worker did not answer in time; the operation may still succeed."));
    });
  }

  void write(Response response) {
    deadline_.cancel();
    response_ = {};
    response_.version(parser_->get().version() == kHttp10 ? kHttp10 : kHttp11);
    response_.result(static_cast<unsigned>(response.status));
    response_.reason(std::string(reason_phrase(response.status)));
    response_.set(http::field::date, http_date(std::chrono::system_clock::now()));
    if (!response.content_type.empty()) response_.set(http::field::content_type, response.content_type);
    for (const auto& [name, value] : response.headers) response_.set(name, value);
    response_.keep_alive(keep_alive_ && !finishing_);
    const std::size_t size = response.body.size();
    if (method_ != "HEAD") response_.body() = std::move(response.body);
    if (response.status != 204) response_.content_length(size);
    stream_.expires_after(place_.limits.read_timeout);
    http::async_write(stream_, response_, [self = shared_from_this()](error_code error, std::size_t) {
      if (error) return self->close();
      if (self->response_.keep_alive()) return self->read_header();
      if (!self->cut_) return self->close();
      error_code ignored;
      self->stream_.socket().shutdown(asio::ip::tcp::socket::shutdown_send, ignored);
      self->stream_.expires_after(self->place_.limits.linger);
      self->drain();
    });
  }

  // Reads on for a while what a client still sends: a close on top of unread bytes would reset the connection, and the client
  // could lose the answer that tells it what was wrong.
  void drain() {
    stream_.async_read_some(asio::buffer(discarded_), [self = shared_from_this()](error_code error, std::size_t) {
      if (error) return self->close();
      self->drain();
    });
  }

  void close() {
    error_code ignored;
    stream_.socket().shutdown(asio::ip::tcp::socket::shutdown_send, ignored);
    stream_.close();
  }

  SessionPlace place_;
  beast::tcp_stream stream_;
  asio::steady_timer deadline_;
  beast::flat_buffer buffer_;
  std::optional<Parser> parser_;
  http::response<http::empty_body> continue_;
  http::response<http::string_body> response_;
  std::array<char, 4096> discarded_{};
  Request request_;
  std::string method_;
  std::uint64_t number_ = 0;
  bool waiting_ = false;     // for the answer to request number_
  bool keep_alive_ = false;
  bool cut_ = false;         // the request was not read to its end
  bool idle_ = true;         // no request has begun
  std::atomic<bool> finishing_ = false;
};

}  // namespace

std::shared_ptr<Session> make_session(asio::ip::tcp::socket socket, SessionPlace place) {
  return std::make_shared<HttpSession>(std::move(socket), std::move(place));
}

}  // namespace sinkway::rest
