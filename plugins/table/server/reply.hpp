// What the server answers to a statement.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "plugins/table/server/wire.hpp"

namespace sinkway::table {

// The server's answer to a statement: rows, or an error of which only safe parts are told (never DETAIL, CONTEXT or
// message).
class Reply {
 public:
  explicit Reply(ResultHandle result) : result_(std::move(result)) {}
  // An ok answer to what the server need not be asked.
  [[nodiscard]] static Reply good() { return Reply(ResultHandle(PQmakeEmptyPGresult(nullptr, PGRES_COMMAND_OK))); }
  [[nodiscard]] bool ok() const;
  [[nodiscard]] std::string sqlstate() const { return field(PG_DIAG_SQLSTATE); }
  // PG_DIAG_TABLE_NAME, PG_DIAG_COLUMN_NAME, PG_DIAG_CONSTRAINT_NAME...; "" when the server named none.
  [[nodiscard]] std::string field(int code) const;

  // Of an answer to describe(): OIDs of the types that the server gives the parameters.
  [[nodiscard]] std::vector<std::uint32_t> parameter_types() const;

  [[nodiscard]] int rows() const { return result_ == nullptr ? 0 : PQntuples(result_.get()); }
  // Text of a cell; "" for null.
  [[nodiscard]] std::string_view text(int row, int column) const;
  [[nodiscard]] std::int64_t integer(int row, int column) const;

 private:
  ResultHandle result_;
};

}  // namespace sinkway::table
