// A client of a web server that may misbehave: it sends any bytes and reads what comes back.
#pragma once

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cstdlib>
#include <string>
#include <string_view>
#include <utility>

namespace sinkway::test {

// One blocking connection to 127.0.0.1. Nothing waits longer than ten seconds.
class HttpClient {
 public:
  explicit HttpClient(unsigned short port) : socket_(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(port);
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    const timeval limit{10, 0};
    ::setsockopt(socket_, SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof limit);
    ::setsockopt(socket_, SOL_SOCKET, SO_SNDTIMEO, &limit, sizeof limit);
    connected_ = ::connect(socket_, reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0;
  }
  HttpClient(HttpClient&& other) noexcept
      : socket_(std::exchange(other.socket_, -1)), connected_(other.connected_), unread_(std::move(other.unread_)) {}
  HttpClient(const HttpClient&) = delete;
  HttpClient& operator=(const HttpClient&) = delete;
  HttpClient& operator=(HttpClient&&) = delete;
  ~HttpClient() { disconnect(); }

  [[nodiscard]] bool connected() const { return connected_; }

  // False: the server has closed before all was sent.
  bool send(std::string_view bytes) {
    while (!bytes.empty()) {
      const auto sent = ::send(socket_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
      if (sent <= 0) return false;
      bytes.remove_prefix(static_cast<std::size_t>(sent));
    }
    return true;
  }
  void end_of_sending() { ::shutdown(socket_, SHUT_WR); }
  void disconnect() {
    if (socket_ >= 0) ::close(std::exchange(socket_, -1));
  }

  struct Answer {
    int status = 0;      // 0: none came
    std::string header;  // with its status line
    std::string body;

    // The value of a header; empty: no such header.
    [[nodiscard]] std::string field(const std::string& name) const {
      const auto at = header.find("\r\n" + name + ": ");
      if (at == header.npos) return "";
      const auto from = at + name.size() + 4;
      return header.substr(from, header.find("\r\n", from) - from);
    }
  };

  // The next answer. `head`: it has no body, whatever its Content-Length says.
  Answer answer(bool head = false) {
    std::size_t end = 0;
    while ((end = unread_.find("\r\n\r\n")) == unread_.npos)
      if (!receive()) return {};
    Answer got;
    got.header = unread_.substr(0, end + 2);
    unread_.erase(0, end + 4);
    got.status = std::atoi(got.header.substr(got.header.find(' ') + 1).c_str());
    const std::size_t size = head ? 0 : static_cast<std::size_t>(std::atoll(got.field("Content-Length").c_str()));
    while (unread_.size() < size)
      if (!receive()) return {};
    got.body = unread_.substr(0, size);
    unread_.erase(0, size);
    return got;
  }

  Answer ask(std::string_view request) { return send(request) ? answer() : Answer{}; }

  // True: nothing more came, and the server has closed in an orderly way.
  bool at_end() {
    std::array<char, 1> one{};
    return unread_.empty() && ::recv(socket_, one.data(), one.size(), 0) == 0;
  }

 private:
  bool receive() {
    std::array<char, 16384> buffer;
    const auto got = ::recv(socket_, buffer.data(), buffer.size(), 0);
    if (got <= 0) return false;
    unread_.append(buffer.data(), static_cast<std::size_t>(got));
    return true;
  }

  int socket_ = -1;
  bool connected_ = false;
  std::string unread_;
};

}  // namespace sinkway::test
