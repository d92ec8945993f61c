#include "rest-api/router.hpp"

#include <gtest/gtest.h>

#include <stdexcept>

namespace sinkway::rest {
namespace {

// A router with one route of each sort; handlers answer with their own name and what they were given.
class Routing : public testing::Test {
 protected:
  Routing() {
    router_.add("GET", "/things", Takes::json, echo("list"));
    router_.add("POST", "/things", Takes::json_body, echo("create"));
    router_.add("GET", "/things/{thing}", Takes::json, echo("read"));
    router_.add("DELETE", "/things/{thing}", Takes::json, echo("delete"));
    router_.add("PATCH", "/things/{thing}", Takes::json_body, echo("patch"));
    router_.add("PUT", "/things/{thing}", Takes::json_body, echo("put"));
    router_.add("GET", "/things/{thing}/parts/{part:int}", Takes::json, echo("part"));
    router_.add("PUT", "/things/{thing}/poke", Takes::json, echo("poke"));
    router_.add("GET", "/", Takes::anything, echo("root"));
    router_.add("GET", "/text", Takes::anything, echo("text"), {Answers::text, std::nullopt});
    router_.add("GET", "/slow", Takes::anything, echo("slow"), {Answers::json, Patience{Milliseconds(5), {503, "", "late", {}}}});
    router_.add("GET", "/broken", Takes::anything, [](const Call&, const Send&) { throw std::runtime_error("secret"); });
  }

  static Handler echo(const char* name) {
    return [name](const Call& call, const Send& send) {
      std::string text = name;
      for (const auto& argument : call.arguments) text += " " + argument;
      send({200, "application/json", text, {}});
    };
  }

  Response ask(const Request& request) {
    int answers = 0;
    Response received;
    patience_ = router_.dispatch(request, [&](Response response) {
      ++answers;
      received = std::move(response);
    });
    EXPECT_EQ(answers, 1);
    return received;
  }
  Response ask(const char* method, const char* target, decltype(Request::headers) headers = {}, const char* body = "") {
    return ask(Request{method, target, std::move(headers), body});
  }

