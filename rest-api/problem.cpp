#include "rest-api/problem.hpp"

#include <nlohmann/json.hpp>

namespace sinkway::rest {
namespace {

constexpr std::string_view kJson = "application/json";

std::string envelope(int status, std::string_view message) {
  nlohmann::ordered_json body;
  body["error_code"] = status;
  body["message"] = message;
  return body.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
}

}  // namespace

std::string_view reason_phrase(int status) {
  switch (status) {
    case 200: return "OK";
    case 201: return "Created";
    case 202: return "Accepted";
    case 204: return "No Content";
    case 400: return "Bad Request";
    case 404: return "Not Found";
    case 405: return "Method Not Allowed";
    case 406: return "Not Acceptable";
    case 408: return "Request Timeout";
    case 409: return "Conflict";
    case 413: return "Request Entity Too Large";
    case 415: return "Unsupported Media Type";
    case 431: return "Request Header Fields Too Large";
    case 503: return "Service Unavailable";
    default: return "Internal Server Error";
  }
}

Response problem(int status, std::string_view message) { return {status, std::string(kJson), envelope(status, message), {}}; }

Response early_problem(int status) {
  return {status, "", envelope(status, "HTTP " + std::to_string(status) + " " + std::string(reason_phrase(status))), {}};
}

Response container_problem(int status, std::string_view method) {
  if (method != "GET" && method != "POST") return {status, "", "", {}};
  const std::string title = std::to_string(status) + " " + std::string(reason_phrase(status));
  return {status, "text/html;charset=iso-8859-1",
          "<html><head><title>" + title + "</title></head><body><h1>" + title + "</h1></body></html>\n", {}};
}

Response problem(const herder::Refusal& refusal) {
  switch (refusal.kind) {
    case herder::Refusal::Kind::not_found: return problem(404, refusal.message);
    case herder::Refusal::Kind::already_exists:
    case herder::Refusal::Kind::conflict: return problem(409, refusal.message);
    case herder::Refusal::Kind::bad_request: return problem(400, refusal.message);
    case herder::Refusal::Kind::internal: break;
  }
  return problem(500, refusal.message);
}

}  // namespace sinkway::rest
