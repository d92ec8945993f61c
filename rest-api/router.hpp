// The table of routes, the same as the OpenAPI document.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "host/base/clock.hpp"
#include "rest-api/message.hpp"

namespace sinkway::rest {

// A request that found its route.
struct Call {
  const Request& request;
  const Target& target;
  std::vector<std::string> arguments;  // the segments that stand for {names}, in order
};

// Runs on a thread of the server; answers through `send`, now or later, on any thread. `call` is lent until the handler returns.
using Handler = std::function<void(const Call& call, Send send)>;

// What a method takes: any type; application/json or no type at all; the same, but a body without a type is refused.
enum class Takes { anything, json, json_body };

// How long a client waits for an answer, and what it reads then.
struct Patience {
  Milliseconds time;
  Response late;
};

// What a method answers with, as far as Accept is concerned.
enum class Answers { json, text };

// What few routes need. No patience: the server's own.
struct Extras {
  Answers answers = Answers::json;
  std::optional<Patience> patience;
};

// Filled at start, read by all threads afterwards.
class Router {
 public:
  // `path` like /connectors/{connector}/tasks/{task:int}/status. {name} takes any segment; behind {name:int} a method answers 404
  // unless it is an int.
  void add(std::string_view method, std::string_view path, Takes takes, Handler handler, Extras extras = {});

  // Finds the route and runs it, or answers itself: 400, 404, 405, 415, 406, HEAD and OPTIONS (rest-contract 0). A handler that
  // throws has answered 500. Returns the patience of the route, lent from the router, or null.
  const Patience* dispatch(const Request& request, const Send& send) const;

  // "GET /connectors" and so on, for the test that compares them with the OpenAPI document.
  [[nodiscard]] std::vector<std::string> routes() const;

 private:
  struct Method {
    std::string name;
    Takes takes = Takes::anything;
    Handler handler;
    Answers answers = Answers::json;
    std::optional<Patience> patience;
  };
  struct Route {
    std::string path;
    std::vector<std::string> pattern;
    std::vector<Method> methods;
  };

  struct Match {
    const Route* route = nullptr;
    std::vector<std::string> arguments;
  };
  [[nodiscard]] Match find(const Target& target) const;
  // What keeps a request from its handler, in the order of the contract; nothing: it may enter.
  static std::optional<Response> obstacle(const Request& request, const Match& match, const Method& method);
  static Response options_of(const Route& route);
  std::vector<Route> routes_;
};

}  // namespace sinkway::rest
