// A statement of the user's own, whose parameters have names.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace sinkway::table {

// One statement as the server takes it. No text: there is none.
struct NamedSql {
  std::string text{};                // with $1, $2... where the names stood
  std::vector<std::string> names{};  // of $1, $2...: each once, in the order in which they come

  [[nodiscard]] bool empty() const { return text.empty(); }
};

// Reads `:name` (a letter or _ first, then also digits) and `:"Any name"` (a doubled quote stands for one). Left alone are
// casts (::type), := and slices ([1:2]), everything in literals ('...', E'...', $tag$...$tag$), quoted identifiers and
// comments, as PostgreSQL reads them (manual 4.1). One statement of rows or a CALL, with or without a semicolon behind it.
// Throws OptionError for `key`: several statements, one that ends or begins a transaction, one of another kind, $1, a
// literal without its end, no name at all.
[[nodiscard]] NamedSql parse_named_sql(std::string_view key, std::string_view text);

// insert.mode=sql: what is executed for each record, and for each that deletes (no text: deletes are not asked for).
struct StatementRules {
  NamedSql put{};
  NamedSql remove{};
  std::string unavailable{};  // unavailable.value: a parameter that is this is NULL
};

// Whether `column` is a parameter of one of them.
[[nodiscard]] bool is_parameter(const StatementRules& rules, std::string_view name);

}  // namespace sinkway::table
