// What becomes of a value that its column cannot hold: decided by column, asked only when the encoder has refused it.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "plugins/sdk/abi/sinkway_value.h"
#include "plugins/table/rows/byte_buffer.hpp"
#include "plugins/table/rows/row_fault.hpp"
#include "plugins/table/rows/type_map.hpp"

namespace sinkway::table {

// The options policy.nul, policy.nonfinite ...
enum class Policy : std::uint8_t {
  nul,           // U+0000 in text, \u0000 in jsonb
  nonfinite,     // NaN and the infinities
  overflow,      // a number beyond the column's type
  too_long,      // more characters than the column holds
  bad_utf8,      // bytes that are no UTF-8, for a column of text
  out_of_range   // a date or time beyond the column's type
};
constexpr std::size_t kPolicies = 6;

enum class Action : std::uint8_t {
  dlq,       // the record is errant: as errors.tolerance says
  keep,      // the value goes in as it is
  null,      // NULL goes in; an array gets a null element
  replace,   // U+FFFD for what is no text, the nearest bound for what is out of range
  truncate,  // cut to the column's length between two characters
  fail       // the task fails, whatever errors.tolerance says
};

// How often a policy has changed a value, by policy and action (null, replace, truncate). A batch that is put again
// counts again. [writer-thread]
class PolicyCounts {
 public:
  void count(Policy policy, Action action) { ++counts_[{policy, action}]; }
  // What was counted since the last call.
  [[nodiscard]] std::map<std::pair<Policy, Action>, std::size_t> take() { return std::exchange(counts_, {}); }

 private:
  std::map<std::pair<Policy, Action>, std::size_t> counts_;
};

// The policies of one column.
struct ColumnPolicies {
  std::array<Action, kPolicies> actions = {Action::dlq, Action::keep, Action::dlq,
                                           Action::dlq, Action::dlq,  Action::dlq};
  PolicyCounts* counts = nullptr;  // lives as long as the policies

  [[nodiscard]] Action operator[](Policy policy) const { return actions[static_cast<std::size_t>(policy)]; }
  [[nodiscard]] bool are_default() const { return actions == ColumnPolicies().actions; }
};

// As options and metrics spell them: "too_long", "replace".
[[nodiscard]] std::string_view name_of(Policy policy);
[[nodiscard]] std::string_view name_of(Action action);
// Nothing: there is no such action, or it makes no sense for this policy.
[[nodiscard]] std::optional<Action> action_of(Policy policy, std::string_view word);
// "keep, null, dlq, fail": for messages.
[[nodiscard]] std::string actions_of(Policy policy);

// Which policy answers for a fault of a column; nothing: none does, the row is errant.
[[nodiscard]] std::optional<Policy> policy_of(Fault fault, const ColumnType& type);

// The column's policy wants the task to fail for this fault.
[[nodiscard]] bool is_fatal(Fault fault, const ColumnType& type);

// After encode_exactly() found `fault`: does what the column's policy says with what was appended from `start` on.
// none: another value stands there now. becomes_null: NULL is to be written. Else the fault stands.
[[nodiscard]] Fault mend(const sinkway_value& value, const ColumnType& type, Fault fault, std::size_t start,
                         ByteBuffer& out);

}  // namespace sinkway::table
