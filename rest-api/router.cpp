#include "rest-api/router.hpp"

#include <algorithm>
#include <exception>

#include "rest-api/problem.hpp"

namespace sinkway::rest {
namespace {

constexpr std::string_view kInt = ":int}";

bool is_variable(std::string_view part) { return part.starts_with('{'); }

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

void Router::add(std::string_view method, std::string_view path, Takes takes, Handler handler, Extras extras) {
  auto route = std::find_if(routes_.begin(), routes_.end(), [&](const Route& one) { return one.path == path; });
  if (route == routes_.end()) route = routes_.insert(routes_.end(), Route{std::string(path), split(path), {}});
  route->methods.push_back({std::string(method), takes, std::move(handler), extras.answers, std::move(extras.patience)});
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
      if (is_variable(route.pattern[n]))
        match.arguments.push_back(target.segments[n]);
      else if (route.pattern[n] != target.segments[n])
        match.route = nullptr;
    }
    if (match.route) return match;
  }
  return {};
}

std::optional<Response> Router::obstacle(const Request& request, const Match& match, const Method& method) {
  const auto type = request.header("Content-Type");
  if (method.takes != Takes::anything && type && !is_json(*type)) return early_problem(415);
  if (method.answers == Answers::json && !accepts_json(request.header("Accept"))) return early_problem(406);
  // Found inside of the resource by Kafka Connect, hence with a Content-Type.
  if (method.takes == Takes::json_body && !type && !request.body.empty())
    return problem(415, "HTTP 415 Unsupported Media Type");
  for (std::size_t n = 0, argument = 0; n < match.route->pattern.size(); ++n) {
    const std::string& part = match.route->pattern[n];
    if (!is_variable(part)) continue;
    if (part.ends_with(kInt) && !parse_int(match.arguments[argument])) return problem(404, "HTTP 404 Not Found");
    ++argument;
  }
  return std::nullopt;
}

const Patience* Router::dispatch(const Request& request, const Send& send) const {
  const auto refuse = [&send](Response response) -> const Patience* {
    send(std::move(response));
    return nullptr;
  };
  const auto target = parse_target(request.target);
  const auto type = request.header("Content-Type");
  if (!target || (type && !is_media_type(*type))) return refuse(container_problem(400, request.method));
  const Match match = find(*target);
  if (!match.route) return refuse(early_problem(404));
  if (request.method == "OPTIONS") return refuse(options_of(*match.route));
  const std::string_view wanted = request.method == "HEAD" ? "GET" : std::string_view(request.method);
  const auto& methods = match.route->methods;
  const auto method = std::find_if(methods.begin(), methods.end(), [&](const Method& one) { return one.name == wanted; });
  if (method == methods.end()) return refuse(early_problem(405));
  if (auto response = obstacle(request, match, *method)) return refuse(std::move(*response));
  try {
    method->handler({request, *target, match.arguments}, send);
  } catch (const std::exception&) {
    // Not its text: it may quote a value.
    return refuse(problem(500, "The worker failed while it answered this request"));
  }
  return method->patience ? &*method->patience : nullptr;
}

// In the order in which Kafka Connect's workers list them.
Response Router::options_of(const Route& route) {
  std::vector<std::string> names;
  for (const std::string_view name : {"HEAD", "DELETE", "POST", "GET", "OPTIONS", "PUT", "PATCH"}) {
    const std::string_view served = name == "HEAD" ? "GET" : name;
    const auto serves = [&](const Method& one) { return one.name == served; };
    if (std::any_of(route.methods.begin(), route.methods.end(), serves) || name == "OPTIONS") names.emplace_back(name);
  }
  return {200, "text/plain", joined(names, ", "), {{"Allow", joined(names, ",")}}};
}

}  // namespace sinkway::rest
