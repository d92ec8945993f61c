// Class of an error to what is done about it: the table of exactly-once.md. Pure.
#pragma once

#include <string_view>

namespace sinkway::table {

// Those that more than one room asks for (PostgreSQL manual, appendix A, class 23).
inline constexpr std::string_view kForeignKeyViolation = "23503";
inline constexpr std::string_view kUniqueViolation = "23505";

enum class Answer {
  trouble,        // of the server or the way to it: same batch again, never the dead letter queue (D8)
  row_fault,      // of one row: isolate it
  table_changed,  // read the catalog again, plan once more
  configuration,  // FAILED until a person changes something
  unknown         // isolate once; when every row fails alike: FAILED
};

// What else is known beside the SQLSTATE.
struct AnswerContext {
  bool connected_lately = false;  // a connection of this task worked within the last minute
  bool in_copy = false;           // the error's context names a COPY
};

// `sqlstate`: five characters; empty when it was not the server that spoke (trouble).
[[nodiscard]] Answer classify(std::string_view sqlstate, const AnswerContext& context);

}  // namespace sinkway::table