  Router router_;
  const Patience* patience_ = nullptr;
};

TEST_F(Routing, finds_the_handler_and_its_arguments) {
  EXPECT_EQ(ask("GET", "/").body, "root");
  EXPECT_EQ(ask("GET", "/things").body, "list");
  EXPECT_EQ(ask("GET", "/things/").body, "list");
  EXPECT_EQ(ask("GET", "/things/a%20b").body, "read a b");
  EXPECT_EQ(ask("DELETE", "/things/x;v=1").body, "delete x");
  EXPECT_EQ(ask("GET", "/things/x/parts/-7").body, "part x -7");
  EXPECT_EQ(ask("HEAD", "/things").body, "list");
}

TEST_F(Routing, refuses_in_the_order_of_the_contract) {
  const decltype(Request::headers) text_type{{"Content-Type", "text/plain"}}, no_type{{"Content-Type", "json"}},
      bad_accept{{"Accept", "text/plain"}}, both{{"Content-Type", "text/plain"}, {"Accept", "text/plain"}};
  const struct {
    const char* method;
    const char* target;
    decltype(Request::headers) headers;
    const char* body;
    int status;
    bool with_type;
  } cases[] = {
      {"GET", "/nothing", {}, "", 404, false},
      {"GET", "/Things", {}, "", 404, false},
      {"GET", "/things/x/y", {}, "", 404, false},
      {"GET", "/nothing", both, "", 404, false},
      {"HEAD", "/nothing", {}, "", 404, false},
      {"OPTIONS", "/nothing", {}, "", 404, false},
      {"POST", "/nothing", no_type, "", 400, true},
      {"PATCH", "/things", {}, "", 405, false},
      {"PATCH", "/things", both, "", 405, false},
      {"HEAD", "/things/x/poke", {}, "", 405, false},
      {"get", "/things", {}, "", 405, false},
      {"BREW", "/things", {}, "", 405, false},
      {"GET", "/things", text_type, "", 415, false},
      {"GET", "/things", both, "", 415, false},
      {"DELETE", "/things/x", text_type, "", 415, false},
      {"PUT", "/things/x/poke", text_type, "", 415, false},
      {"POST", "/things", {{"Content-Type", "application/vnd.x+json"}}, "{}", 415, false},
      {"POST", "/things", {}, "{}", 415, true},
      {"GET", "/things", bad_accept, "", 406, false},
      {"GET", "/", bad_accept, "", 406, false},
      {"GET", "/things/x/parts/abc", {}, "", 404, true},
      {"GET", "/things/x/parts/99999999999", {}, "", 404, true},
      {"POST", "/things/x/parts/abc", {}, "", 405, false},
      {"GET", "/things/x/parts/abc", bad_accept, "", 406, false},
  };
  for (const auto& one : cases) {
    SCOPED_TRACE(std::string(one.method) + " " + one.target);
    const Response response = ask(one.method, one.target, one.headers, one.body);
    EXPECT_EQ(response.status, one.status);
    EXPECT_EQ(response.content_type.empty(), !one.with_type);
    if (one.status == 400) continue;
    EXPECT_TRUE(response.body.starts_with("{\"error_code\":" + std::to_string(one.status) + ",\"message\":\"HTTP ")) << response.body;
  }
}

TEST_F(Routing, takes_types_that_json_matches_and_bodies_that_nobody_reads) {
  for (const char* type : {"application/json", "application/json; charset=utf-8", "APPLICATION/JSON", "*/*", "application/*"})
    EXPECT_EQ(ask("POST", "/things", {{"Content-Type", type}}, "{}").body, "create") << type;
  EXPECT_EQ(ask("POST", "/things").body, "create");
  EXPECT_EQ(ask("PUT", "/things/x/poke", {}, "{garbage").body, "poke x");
  EXPECT_EQ(ask("GET", "/", {{"Content-Type", "text/plain"}}).body, "root");
  EXPECT_EQ(ask("GET", "/text", {{"Accept", "text/plain;version=0.0.4"}}).body, "text");
}

TEST_F(Routing, refuses_a_bad_target_as_a_container_does) {
  const Response page = ask("GET", "/things//");
  EXPECT_EQ(page.status, 400);
  EXPECT_EQ(page.content_type, "text/html;charset=iso-8859-1");
  EXPECT_TRUE(page.body.starts_with("<html>"));
  for (const char* method : {"PUT", "DELETE", "PATCH"}) {
    const Response empty = ask(method, "/things/a%2Fb");
    EXPECT_EQ(empty.status, 400);
    EXPECT_EQ(empty.body + empty.content_type, "");
  }
}

TEST_F(Routing, lists_what_a_path_can_do) {
  const std::pair<const char*, const char*> cases[] = {{"/", "HEAD, GET, OPTIONS"},
                                                       {"/things", "HEAD, POST, GET, OPTIONS"},
                                                       {"/things/x", "HEAD, DELETE, GET, OPTIONS, PUT, PATCH"},
                                                       {"/things/x/poke", "OPTIONS, PUT"}};
  for (const auto& [target, expected] : cases) {
    const Response response = ask("OPTIONS", target);
    EXPECT_EQ(response.status, 200);
    EXPECT_EQ(response.content_type, "text/plain");
    EXPECT_EQ(response.body, expected);
    std::string allow = expected;
    std::erase(allow, ' ');
    ASSERT_EQ(response.headers.size(), 1U);
    EXPECT_EQ(response.headers[0], (std::pair<std::string, std::string>("Allow", allow)));
  }
}

TEST_F(Routing, answers_for_a_handler_that_throws_and_quotes_nothing) {
  const Response response = ask("GET", "/broken");
  EXPECT_EQ(response.status, 500);
  EXPECT_EQ(response.body.find("secret"), std::string::npos);
}

TEST_F(Routing, tells_how_patient_a_route_is) {
  ask("GET", "/things");
  EXPECT_EQ(patience_, nullptr);
  ask("GET", "/slow");
  ASSERT_NE(patience_, nullptr);
  EXPECT_EQ(patience_->late.body, "late");
}

TEST_F(Routing, lists_its_routes) {
  const auto routes = router_.routes();
  ASSERT_EQ(routes.size(), 12U);
  EXPECT_EQ(routes[0], "GET /things");
  EXPECT_EQ(routes[6], "GET /things/{thing}/parts/{part:int}");
}

}  // namespace
}  // namespace sinkway::rest
