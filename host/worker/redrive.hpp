// Records that a plugin has kept as dead letters, put into it once more.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "host/plugin/sink_task_proxy.hpp"
#include "host/task/cancel_signal.hpp"
#include "host/task/task.hpp"

namespace sinkway::worker {

// A record as Kafka held it.
struct KeptMessage {
  std::string topic;
  std::int32_t partition = 0;
  std::int64_t offset = 0;
  std::int64_t timestamp = -1;  // milliseconds
  std::optional<std::string> key;
  std::optional<std::string> value;
  std::vector<std::pair<std::string, std::optional<std::string>>> headers{};
};

struct Redriven {
  plugin::Outcome outcome;  // of the plugin; not ok: nothing has changed
  // Positions among the messages of those that are still rejected, and why.
  std::vector<std::pair<std::size_t, std::string>> refused;
};

// The key of the configuration that tells a task it is made for a redrive: it gets no partition, and what it is given are
// letters, which it takes away in the transaction that writes their records.
inline constexpr std::string_view kRedriveKey = "sinkway.redrive";

// Converts the messages as a task of this connector does, with the hint of the sink's columns for their topics, and puts
// them, all in one batch, into a task of their own, beside those that run. What cannot be converted is refused and not put;
// when the task does not start, nothing is. May wait for a server, until `cancel` is raised. [connector-thread]
[[nodiscard]] Redriven redrive(const task::TaskSpec& spec, const std::vector<KeptMessage>& messages, task::CancelSignal& cancel);

}  // namespace sinkway::worker
