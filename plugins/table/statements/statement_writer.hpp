// Statements of the user's own: one execution for each row, in a pipeline.
#pragma once

#include <cstdint>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "plugins/table/options/named_sql.hpp"
#include "plugins/table/rows/byte_buffer.hpp"
#include "plugins/table/rows/row_group.hpp"
#include "plugins/table/rows/unavailable_value.hpp"
#include "plugins/table/server/pipeline.hpp"
#include "plugins/table/statements/row_writers.hpp"

namespace sinkway::table {

// The parameters are the columns of a table that exists nowhere: values are encoded for their types as for columns, in
// binary form where the type has one. A parameter that a binding lacks is NULL, and so is one whose value the source does
// not know. Keeps its memory. Throws what Connection throws. [writer-thread]
class StatementWriter {
 public:
  // `rules` outlives this.
  explicit StatementWriter(const StatementRules& rules) : rules_(rules), unavailable_(rules.unavailable) {}

  // Executes rows [begin, end) of a group with statements, in order, inside the open transaction. Rows that cannot be
  // encoded are left out and named; the one whose execution fails is named by the answer, and nothing after it was done.
  [[nodiscard]] Written write(Connection& connection, const RowGroup& group, std::size_t begin, std::size_t end);
  // Parameters that some record had no field for, each told once.
  [[nodiscard]] std::vector<std::string> take_unbound();

 private:
  [[nodiscard]] Reply prepare(Connection& connection, const RowGroup& group, std::size_t begin, std::size_t end);
  // False: the row is at fault.
  [[nodiscard]] bool encode_row(const Binding& binding, const Table& parameters, const Row& row, RowFault& fault);
  void note_unbound(const Binding& binding, const Table& parameters);
  [[nodiscard]] static std::vector<std::uint32_t> types_of(const Table& parameters);

  const StatementRules& rules_;
  UnavailableValue unavailable_;
  ByteBuffer bytes_;
  std::vector<std::size_t> starts_;
  ExecutionValues values_;
  const Binding* last_binding_ = nullptr;
  std::set<std::string> unbound_;       // told already
  std::vector<std::string> new_unbound_;
};

}  // namespace sinkway::table
