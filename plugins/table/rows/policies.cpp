#include "plugins/table/rows/policies.hpp"

namespace sinkway::table {
namespace {

constexpr std::array<std::string_view, kPolicies> kPolicyNames = {"nul",      "nonfinite", "overflow",
                                                                  "too_long", "bad_utf8",  "out_of_range"};
constexpr std::array<std::string_view, 6> kActionNames = {"dlq", "keep", "null", "replace", "truncate", "fail"};

// The actions that change what the fault is about: beside dlq, null and fail, which always make sense.
constexpr std::optional<Action> change_of(Policy policy) {
  switch (policy) {
    case Policy::nonfinite: return Action::keep;
    case Policy::too_long: return Action::truncate;
    default: return Action::replace;
  }
}

}  // namespace

std::string_view name_of(Policy policy) { return kPolicyNames[static_cast<std::size_t>(policy)]; }
std::string_view name_of(Action action) { return kActionNames[static_cast<std::size_t>(action)]; }

std::optional<Action> action_of(Policy policy, std::string_view word) {
  for (const Action action : {Action::dlq, Action::null, Action::fail})
    if (word == name_of(action)) return action;
  const auto change = change_of(policy);
  return change && word == name_of(*change) ? change : std::nullopt;
}

std::string actions_of(Policy policy) { return "dlq, null, " + std::string(name_of(*change_of(policy))) + ", fail"; }

std::optional<Policy> policy_of(Fault fault, const ColumnType& type) {
  switch (fault) {
    case Fault::nul: return Policy::nul;
    case Fault::nonfinite: return Policy::nonfinite;
    case Fault::too_long: return Policy::too_long;
    case Fault::bad_utf8: return Policy::bad_utf8;
    case Fault::out_of_range:
      if (is_number(type.encoding) || type.encoding == Encoding::boolean) return Policy::overflow;
      return Policy::out_of_range;
    default: return std::nullopt;
  }
}

bool is_fatal(Fault fault, const ColumnType& type) {
  const ColumnType& own = type.element != nullptr ? *type.element : type;
  const auto policy = policy_of(fault, own);
  return own.policies != nullptr && policy && (*own.policies)[*policy] == Action::fail;
}

}  // namespace sinkway::table
