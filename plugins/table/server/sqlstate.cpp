#include "plugins/table/server/sqlstate.hpp"

#include <array>

namespace sinkway::table {
namespace {

enum class When { always, lately, never_before, in_copy };

struct Rule {
  std::string_view prefix;
  When when;
  Answer answer;
};

// Looked through from the top; the first that fits holds.
constexpr std::array kRules = {
    Rule{"08P01", When::in_copy, Answer::row_fault},  // our own encoder's fault, too: the caller logs it loudly
    Rule{"22P03", When::in_copy, Answer::row_fault},
    Rule{"22P04", When::in_copy, Answer::row_fault},
    Rule{"54000", When::in_copy, Answer::row_fault},
    Rule{"XX000", When::in_copy, Answer::row_fault},
    Rule{"08", When::always, Answer::trouble},
    Rule{"57P0", When::always, Answer::trouble},
    Rule{"57014", When::always, Answer::trouble},
    Rule{"53", When::always, Answer::trouble},
    Rule{"55P03", When::always, Answer::trouble},
    Rule{"40001", When::always, Answer::trouble},
    Rule{"40P01", When::always, Answer::trouble},
    Rule{"25006", When::always, Answer::trouble},
    Rule{"25P0", When::always, Answer::trouble},
    Rule{"58", When::always, Answer::trouble},
    Rule{"28", When::lately, Answer::trouble},
    Rule{"3D000", When::lately, Answer::trouble},
    Rule{"28", When::never_before, Answer::configuration},
    Rule{"3D000", When::never_before, Answer::configuration},
    Rule{"42501", When::always, Answer::configuration},
    Rule{"3F000", When::always, Answer::configuration},
    Rule{"42703", When::always, Answer::table_changed},
    Rule{"42P01", When::always, Answer::table_changed},
    Rule{"42804", When::always, Answer::table_changed},
    Rule{"42", When::always, Answer::table_changed},  // the statement, not a row: 42P10 when the unique index is gone
    Rule{"0A000", When::always, Answer::table_changed},
    Rule{"44000", When::always, Answer::row_fault},
    Rule{"55006", When::always, Answer::trouble},
    Rule{"22", When::always, Answer::row_fault},
    Rule{"23", When::always, Answer::row_fault},
};

bool holds(When when, const AnswerContext& context) {
  switch (when) {
    case When::always: return true;
    case When::lately: return context.connected_lately;
    case When::never_before: return !context.connected_lately;
    case When::in_copy: return context.in_copy;
  }
  return false;
}

}  // namespace

Answer classify(std::string_view sqlstate, const AnswerContext& context) {
  if (sqlstate.empty()) return Answer::trouble;
  for (const auto& rule : kRules)
    if (sqlstate.starts_with(rule.prefix) && holds(rule.when, context)) return rule.answer;
  return Answer::unknown;
}

}  // namespace sinkway::table
