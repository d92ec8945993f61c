#include "rest-api/server.hpp"

#include <gtest/gtest.h>

#include <atomic>
#include <deque>
#include <future>
#include <mutex>
#include <thread>

#include "tests/support/fake_herder.hpp"
#include "tests/support/http_client.hpp"

namespace sinkway::rest {
namespace {

using test::HttpClient;

unsigned short port_of(const std::string& endpoint) {
  return static_cast<unsigned short>(std::stoi(endpoint.substr(endpoint.rfind(':') + 1)));
}

// Answers of the herder that are held back until a test lets them go.
class Held {
 public:
  void hold(std::function<void()> reply) {
    const std::lock_guard guard(mutex_);
    replies_.push_back(std::move(reply));
    came_.notify_all();
  }
  // The next one; waits until it is there.
  std::function<void()> take() {
    std::unique_lock lock(mutex_);
    came_.wait(lock, [this] { return !replies_.empty(); });
    auto reply = std::move(replies_.front());
    replies_.pop_front();
    return reply;
  }

 private:
  std::mutex mutex_;
  std::condition_variable came_;
  std::deque<std::function<void()>> replies_;
};

class Serving : public testing::Test {
 protected:
  void start() {
    auto started = Server::start({{"http://127.0.0.1:0"}, {"http://127.0.0.1:0"}, 2, limits_}, herder_,
                                 [] { return std::string("up 1\n"); }, Logger::none());
    ASSERT_TRUE(started.ok()) << started.error().text();
    server_ = std::move(*started);
    port_ = port_of(server_->endpoints().at(0));
  }
  void hold_answers() {
    herder_.later = [this](std::function<void()> reply) { held_.hold(std::move(reply)); };
  }
  HttpClient client() const { return HttpClient(port_); }

