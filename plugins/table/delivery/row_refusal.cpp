#include "plugins/table/delivery/row_refusal.hpp"

#include <array>
#include <string_view>

#include "plugins/table/server/sqlstate.hpp"

namespace sinkway::table {
namespace {

struct Meaning {
  std::string_view sqlstate;
  std::string_view id;
  std::string_view reason;
};

// PostgreSQL manual, appendix A; the ids of the encoder's own findings where both mean the same.
constexpr std::array kMeanings{
    Meaning{"22001", "table.too_long", "more characters than the column holds"},
    Meaning{"22003", "table.out_of_range", "a number beyond the column's type"},
    Meaning{"22007", "table.bad_format", "text that is no date or time"},
    Meaning{"22008", "table.out_of_range", "a date or time beyond the column's type"},
    Meaning{"22021", "table.bad_encoding", "text that the database's encoding cannot hold"},
    Meaning{"22P02", "table.bad_format", "text that does not spell a value of the column's type"},
    Meaning{"22P05", "table.bad_encoding", "a character that the database's encoding cannot hold"},
    Meaning{"23502", "table.null_value", "null in a column that must have a value"},
    Meaning{"23503", "table.foreign_key", "no such row in the table that a foreign key refers to"},
    Meaning{"23505", "table.duplicate_key", "a row with this key exists already"},
    Meaning{"23514", "table.check_violation", "a check of the table refuses the row"},
    Meaning{"23P01", "table.exclusion_violation", "an exclusion constraint refuses the row"},
    Meaning{"42601", "table.bad_format", "text that does not spell a value of the column's type"},
    Meaning{"42622", "table.bad_format", "text with a name that is too long for the column's type"},
    Meaning{"42501", "table.row_security", "a policy of row level security refuses the row"},
    Meaning{"44000", "table.check_option", "the view's WITH CHECK OPTION refuses the row"},
    Meaning{"P0001", "table.raised", "a trigger of the table refuses the row"},
};

}  // namespace

bool is_occupied(std::string_view sqlstate) { return sqlstate == kUniqueViolation || sqlstate == "23P01"; }

RowRefusal refusal_of(const RowFault& fault, const std::string& table) {
  return {std::string(id_of(fault.fault)), "table " + table + ": " + std::string(reason_of(fault.fault)), fault.column,
          {}, {}, fault.is_fatal, table};
}

RowRefusal refusal_of_topic(const RowFault& fault, std::string_view topic) {
  RowRefusal refusal = refusal_of(fault, "of topic " + std::string(topic));
  refusal.table.clear();
  return refusal;
}

RowRefusal refusal_of(const Reply& reply, const std::string& table) {
  const std::string sqlstate = reply.sqlstate();
  const std::string constraint = reply.field(PG_DIAG_CONSTRAINT_NAME);
  RowRefusal refusal{"table.refused", "the database refuses the row", reply.field(PG_DIAG_COLUMN_NAME), sqlstate,
                     constraint, false, table};
  for (const Meaning& one : kMeanings) {
    if (one.sqlstate != sqlstate) continue;
    refusal.id = one.id;
    refusal.reason = one.reason;
  }
  refusal.reason = "table " + table + ": " + refusal.reason + " (SQLSTATE " + sqlstate +
                   (constraint.empty() ? "" : ", constraint " + constraint) + ")";
  return refusal;
}

}  // namespace sinkway::table
