// The task of a plugin: derive from SinkTask and override what differs.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "plugins/sdk/cpp/config.hpp"
#include "plugins/sdk/cpp/host.hpp"
#include "plugins/sdk/cpp/record.hpp"
#include "plugins/sdk/cpp/sink_error.hpp"

namespace sinkway::sdk {

using OpenPartition = sinkway_open_partition;
using Position = sinkway_position;

// What the target has, for converters: see sinkway_schema_hint.
struct HintColumn {
  std::string name;
  std::uint8_t tag = SINKWAY_STRING;
};
struct Hint {
  std::vector<HintColumn> columns;
  bool ignores_unmatched = false;  // fields without a column are ignored: converters may skip them
};

// One task of a connector. The life of it, every call on one thread (the writer thread) except cancel:
//
//   1. constructed without arguments; host() works from the next call on
//   2. start        read the configuration, connect to nothing that may be away for long
//   3. open         partitions arrive; as often as the group rebalances
//   4. put          records arrive; when it returns they must be safe, or pre_commit must say otherwise
//   5. pre_commit   positions are about to be told to Kafka: lower those that are not safe yet
//   6. close        partitions leave
//   7. stop, then destroyed; destroyed without stop when the worker gives up
//
// A call fails by throwing RetriableError, DataError, FatalError or FencedError (sink_error.hpp). Any other exception is fatal and
// its what() is shown to people: it must hold no values of records either.
class SinkTask {
 public:
  SinkTask() = default;
  virtual ~SinkTask() = default;
  SinkTask(const SinkTask&) = delete;
  SinkTask& operator=(const SinkTask&) = delete;

  virtual void start(const Config& /*config*/) {}

  // next_offset of each is host_start already and epoch 0: a task that keeps no offsets of its own has nothing to do. Before
  // acquiring anything shared, look at host().is_current again.
  virtual void open(std::span<OpenPartition> /*partitions*/) {}

  // After RetriableError the same batch comes again, whole, less what was revoked or reported meanwhile. May hold no records at
  // all: a task that keeps offsets moves them all the same.
  virtual void put(const BatchView& batch) = 0;

  // May lower next_offset, never raise it.
  virtual void pre_commit(std::span<Position> /*positions*/) {}

  // `lost`: another member may own these partitions already; write nothing for them.
  virtual void close(std::span<const Position> /*positions*/, bool /*lost*/) {}

  virtual void stop() {}

  // [any-thread] Makes a waiting call return soon by RetriableError. A task that polls host().cancel_descriptor() needs nothing
  // here.
  virtual void cancel() noexcept {}

  // True: positions are kept with the data (exactly once); the host never falls back to Kafka's. Asked after start.
  [[nodiscard]] virtual bool keeps_offsets() const { return false; }

  // True: every record carries its raw bytes (RecordView::raw_bytes), at the cost of a copy. Otherwise it does so only
  // where a dead letter queue needs them. Asked after start.
  [[nodiscard]] virtual bool wants_raw_records() const { return false; }

  // False: records may come without headers, which spares the host reading them. Asked after start.
  [[nodiscard]] virtual bool wants_headers() const { return true; }

  // What the task does at present and why, as a JSON object without values of records; empty: nothing to tell. Asked for
  // now and then after a put.
  [[nodiscard]] virtual std::string report() { return ""; }

  // The columns for records of a topic; nothing when they are not known. Asked after each open that ended well, in a redrive
  // after start.
  [[nodiscard]] virtual std::optional<Hint> schema_hint(std::string_view /*topic*/) { return std::nullopt; }

  // For the SDK and for tests, before start.
  void attach(const Host& host) { host_ = host; }

 protected:
  [[nodiscard]] const Host& host() const { return host_; }

 private:
  Host host_;
};

}  // namespace sinkway::sdk
