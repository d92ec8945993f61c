#include "host/plugin/plugin_call.hpp"

#include <fmt/format.h>

#include "host/plugin/lent_text.hpp"

namespace sinkway::plugin {
namespace {

constexpr std::int32_t kUnfilled = -1;

}  // namespace

sinkway_outcome unfilled_outcome() {
  sinkway_outcome outcome{};
  outcome.struct_size = sizeof(sinkway_outcome);
  outcome.code = kUnfilled;
  outcome.retry_after_ms = -1;
  outcome.record_index = SINKWAY_NO_RECORD;
  return outcome;
}

Outcome broken_rule(std::string_view plugin, std::string_view function, std::string_view what) {
  Outcome outcome;
  outcome.code = OutcomeCode::fatal;
  outcome.reason = fmt::format("the plugin {} is at fault in {}: {}", plugin, function, what);
  outcome.hint = "tell its authors; the conformance kit of the SDK finds such faults";
  outcome.error_id = "plugin.broken_rule";
  return outcome;
}

Outcome copied(const sinkway_outcome& outcome, std::string_view plugin, std::string_view function) {
  constexpr OutcomeCode kCodes[] = {OutcomeCode::ok, OutcomeCode::retriable, OutcomeCode::data_error, OutcomeCode::fatal,
                                    OutcomeCode::fenced};
  if (outcome.code == kUnfilled) return broken_rule(plugin, function, "it returned without filling its outcome");
  if (outcome.code < SINKWAY_OK || outcome.code > SINKWAY_FENCED)
    return broken_rule(plugin, function, fmt::format("its outcome has the unknown code {}", outcome.code));
  Outcome told;
  told.code = kCodes[outcome.code];
  if (told.ok()) return told;
  told.reason = copied(outcome.reason);
  if (told.reason.empty()) told.reason = fmt::format("{} of the plugin {} failed and gave no reason", function, plugin);
  told.hint = copied(outcome.hint);
  told.error_id = copied(outcome.error_id);
  if (outcome.retry_after_ms >= 0) told.retry_after = Milliseconds(outcome.retry_after_ms);
  if (outcome.record_index != SINKWAY_NO_RECORD) told.record_index = outcome.record_index;
  return told;
}

}  // namespace sinkway::plugin
