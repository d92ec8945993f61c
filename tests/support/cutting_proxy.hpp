// A TCP proxy before a server that cuts the connection at a chosen word of the client, before or after the server has
// acted.
#pragma once

#include <arpa/inet.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <atomic>
#include <cstdint>
#include <span>
#include <stdexcept>
#include <string>
#include <string_view>
#include <thread>
#include <utility>
#include <vector>

namespace sinkway::test {

// Listens on 127.0.0.1 and passes every byte on, each connection on a thread of its own. `arm` cuts once:
//   before: the bytes that hold the word never reach the server; both sides are closed
//   after:  the bytes reach the server, its answer is awaited and thrown away; both sides are closed
class CuttingProxy {
 public:
  enum class Cut { never, before, after };
  // The statement to its end, and the tag that answers it; not the COMMIT in the definition of a temporary table.
  static constexpr std::string_view kCommit{"COMMIT\0", 7};

  explicit CuttingProxy(std::uint16_t target_port, std::string word = std::string(kCommit)) : target_port_(target_port),
      word_(std::move(word)) {
    listener_ = socket(AF_INET, SOCK_STREAM, 0);
    sockaddr_in address = local(0);
    socklen_t size = sizeof(address);
    if (bind(listener_, reinterpret_cast<sockaddr*>(&address), sizeof(address)) != 0 || listen(listener_, 16) != 0 ||
        getsockname(listener_, reinterpret_cast<sockaddr*>(&address), &size) != 0) {
      throw std::runtime_error("the proxy cannot listen");
    }
    port_ = ntohs(address.sin_port);
    thread_ = std::thread([this] { serve(); });
  }
  ~CuttingProxy() {
    ended_ = true;
    thread_.join();
    for (auto& relay : relays_) relay.join();
    close(listener_);
  }
  CuttingProxy(const CuttingProxy&) = delete;
  CuttingProxy& operator=(const CuttingProxy&) = delete;

  [[nodiscard]] std::uint16_t port() const { return port_; }
  void arm(Cut cut) { cut_ = cut; }
  // Lets so many more bytes of clients through, wherever that ends, and cuts then.
  void cut_within(long bytes) { bytes_left_ = bytes; }
  // While it refuses, new connections are closed at once.
  void refuse(bool yes) { refuses_ = yes; }
  // Closes the next so many.
  void refuse_next(int connections) { refused_ = connections; }
  // How often it has cut.
  [[nodiscard]] int cuts() const { return cuts_; }

 private:
  static sockaddr_in local(std::uint16_t port) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(port);
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    return address;
  }

  static bool readable(int descriptor, int timeout_ms) {
    pollfd watched{descriptor, POLLIN, 0};
    return poll(&watched, 1, timeout_ms) > 0;
  }

  static bool pass_all(int to, const char* data, ssize_t size) {
    while (size > 0) {
      const ssize_t sent = send(to, data, static_cast<std::size_t>(size), MSG_NOSIGNAL);
      if (sent <= 0) return false;
      data += sent;
      size -= sent;
    }
    return true;
  }

  void serve() {
    while (!ended_) {
      if (!readable(listener_, 20)) continue;
      const int client = accept(listener_, nullptr, nullptr);
      const bool counted = refused_ > 0 && refused_-- > 0;
      if (refuses_ || counted) {
        close(client);
        continue;
      }
      relays_.emplace_back([this, client] {
        const int server = socket(AF_INET, SOCK_STREAM, 0);
        sockaddr_in address = local(target_port_);
        if (connect(server, reinterpret_cast<sockaddr*>(&address), sizeof(address)) == 0) relay(client, server);
        close(client);
        close(server);
      });
    }
  }

  // Until the server has said the word in its turn (the tag of the command): a socket that is closed with bytes unread
  // takes back what was sent to the server, too.
  void await_word(int server, std::span<char> buffer) const {
    std::string heard;
    while (heard.find(word_) == std::string::npos && readable(server, 10'000)) {
      const ssize_t count = recv(server, buffer.data(), buffer.size(), 0);
      if (count <= 0) return;
      heard.append(buffer.data(), static_cast<std::size_t>(count));
    }
  }

  void relay(int client, int server) {
    std::array<char, 65536> buffer;
    while (!ended_) {
      std::array<pollfd, 2> watched{{{client, POLLIN, 0}, {server, POLLIN, 0}}};
      if (poll(watched.data(), watched.size(), 20) <= 0) continue;
      if (watched[0].revents != 0) {
        const ssize_t count = recv(client, buffer.data(), buffer.size(), 0);
        if (count <= 0) return;
        if (const long left = bytes_left_; left >= 0) {
          bytes_left_ = left < count ? -1 : left - count;
          if (left < count) {
            ++cuts_;
            (void)pass_all(server, buffer.data(), left);
            return;
          }
        }
        const bool hit = std::string_view(buffer.data(),
                                          static_cast<std::size_t>(count)).find(word_) != std::string_view::npos;
        const Cut cut = hit ? cut_.exchange(Cut::never) : Cut::never;
        if (cut != Cut::never) ++cuts_;
        if (cut == Cut::before || !pass_all(server, buffer.data(), count)) return;
        if (cut == Cut::after) {
          await_word(server, buffer);
          return;
        }
      }
      if (watched[1].revents != 0) {
        const ssize_t count = recv(server, buffer.data(), buffer.size(), 0);
        if (count <= 0 || !pass_all(client, buffer.data(), count)) return;
      }
    }
  }

  std::uint16_t target_port_;
  std::uint16_t port_ = 0;
  std::string word_;
  int listener_ = -1;
  std::atomic<Cut> cut_{Cut::never};
  std::atomic<int> cuts_{0};
  std::atomic<long> bytes_left_{-1};  // -1: as many as there are
  std::atomic<bool> refuses_{false};
  std::atomic<int> refused_ = 0;
  std::atomic<bool> ended_{false};
  std::vector<std::thread> relays_;  // touched by thread_ only, until it has ended
  std::thread thread_;
};

}  // namespace sinkway::test
