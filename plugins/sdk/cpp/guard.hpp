// Where exceptions end: a call into C++ code becomes an outcome of the ABI.
#pragma once

#include <exception>
#include <string>
#include <utility>

#include "plugins/sdk/cpp/config.hpp"
#include "plugins/sdk/cpp/sink_error.hpp"

namespace sinkway::sdk {

// Keeps the texts of the last outcome of one object alive until the next call into it, as the ABI promises.
class Guard {
 public:
  // Runs `body` and fills `outcome`. The one try of the SDK.
  template <typename Body>
  void run(sinkway_outcome& outcome, Body&& body) noexcept {
    fill(outcome, SINKWAY_OK, {}, {}, SINKWAY_NO_RECORD);
    try {
      std::forward<Body>(body)();
    } catch (const SinkError& error) {
      fill(outcome, error.code(), error.what(), error.details(), error.record_index());
    } catch (const std::exception& error) {
      fill(outcome, SINKWAY_FATAL, std::string("unexpected exception: ") + error.what(), {{}, "plugin.exception"},
           SINKWAY_NO_RECORD);
    } catch (...) {
      fill(outcome, SINKWAY_FATAL, "unexpected exception of an unknown type", {{}, "plugin.exception"}, SINKWAY_NO_RECORD);
    }
  }

 private:
  void fill(sinkway_outcome& outcome, int code, std::string reason, ErrorDetails details, std::size_t record_index) {
    reason_ = std::move(reason);
    details_ = std::move(details);
    outcome.code = code;
    outcome.reason = lend(reason_);
    outcome.hint = lend(details_.hint);
    outcome.error_id = lend(details_.error_id);
    outcome.retry_after_ms = details_.retry_after.count() < 0 ? -1 : details_.retry_after.count();
    outcome.record_index = record_index;
  }

  std::string reason_;
  ErrorDetails details_;
};

}  // namespace sinkway::sdk
