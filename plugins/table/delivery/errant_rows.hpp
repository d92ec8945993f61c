// The records of one put that cannot be written: reported to the host, once each.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "plugins/sdk/cpp/host.hpp"
#include "plugins/sdk/cpp/record.hpp"
#include "plugins/table/delivery/dead_letter_table.hpp"
#include "plugins/table/options/error_budget.hpp"
#include "plugins/table/delivery/row_refusal.hpp"

namespace sinkway::table {

// One put's errant records. [writer-thread], during put.
class ErrantRows {
 public:
  // `letters` outlives this.
  ErrantRows(const sdk::Host& host, const TableOptions& options, DeadLetterTable& letters);

  void begin(const sdk::BatchView& batch);
  // Reports a record unless that was done before, and writes it down for dlq.table. Throws DataError when the host
  // tolerates none, FatalError when the refusal is fatal: nothing may be committed then.
  void refuse(std::size_t record_index, const RowRefusal& refusal);
  // Leaves a record out: until release(), or for good with refuse_held(), which throws what refuse() throws.
  void hold(std::size_t record_index, const RowRefusal& refusal);
  void release();
  void refuse_held();
  [[nodiscard]] std::size_t held() const { return held_.size(); }
  // As refuse(), of a record that the host could not convert and has told of.
  void note(const sinkway_unconverted& record);
  [[nodiscard]] bool contains(std::size_t record_index) const { return refused_[record_index] != 0; }
  // Those that are held count, too.
  [[nodiscard]] std::size_t count() const { return count_ + held_.size(); }
  // The same by table; "": none was chosen.
  [[nodiscard]] const std::map<std::string, std::size_t>& by_table() const { return by_table_; }
  // Waits until the host has every reported record in safety (D6); throws RetriableError when that takes too long.
  void await_safety();
  // Before COMMIT. Throws FatalError when errors.budget is exceeded.
  void spend_budget();

 private:
  [[nodiscard]] std::string coordinates(std::size_t record_index) const;

  sdk::Host host_;
  DeadLetterTable& letters_;
  std::optional<ErrorBudget> budget_;
  const sdk::BatchView* batch_ = nullptr;
  std::optional<std::uint64_t> sequence_;  // of the batch
  bool is_again_ = false;                  // the batch before was the same
  std::vector<unsigned char> refused_;     // by record index
  std::vector<std::pair<std::size_t, RowRefusal>> held_;
  std::size_t count_ = 0;
  std::size_t unspent_ = 0;  // reported since the budget was last asked: the host leaves them out of a batch that comes again
  std::map<std::string, std::size_t> by_table_;
};

}  // namespace sinkway::table
