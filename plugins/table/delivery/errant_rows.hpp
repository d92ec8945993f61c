// The records of one put that cannot be written: reported to the host, once each.
#pragma once

#include <chrono>
#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "plugins/sdk/cpp/host.hpp"
#include "plugins/sdk/cpp/record.hpp"
#include "plugins/table/rows/row_fault.hpp"
#include "plugins/table/server/connection.hpp"

namespace sinkway::table {

// What is wrong with a record; texts never hold values.
struct RowRefusal {
  std::string id;      // table.too_long ... or sqlstate.23505
  std::string reason;  // a clause: "more characters than the column holds"
  std::string column;  // may be empty
  bool is_fatal = false;  // tolerated by nobody: the task fails
};

// From the encoder's finding. Pure.
[[nodiscard]] RowRefusal refusal_of(const RowFault& fault, const std::string& table);
// From the server's answer: SQLSTATE, constraint, table and column; never message, DETAIL or CONTEXT. Pure.
[[nodiscard]] RowRefusal refusal_of(const Reply& reply, const std::string& table);

// One put's errant records. [writer-thread], during put.
class ErrantRows {
 public:
  explicit ErrantRows(const sdk::Host& host) : host_(host) {}

  void begin(const sdk::BatchView& batch);
  // Reports a record unless that was done before. Throws DataError when the host tolerates none, FatalError
  // when the refusal is fatal: nothing may be committed then.
  void refuse(std::size_t record_index, const RowRefusal& refusal);
  [[nodiscard]] bool contains(std::size_t record_index) const { return refused_[record_index] != 0; }
  [[nodiscard]] std::size_t count() const { return count_; }
  // Waits until the host has every reported record in safety (D6); throws RetriableError when that takes too long.
  void await_safety();

 private:
  [[nodiscard]] std::string coordinates(std::size_t record_index) const;

  sdk::Host host_;
  const sdk::BatchView* batch_ = nullptr;
  std::vector<unsigned char> refused_;  // by record index
  std::size_t count_ = 0;
};

}  // namespace sinkway::table
