// The error body of the contract: {"error_code": status, "message": text}.
#pragma once

#include <string>
#include <string_view>

#include "host/herder/herder.hpp"
#include "rest-api/message.hpp"

namespace sinkway::rest {

// An error that a resource answers.
[[nodiscard]] Response problem(int status, std::string_view message);
// An error before a resource was entered: the same body without a Content-Type, as Kafka Connect has it.
[[nodiscard]] Response early_problem(int status);
// An error of the HTTP container, outside of the contract: a page for GET and POST, nothing for the rest.
[[nodiscard]] Response container_problem(int status, std::string_view method);
[[nodiscard]] Response problem(const herder::Refusal& refusal);

[[nodiscard]] std::string_view reason_phrase(int status);

}  // namespace sinkway::rest
