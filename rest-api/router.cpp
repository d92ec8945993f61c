#include "rest-api/router.hpp"

#include <algorithm>
#include <charconv>

#include "rest-api/problem.hpp"

namespace sinkway::rest {
namespace {

bool is_variable(std::string_view part) { return part.starts_with('{'); }

bool is_int(std::string_view text) {
  int number = 0;
  const auto [end, code] = std::from_chars(text.data(), text.data() + text.size(), number);
  return code == std::errc() && end == text.data() + text.size();
}

std::vector<std::string> split(std::string_view path) {
  std::vector<std::string> parts;
  for (std::size_t at = 1; at < path.size();) {
    const std::size_t slash = std::min(path.find('/', at), path.size());
    parts.emplace_back(path.substr(at, slash - at));
    at = slash + 1;
  }
  return parts;
}

std::string joined(const std::vector<std::string>& names, std::string_view between) {
  std::string text;
  for (const auto& name : names) text += (text.empty() ? "" : std::string(between)) + name;
  return text;
}

}  // namespace

void Router::add(std::string_view method, std::string_view path, Takes takes, Handler handler) {
  auto route = std::find_if(routes_.begin(), routes_.end(), [&](const Route& one) { return one.path == path; });
  if (route == routes_.end()) route = routes_.insert(routes_.end(), Route{std::string(path), split(path), {}});
  route->methods.push_back({std::string(method), takes, std::move(handler)});
}

std::vector<std::string> Router::routes() const {
  std::vector<std::string> all;
  for (const auto& route : routes_)
    for (const auto& method : route.methods) all.push_back(method.name + " " + route.path);
  return all;
}

Router::Match Router::find(const Target& target) const {
  for (const auto& route : routes_) {
    if (route.pattern.size() != target.segments.size()) continue;
    Match match{&route, {}};
    for (std::size_t n = 0; match.route && n < route.pattern.size(); ++n) {
      const std::string& part = route.pattern[n];
      if (is_variable(part) && (!part.ends_with(":int}") || is_int(target.segments[n])))
        match.arguments.push_back(target.segments[n]);
      else if (is_variable(part) || part != target.segments[n])
        match.route = nullptr;
    }
    if (match.route) return match;
  }
  return {};
}

void Router::dispatch(const Request& request, Send send) const {
  const auto target = parse_target(request.target);
  if (!target) return send(container_problem(400, request.method));
  const Match match = find(*target);
  if (!match.route) return send(early_problem(404));
  const std::string_view wanted = request.method == "HEAD" ? "GET" : std::string_view(request.method);
  const auto& methods = match.route->methods;
  if (wanted == "OPTIONS") {
    std::vector<std::string> names;
    for (const auto& method : methods) {
      if (method.name == "GET") names.emplace_back("HEAD");
      names.push_back(method.name);
    }
    names.emplace_back("OPTIONS");
    return send({200, "text/plain", joined(names, ", "), {{"Allow", joined(names, ",")}}});
  }
  const auto method = std::find_if(methods.begin(), methods.end(), [&](const Method& one) { return one.name == wanted; });
  if (method == methods.end()) return send(early_problem(405));
  const auto type = request.header("Content-Type");
  if (method->takes != Takes::anything && type && !is_json(*type)) return send(early_problem(415));
  if (method->takes == Takes::json_body && !type && !request.body.empty()) return send(early_problem(415));
  if (!accepts_json(request.header("Accept")) && match.route->path != "/metrics") return send(early_problem(406));
  method->handler({request, *target, match.arguments}, std::move(send));
}

}  // namespace sinkway::rest
