// The table of routes, the same as the OpenAPI document.
#pragma once

#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <vector>

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

// Filled at start, read by all threads afterwards.
class Router {
 public:
  // `path` like /connectors/{connector}/tasks/{task:int}/status: {name:int} matches integers only.
  void add(std::string_view method, std::string_view path, Takes takes, Handler handler);

  // Finds the route and runs it, or answers itself: 400, 404, 405, 415, 406, HEAD and OPTIONS (rest-contract 0).
  void dispatch(const Request& request, Send send) const;

  // "GET /connectors" and so on, for the test that compares them with the OpenAPI document.
  [[nodiscard]] std::vector<std::string> routes() const;

 private:
  struct Method {
    std::string name;
    Takes takes = Takes::anything;
    Handler handler;
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
  std::vector<Route> routes_;
};

}  // namespace sinkway::rest
