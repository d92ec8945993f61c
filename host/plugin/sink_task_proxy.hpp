// A task behind the C ABI: outcomes in, no exception out.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "host/base/clock.hpp"
#include "host/base/log.hpp"
#include "host/base/metric_sink.hpp"
#include "host/base/result.hpp"
#include "host/config/config_map.hpp"
#include "host/data/batch.hpp"
#include "host/plugin/manifest.hpp"
#include "plugins/sdk/abi/sinkway_sink.h"

namespace sinkway::plugin {

enum class OutcomeCode { ok, retriable, data_error, fatal, fenced };

// How a call into a plugin ended, copied out of the plugin's memory.
struct Outcome {
  OutcomeCode code = OutcomeCode::ok;
  std::string reason;
  std::string hint;
  std::string error_id;
  std::optional<Milliseconds> retry_after;
  std::optional<std::size_t> record_index;
  [[nodiscard]] bool ok() const { return code == OutcomeCode::ok; }
  // Reason and hint as one line for a person.
  [[nodiscard]] std::string text() const { return hint.empty() ? reason : reason + " (" + hint + ")"; }
};

// An errant record as a plugin reports it; texts are lent.
struct ErrantReport {
  std::size_t record_index;
  std::string_view stage, error_id, reason, field;
};

// What a task may ask of its host: the C++ side of sinkway_host, implemented by the task engine and by tests. Thread tags
// as in sinkway_host.h.
class TaskServices {
 public:
  virtual ~TaskServices() = default;
  [[nodiscard]] virtual const std::string& connector() const = 0;
  [[nodiscard]] virtual int task() const = 0;
  [[nodiscard]] virtual const ConfigMap& config() const = 0;  // resolved; lives as long as the task
  [[nodiscard]] virtual const Logger& log() const = 0;
  [[nodiscard]] virtual MetricSink& metrics() = 0;
  [[nodiscard]] virtual bool report_errant(const ErrantReport& report) = 0;  // false: tolerance is none
  [[nodiscard]] virtual bool flush_errant(Milliseconds timeout) = 0;
  [[nodiscard]] virtual const sinkway_batch* next_batch() = 0;  // waits behind that of the running put; null: none yet
  [[nodiscard]] virtual int next_batch_descriptor() const = 0;  // readable when there may be one; -1: there never is
  virtual void request_commit() = 0;
  virtual void pause_partition(std::string_view topic, std::int32_t partition) = 0;
  virtual void resume_partition(std::string_view topic, std::int32_t partition) = 0;
  [[nodiscard]] virtual int cancel_descriptor() const = 0;
  [[nodiscard]] virtual bool is_cancelled() const = 0;
  [[nodiscard]] virtual bool is_current(std::string_view topic, std::int32_t partition, std::uint64_t generation) const = 0;
};

// One task object of a plugin. Guards against NULL members, short structs and unfilled outcomes: each becomes an outcome FATAL
// that names the plugin and the function. All calls [writer-thread], save cancel [any-thread]. Destroys the task.
class SinkTaskProxy {
 public:
  // `services` outlives the proxy. The plugin stays loaded for the life of the process.
  [[nodiscard]] static Result<std::unique_ptr<SinkTaskProxy>> create(const sinkway_descriptor& descriptor, TaskServices& services);
  ~SinkTaskProxy();
  SinkTaskProxy(const SinkTaskProxy&) = delete;
  SinkTaskProxy& operator=(const SinkTaskProxy&) = delete;

  [[nodiscard]] Outcome start();
  [[nodiscard]] Outcome open(std::span<sinkway_open_partition> partitions);
  [[nodiscard]] Outcome put(const sinkway_batch& batch);
  // Lowers next_offset of positions that must not be committed yet.
  [[nodiscard]] Outcome pre_commit(std::span<Position> positions);
  [[nodiscard]] Outcome close(std::span<const Position> positions, bool lost);
  void stop();
  void cancel();

  // The exactly-once extension: this task keeps its positions itself.
  [[nodiscard]] bool keeps_offsets() const;
  // The raw-records extension: records must carry their raw bytes, whether a dead letter queue needs them or not.
  [[nodiscard]] bool wants_raw_records() const;
  // The headers extension: false: records may come without headers.
  [[nodiscard]] bool wants_headers() const;
  // The report extension: what the task does at present, a JSON object; empty: the plugin tells nothing.
  [[nodiscard]] std::string report();
  // The schema-hint extension, for one topic; nothing when the plugin has none. `ignores_unmatched` comes with it.
  struct Hint {
    std::vector<std::pair<std::string, Tag>> columns;
    bool ignores_unmatched = false;
  };
  [[nodiscard]] std::optional<Hint> schema_hint(std::string_view topic);

 private:
  struct State;
  explicit SinkTaskProxy(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

}  // namespace sinkway::plugin
