// From what the herder answers to what a client receives.
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <variant>

#include "host/herder/herder.hpp"
#include "rest-api/message.hpp"
#include "rest-api/problem.hpp"

namespace sinkway::rest {

inline constexpr const char* kNoBody = "The request needs a body: a JSON object";

// No body, or JSON null where an object is needed.
[[nodiscard]] inline bool is_nothing(std::string_view body) {
  constexpr std::string_view kBlank = " \t\r\n";
  const auto from = body.find_first_not_of(kBlank);
  return from == body.npos || body.substr(from, body.find_last_not_of(kBlank) - from + 1) == "null";
}

[[nodiscard]] inline Response json(std::string body, int status = 200) {
  return {status, "application/json", std::move(body), {}};
}
[[nodiscard]] inline Response nothing(int status) { return {status, "", "", {}}; }

// The response of an answer: `show` turns the value into one, a refusal becomes its problem.
template <typename T, typename Show>
[[nodiscard]] Response respond(const herder::Answer<T>& answer, Show show) {
  if (const auto* refusal = std::get_if<herder::Refusal>(&answer)) return problem(*refusal);
  return show(std::get<T>(answer));
}

// The same for answers that come later.
template <typename T, typename Show>
[[nodiscard]] herder::Reply<T> replying(Send send, Show show) {
  return [send = std::move(send), show = std::move(show)](herder::Answer<T> answer) { send(respond(answer, show)); };
}

}  // namespace sinkway::rest