  ServerLimits limits_;
  test::FakeHerder herder_;
  Held held_;
  std::unique_ptr<Server> server_;
  unsigned short port_ = 0;
};

constexpr std::string_view kGetRoot = "GET / HTTP/1.1\r\nHost: me:1\r\n\r\n";

std::string post(const std::string& body, const std::string& more = "") {
  return "POST /connectors HTTP/1.1\r\nHost: me:1\r\nContent-Type: application/json\r\n" + more +
         "Content-Length: " + std::to_string(body.size()) + "\r\n\r\n" + body;
}

// ---------------------------------------------------------------- what answers look like

TEST_F(Serving, answers_with_length_type_and_date) {
  start();
  const auto got = client().ask(kGetRoot);
  EXPECT_EQ(got.status, 200);
  EXPECT_TRUE(got.header.starts_with("HTTP/1.1 200 OK\r\n"));
  EXPECT_EQ(got.field("Content-Type"), "application/json");
  EXPECT_EQ(got.field("Content-Length"), std::to_string(got.body.size()));
  EXPECT_TRUE(got.field("Date").ends_with(" GMT"));
  EXPECT_EQ(got.field("Connection"), "");
}

TEST_F(Serving, head_has_the_length_and_no_body) {
  start();
  auto one = client();
  const auto full = one.ask(kGetRoot);
  ASSERT_TRUE(one.send("HEAD / HTTP/1.1\r\nHost: me\r\n\r\n"));
  EXPECT_EQ(one.answer(true).field("Content-Length"), std::to_string(full.body.size()));
  EXPECT_EQ(one.ask(kGetRoot).body, full.body);
}

TEST_F(Serving, answers_without_a_body_say_so) {
  start();
  herder_.put("c", {});
  auto one = client();
  const auto accepted = one.ask("PUT /connectors/c/pause HTTP/1.1\r\nHost: me\r\n\r\n");
  EXPECT_EQ(accepted.status, 202);
  EXPECT_EQ(accepted.field("Content-Length"), "0");
  EXPECT_EQ(accepted.field("Content-Type"), "");
  const auto gone = one.ask("DELETE /connectors/c HTTP/1.1\r\nHost: me\r\n\r\n");
  EXPECT_EQ(gone.status, 204);
  EXPECT_EQ(gone.field("Content-Length") + gone.field("Content-Type"), "");
  EXPECT_EQ(one.ask(kGetRoot).status, 200);
}

TEST_F(Serving, created_connectors_are_located_where_the_client_asked) {
  start();
  const auto got = client().ask(post(R"({"name":"a b","config":{}})"));
  EXPECT_EQ(got.status, 201);
  EXPECT_EQ(got.field("Location"), "http://me:1/connectors/a%20b");
}

// ---------------------------------------------------------------- how connections live

TEST_F(Serving, one_connection_answers_many_requests_in_their_order_also_when_they_come_at_once) {
  start();
  auto one = client();
  std::string many;
  for (int n = 0; n < 100; ++n) many += "GET /connectors/" + std::to_string(n) + " HTTP/1.1\r\nHost: me\r\n\r\n";
  ASSERT_TRUE(one.send(many));
  for (int n = 0; n < 100; ++n) EXPECT_NE(one.answer().body.find("Connector " + std::to_string(n) + " not found"), std::string::npos);
}

TEST_F(Serving, a_client_that_asks_to_close_is_closed_and_so_is_http_1_0) {
  start();
  auto closing = client();
  const auto got = closing.ask("GET / HTTP/1.1\r\nHost: me\r\nConnection: close\r\n\r\n");
  EXPECT_EQ(got.status, 200);
  EXPECT_EQ(got.field("Connection"), "close");
  EXPECT_TRUE(closing.at_end());
  auto old = client();
  EXPECT_EQ(old.ask("GET / HTTP/1.0\r\n\r\n").status, 200);
  EXPECT_TRUE(old.at_end());
  auto old_and_kept = client();
  EXPECT_EQ(old_and_kept.ask("GET / HTTP/1.0\r\nConnection: keep-alive\r\n\r\n").field("Connection"), "keep-alive");
  EXPECT_EQ(old_and_kept.ask("GET / HTTP/1.0\r\n\r\n").status, 200);
}

TEST_F(Serving, a_half_closed_client_gets_its_answer) {
  start();
  auto one = client();
  ASSERT_TRUE(one.send(kGetRoot));
  one.end_of_sending();
  EXPECT_EQ(one.answer().status, 200);
  EXPECT_TRUE(one.at_end());
}

TEST_F(Serving, a_request_that_is_cut_off_ends_the_connection) {
  start();
  for (const char* part : {"", "GET / HTTP/1.1\r\nHost", "POST /connectors HTTP/1.1\r\nHost: me\r\nContent-Length: 10\r\n\r\n{"}) {
    auto one = client();
    ASSERT_TRUE(one.send(part));
    one.end_of_sending();
    EXPECT_TRUE(one.at_end()) << part;
  }
}

TEST_F(Serving, slow_and_idle_clients_are_closed) {
  limits_.read_timeout = Milliseconds(30);
  start();
  for (const char* part : {"", "GET / HT", "POST /connectors HTTP/1.1\r\nHost: me\r\nContent-Length: 10\r\n\r\n{"}) {
    auto one = client();
    ASSERT_TRUE(one.send(part));
    EXPECT_TRUE(one.at_end()) << part;
  }
  auto idle = client();
  EXPECT_EQ(idle.ask(kGetRoot).status, 200);
  EXPECT_TRUE(idle.at_end());
}

TEST_F(Serving, bytes_that_trickle_do_not_extend_the_time) {
  limits_.read_timeout = Milliseconds(50);
  start();
  auto one = client();
  ASSERT_TRUE(one.send("GET / HTTP/1.1\r\nX: "));
  const auto started = std::chrono::steady_clock::now();
  while (one.send("x")) ASSERT_LT(std::chrono::steady_clock::now() - started, std::chrono::seconds(9));
}

TEST_F(Serving, fifty_clients_at_once_get_what_each_asked_for) {
  start();
  std::atomic<int> right = 0;
  std::vector<std::thread> clients;
  for (int number = 0; number < 50; ++number)
    clients.emplace_back([&, number] {
      auto one = client();
      for (int n = 0; n < 20; ++n) {
        const std::string name = std::to_string(number) + "-" + std::to_string(n);
        if (one.ask("GET /connectors/" + name + " HTTP/1.1\r\nHost: me\r\n\r\n").body.find("Connector " + name + " ") != std::string::npos)
          ++right;
      }
    });
  for (auto& each : clients) each.join();
  EXPECT_EQ(right, 50 * 20);
}

TEST_F(Serving, connections_beyond_the_limit_are_closed_and_room_is_found_again) {
  limits_.connections = 2;
  start();
  auto first = client();
  EXPECT_EQ(first.ask(kGetRoot).status, 200);
  {
    auto second = client();
    EXPECT_EQ(second.ask(kGetRoot).status, 200);
    EXPECT_EQ(client().ask(kGetRoot).status, 0);
  }
  EXPECT_EQ(first.ask(kGetRoot).status, 200);
  const auto started = std::chrono::steady_clock::now();
  while (client().ask(kGetRoot).status != 200) ASSERT_LT(std::chrono::steady_clock::now() - started, std::chrono::seconds(9));
}

// ---------------------------------------------------------------- requests that are not good

TEST_F(Serving, garbage_gets_400_and_the_end) {
  start();
  for (const std::string_view garbage :
       {std::string_view("\x00\xff\x16\x03\x01 garbage\r\n\r\n", 17), std::string_view("GET\r\n\r\n"), std::string_view("GET / HTTP/9.9\r\n\r\n"),
        std::string_view("GET / HTTP/1.1\r\nno colon here\r\n\r\n"), std::string_view("GET /a b HTTP/1.1\r\nHost: me\r\n\r\n"),
        std::string_view("POST / HTTP/1.1\r\nHost: me\r\nContent-Length: 99999999999999999999999\r\n\r\n"),
        std::string_view("POST / HTTP/1.1\r\nHost: me\r\nContent-Length: -1\r\n\r\n"),
        std::string_view("POST / HTTP/1.1\r\nHost: me\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nab"),
        std::string_view("POST / HTTP/1.1\r\nHost: me\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n")}) {
    auto one = client();
    ASSERT_TRUE(one.send(garbage));
    one.end_of_sending();
    EXPECT_EQ(one.answer().status, 400) << garbage;
    EXPECT_TRUE(one.at_end()) << garbage;
  }
  EXPECT_EQ(client().ask(kGetRoot).status, 200);
}

TEST_F(Serving, a_request_without_host_gets_400) {
  start();
  EXPECT_EQ(client().ask("GET / HTTP/1.1\r\n\r\n").status, 400);
}

TEST_F(Serving, bad_json_gets_500_and_the_connection_lives_on) {
  start();
  auto one = client();
  const auto got = one.ask(post("{\"name\":"));
  EXPECT_EQ(got.status, 500);
  EXPECT_TRUE(got.body.starts_with(R"({"error_code":500,"message":")"));
  EXPECT_EQ(one.ask(kGetRoot).status, 200);
}

TEST_F(Serving, a_body_that_is_too_large_gets_413_whether_it_is_announced_or_sent) {
  limits_.body_bytes = 100'000;
  start();
  auto announced = client();
  const auto got =
      announced.ask("POST /connectors HTTP/1.1\r\nHost: me\r\nContent-Type: application/json\r\nContent-Length: 99999999999\r\n\r\n");
  EXPECT_EQ(got.status, 413);
  EXPECT_EQ(got.field("Content-Type"), "application/json");
  EXPECT_EQ(got.field("Connection"), "close");
  EXPECT_EQ(got.body, R"({"error_code":413,"message":"The body is larger than 100000 bytes"})");
  announced.end_of_sending();
  EXPECT_TRUE(announced.at_end());
  auto sent = client();
  ASSERT_TRUE(sent.send(post(std::string(3'000'000, ' '))));
  EXPECT_EQ(sent.answer().status, 413);
  auto chunked = client();
  ASSERT_TRUE(chunked.send("POST /connectors HTTP/1.1\r\nHost: me\r\nTransfer-Encoding: chunked\r\n\r\n"));
  const std::string chunk = "4000\r\n" + std::string(0x4000, ' ') + "\r\n";
  for (int n = 0; n < 50; ++n) ASSERT_TRUE(chunked.send(chunk));
  EXPECT_EQ(chunked.answer().status, 413);
  EXPECT_EQ(client().ask(post(R"({"name":"x","config":{"a":")" + std::string(99'000, 'x') + "\"}}")).status, 201);
}

TEST_F(Serving, a_header_that_is_too_large_gets_431) {
  start();
  auto one = client();
  ASSERT_TRUE(one.send("GET / HTTP/1.1\r\nHost: me\r\nX: " + std::string(100'000, 'a') + "\r\n\r\n"));
  const auto got = one.answer();
  EXPECT_EQ(got.status, 431);
  EXPECT_TRUE(got.body.starts_with(R"({"error_code":431,)"));
  EXPECT_EQ(client().ask("GET / HTTP/1.1\r\nHost: me\r\nX: " + std::string(8'000, 'a') + "\r\n\r\n").status, 200);
}

// ---------------------------------------------------------------- less usual, but right

TEST_F(Serving, a_chunked_body_is_read) {
  start();
  const auto got = client().ask(
      "POST /connectors HTTP/1.1\r\nHost: me\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n"
      "8\r\n{\"name\":\r\n10;x=y\r\n\"x\",\"config\":{}}\r\n0\r\nTrailer: t\r\n\r\n");
  EXPECT_EQ(got.status, 201) << got.body;
}

TEST_F(Serving, a_client_that_waits_for_100_gets_it_unless_its_body_is_too_large) {
  start();
  auto one = client();
  const std::string body = R"({"name":"x","config":{}})";
  const std::string whole = post(body, "Expect: 100-Continue\r\n");
  ASSERT_TRUE(one.send(whole.substr(0, whole.size() - body.size())));
  EXPECT_EQ(one.answer().status, 100);
  EXPECT_EQ(one.ask(body).status, 201);
  auto large = client();
  EXPECT_EQ(large.ask("POST /connectors HTTP/1.1\r\nHost: me\r\nExpect: 100-continue\r\nContent-Length: 9999999\r\n\r\n").status, 413);
}

TEST_F(Serving, an_offer_to_upgrade_is_ignored) {
  start();
  auto one = client();
  const auto got = one.ask(
      "PUT /connectors/x/config HTTP/1.1\r\nHost: me\r\nConnection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\n"
      "HTTP2-Settings: AAEAAEAAAAIAAAABAAMAAABkAAQBAAAAAAUAAEAA\r\nContent-Type: application/json\r\nContent-Length: 2\r\n\r\n{}");
  EXPECT_EQ(got.status, 201);
  EXPECT_EQ(one.ask(kGetRoot).status, 200);
}

TEST_F(Serving, several_accept_headers_are_one_list) {
  start();
  EXPECT_EQ(client().ask("GET / HTTP/1.1\r\nHost: me\r\nAccept: text/plain\r\nAccept: application/json\r\n\r\n").status, 200);
  EXPECT_EQ(client().ask("GET / HTTP/1.1\r\nHost: me\r\nAccept: text/plain\r\nAccept: text/html\r\n\r\n").status, 406);
}

TEST_F(Serving, a_metrics_listener_serves_metrics_only) {
  start();
  HttpClient one(port_of(server_->metrics_endpoints().at(0)));
  const auto got = one.ask("GET /metrics HTTP/1.1\r\nHost: me\r\nAccept: application/openmetrics-text;version=1.0.0,*/*;q=0.1\r\n\r\n");
  EXPECT_EQ(got.status, 200);
  EXPECT_EQ(got.field("Content-Type"), "text/plain; version=0.0.4; charset=utf-8");
  EXPECT_EQ(got.body, "up 1\n");
  for (const char* path : {"/", "/health", "/connectors"})
    EXPECT_EQ(one.ask("GET " + std::string(path) + " HTTP/1.1\r\nHost: me\r\n\r\n").status, 404);
}

// ---------------------------------------------------------------- answers that come later, or never

TEST_F(Serving, an_answer_may_come_from_another_thread) {
  hold_answers();
  start();
  auto one = client();
  ASSERT_TRUE(one.send(post(R"({"name":"x","config":{}})")));
  std::thread([this] { held_.take()(); }).join();
  EXPECT_EQ(one.answer().status, 201);
}

TEST_F(Serving, a_herder_that_does_not_answer_costs_the_request_and_not_the_connection) {
  limits_.request_timeout = Milliseconds(20);
  hold_answers();
  start();
  auto one = client();
  const auto got = one.ask(post(R"({"name":"x","config":{}})"));
  EXPECT_EQ(got.status, 500);
  EXPECT_TRUE(got.body.starts_with(R"({"error_code":500,"message":"Request timed out)")) << got.body;
  held_.take()();  // too late: it must not become the answer to the next request
  EXPECT_EQ(one.ask("GET /connectors HTTP/1.1\r\nHost: me\r\n\r\n").body, R"(["x"])");
  const auto health = one.ask("GET /health HTTP/1.1\r\nHost: me\r\n\r\n");
  EXPECT_EQ(health.status, 500);
  EXPECT_TRUE(health.body.starts_with(R"({"status":"unhealthy")")) << health.body;
}

TEST_F(Serving, a_client_that_left_does_not_matter_to_the_answer) {
  hold_answers();
  start();
  auto one = client();
  ASSERT_TRUE(one.send(post(R"({"name":"x","config":{}})")));
  const auto reply = held_.take();
  one.disconnect();
  reply();
  EXPECT_EQ(client().ask(kGetRoot).status, 200);
}

// ---------------------------------------------------------------- the end

TEST_F(Serving, stop_closes_idle_connections_lets_a_running_request_end_and_takes_no_new_ones) {
  hold_answers();
  start();
  auto idle = client();
  EXPECT_EQ(idle.ask(kGetRoot).status, 200);
  auto busy = client();
  ASSERT_TRUE(busy.send(post(R"({"name":"x","config":{}})") + std::string(kGetRoot)));
  const auto reply = held_.take();
  auto stopped = std::async(std::launch::async, [this] { server_->stop(); });
  EXPECT_TRUE(idle.at_end());
  reply();
  const auto got = busy.answer();
  EXPECT_EQ(got.status, 201);
  EXPECT_EQ(got.field("Connection"), "close");
  stopped.get();
  EXPECT_EQ(client().ask(kGetRoot).status, 0);
  server_->stop();
}

TEST_F(Serving, stop_does_not_wait_for_ever_and_an_answer_after_the_end_goes_nowhere) {
  limits_.stop_timeout = Milliseconds(30);
  hold_answers();
  start();
  auto one = client();
  ASSERT_TRUE(one.send(post(R"({"name":"x","config":{}})")));
  auto reply = held_.take();
  server_->stop();
  server_.reset();
  reply();
  reply = nullptr;
  EXPECT_EQ(one.answer().status, 0);
}

TEST_F(Serving, a_server_may_end_while_answers_come) {
  for (int round = 0; round < 20; ++round) {
    limits_.stop_timeout = Milliseconds(0);
    hold_answers();
    start();
    auto one = client();
    ASSERT_TRUE(one.send(post(R"({"name":"x","config":{}})")));
    std::thread late([reply = held_.take()] { reply(); });
    server_.reset();
    late.join();
  }
}

// ---------------------------------------------------------------- listeners

TEST_F(Serving, a_port_that_is_taken_is_an_error_that_names_the_listener) {
  start();
  const std::string taken = "http://127.0.0.1:" + std::to_string(port_);
  const auto second = Server::start({{"http://127.0.0.1:0", taken}, {}, 1, {}}, herder_, [] { return std::string(); }, Logger::none());
  ASSERT_FALSE(second.ok());
  EXPECT_NE(second.error().text().find(taken), std::string::npos) << second.error().text();
  EXPECT_NE(second.error().text().find("in use"), std::string::npos) << second.error().text();
}

TEST_F(Serving, listeners_may_be_names_and_every_address) {
  auto started = Server::start({{"http://localhost:0", "http://:0", "HTTP://127.0.0.1:0"}, {}, 1, {}}, herder_,
                               [] { return std::string(); }, Logger::none());
  ASSERT_TRUE(started.ok()) << started.error().text();
  for (const auto& endpoint : (*started)->endpoints()) {
    EXPECT_TRUE(endpoint.starts_with("http://")) << endpoint;
    EXPECT_EQ(HttpClient(port_of(endpoint)).ask(kGetRoot).status, 200) << endpoint;
  }
}

TEST(Listeners, are_taken_apart_or_refused) {
  const struct {
    const char* text;
    const char* host;  // null: refused
    unsigned short port;
  } cases[] = {{"http://127.0.0.1:8083", "127.0.0.1", 8083},
               {"http://:8083", "", 8083},
               {"http://[::1]:0", "::1", 0},
               {"HTTP://worker.example:65535", "worker.example", 65535},
               {"http://localhost", nullptr, 0},
               {"http://localhost:", nullptr, 0},
               {"http://localhost:65536", nullptr, 0},
               {"http://localhost:-1", nullptr, 0},
               {"http://localhost:80x", nullptr, 0},
               {"https://localhost:8443", nullptr, 0},
               {"ftp://localhost:21", nullptr, 0},
               {"localhost:8083", nullptr, 0},
               {"http", nullptr, 0},
               {"", nullptr, 0}};
  for (const auto& one : cases) {
    const auto parsed = parse_listener(one.text);
    ASSERT_EQ(parsed.ok(), one.host != nullptr) << one.text;
    if (!parsed.ok()) {
      EXPECT_NE(parsed.error().message().find(one.text), std::string::npos);
      continue;
    }
    EXPECT_EQ(parsed->host, one.host);
    EXPECT_EQ(parsed->port, one.port);
  }
}

}  // namespace
}  // namespace sinkway::rest
