// The connector of a plugin: what one option alone cannot check, and what each task gets.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "plugins/sdk/cpp/config.hpp"
#include "plugins/sdk/cpp/host.hpp"

namespace sinkway::sdk {

// One finding of a validation: the option concerned, and a sentence as Connect words it.
struct Finding {
  std::string key;
  std::string message;
};

// Made for one question, then destroyed; all calls [connector-thread], they may wait for a server for some seconds. Optional: a
// plugin without it has its options checked one by one, and each task gets a copy of the configuration. May throw as a task does.
class SinkConnector {
 public:
  SinkConnector() = default;
  virtual ~SinkConnector() = default;
  SinkConnector(const SinkConnector&) = delete;
  SinkConnector& operator=(const SinkConnector&) = delete;

  // `config` may be wrong in every way: report, do not throw, for what the user can change.
  [[nodiscard]] virtual std::vector<Finding> validate(const Config& /*config*/) { return {}; }

  // What the validation that has just ended found out and is no fault: notes for people, beside the option concerned. Nothing
  // is looked at anew.
  [[nodiscard]] virtual std::vector<Finding> notes() { return {}; }

  // At most `max_tasks`; nothing: copies.
  [[nodiscard]] virtual std::optional<std::vector<Config::Entries>> task_configs(const Config& /*config*/, int /*max_tasks*/) {
    return std::nullopt;
  }

  // A named question of people and tools with JSON in and out; `changes`: it was asked so that something may be changed,
  // while no task runs. Nothing: there is no such question. A wrong argument: throw DataError.
  [[nodiscard]] virtual std::optional<std::string> query(const Config& /*config*/, std::string_view /*question*/,
                                                         bool /*changes*/, std::string_view /*argument*/) {
    return std::nullopt;
  }

  // For the SDK and for tests, before the first question.
  void attach(const Host& host) { host_ = host; }

 protected:
  [[nodiscard]] const Host& host() const { return host_; }

 private:
  Host host_;
};

}  // namespace sinkway::sdk
