// dlq.table: records that cannot be written go into a table of the same database, in the transaction of their batch.
#pragma once

#include <cstdint>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <tuple>
#include <vector>

#include "plugins/sdk/abi/sinkway_value.h"
#include "plugins/sdk/cpp/host.hpp"
#include "plugins/sdk/cpp/record.hpp"
#include "plugins/table/delivery/own_table.hpp"
#include "plugins/table/delivery/row_refusal.hpp"
#include "plugins/table/options/table_options.hpp"
#include "plugins/table/server/connection.hpp"

namespace sinkway::table {

// Since it is written in the same transaction as the rows and the positions, each dead letter is there exactly once.
// The host leaves a reported record out when the batch is put again, so letters are kept until they are committed.
// [writer-thread]
class DeadLetterTable {
 public:
  // `connection` outlives this. Without `dlq.table` every member does nothing.
  DeadLetterTable(const TableOptions& options, Connection& connection, sdk::Host host);
  [[nodiscard]] bool is_used() const { return !wanted_.name.empty(); }

  // Quoted name of such a table -> whether it has the column for headers: one that was made by hand may have none.
  static const char* const kHasHeaders;
  // What the table is, and how it is made.
  [[nodiscard]] static OwnTablePlan plan(const TableName& name);
  // Finds the table or makes it. Once for each connection is enough. Throws SinkError.
  void prepare();
  [[nodiscard]] bool is_prepared() const { return !table_.empty(); }
  // Redrive: takes the letters of all records of the batch away inside the open transaction, and waits for whoever is at it
  // with the same ones. Throws RetriableError (table.letters_gone) when one is not there any more.
  void take(const sdk::BatchView& batch);
  // Where a letter came from. Lends.
  struct Origin {
    std::string_view topic;
    std::int32_t partition = 0;
    std::int64_t offset = 0;
    std::int64_t timestamp = -1;      // milliseconds since 1970, -1: none
    const sinkway_raw* raw = nullptr;  // null: not kept
  };
  // Copies place, reason and the original bytes and headers where the host keeps them; once for each place.
  void add(const Origin& origin, const RowRefusal& refusal);
  // Writes all letters inside the open transaction; an ok answer when there are none.
  [[nodiscard]] Reply write();
  // The transaction was committed, or was found to be: its letters are done.
  void committed() { letters_.clear(), places_.clear(); }
  // The partition has left: its records come again wherever it goes.
  void closed(std::string_view topic, std::int32_t partition);
  [[nodiscard]] std::size_t waiting() const { return letters_.size(); }

 private:
  struct Letter {
    std::string topic;
    std::int32_t partition = 0;
    std::int64_t offset = 0;
    std::int64_t timestamp = -1;
    RowRefusal refusal;
    bool has_key = false;
    bool has_value = false;
    std::string key;
    std::string value;
    std::optional<std::string> headers;  // as JSON: [[name, hex digits of the value or null], ...]; nothing: not kept
  };

  std::string connector_;
  TableName wanted_;
  Connection& connection_;
  sdk::Host host_;
  std::string table_;  // quoted; empty: not prepared
  bool keeps_headers_ = true;  // a table that was made by hand may have no column for them
  std::vector<Letter> letters_;
  std::set<std::tuple<std::string, std::int32_t, std::int64_t>, std::less<>> places_;  // of the letters
};

}  // namespace sinkway::table
