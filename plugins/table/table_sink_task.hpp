// The task of the table sink: partitions in, batches into one database, positions with them.
#pragma once

#include <memory>
#include <optional>
#include <span>
#include <string_view>

#include "plugins/sdk/cpp/sink_task.hpp"

namespace sinkway::table {

// Every call [writer-thread]; a call that waits for the database ends when the host's cancel descriptor becomes
// readable. start reads the options and connects to nothing; open connects, takes the partitions over and checks what
// is known of the tables; put writes one transaction. With delivery=at_least_once no positions are kept.
class TableSinkTask final : public sdk::SinkTask {
 public:
  TableSinkTask();
  ~TableSinkTask() override;

  void start(const sdk::Config& config) override;
  void open(std::span<sdk::OpenPartition> partitions) override;
  void put(const sdk::BatchView& batch) override;
  void close(std::span<const sdk::Position> positions, bool lost) override;
  void stop() override;
  [[nodiscard]] bool keeps_offsets() const override;
  // dlq.table holds the original bytes.
  [[nodiscard]] bool wants_raw_records() const override;
  [[nodiscard]] bool wants_headers() const override;
  [[nodiscard]] std::string report() override;
  [[nodiscard]] std::optional<sdk::Hint> schema_hint(std::string_view topic) override;

 private:
  struct Parts;
  template <typename Call>
  void guarded(Call call);
  void acquire(sdk::OpenPartition& partition);

  std::unique_ptr<Parts> parts_;  // made by start
};

}  // namespace sinkway::table
