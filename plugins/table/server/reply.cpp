#include "plugins/table/server/reply.hpp"

#include <charconv>

namespace sinkway::table {

bool Reply::ok() const {
  if (result_ == nullptr) return false;
  const ExecStatusType status = PQresultStatus(result_.get());
  return status == PGRES_COMMAND_OK || status == PGRES_TUPLES_OK || status == PGRES_COPY_IN ||
      status == PGRES_EMPTY_QUERY;
}

std::string Reply::field(int code) const {
  const char* text = result_ == nullptr ? nullptr : PQresultErrorField(result_.get(), code);
  return text == nullptr ? "" : text;
}

bool Reply::in_copy() const { return field(PG_DIAG_CONTEXT).find("COPY ") != std::string::npos; }

std::optional<std::size_t> Reply::copy_line() const { return line_in_context(field(PG_DIAG_CONTEXT)); }

std::string_view Reply::text(int row, int column) const {
  return {PQgetvalue(result_.get(), row, column), static_cast<std::size_t>(PQgetlength(result_.get(), row, column))};
}

std::vector<std::uint32_t> Reply::parameter_types() const {
  std::vector<std::uint32_t> types;
  for (int n = 0; result_ != nullptr && n < PQnparams(result_.get()); ++n) types.push_back(PQparamtype(result_.get(), n));
  return types;
}

std::int64_t Reply::integer(int row, int column) const {
  const std::string_view digits = text(row, column);
  std::int64_t number = 0;
  std::from_chars(digits.data(), digits.data() + digits.size(), number);
  return number;
}

std::optional<std::size_t> line_in_context(std::string_view context) {
  // The COPY is the outermost frame, so its line is the last one; a trigger's own frames stand above it.
  const std::size_t copy = context.starts_with("COPY ") ? 0 : context.rfind("\nCOPY ");
  if (copy == std::string_view::npos) return std::nullopt;
  // A table may be called "a, line 7"; a column's value comes after the line number. So: the first ", line N" that ends
  // well.
  constexpr std::string_view kLine = ", line ";
  for (std::size_t at = context.find(kLine, copy); at != std::string_view::npos; at = context.find(kLine, at + 1)) {
    const std::string_view rest = context.substr(at + kLine.size());
    std::size_t line = 0;
    const auto [end, error] = std::from_chars(rest.data(), rest.data() + rest.size(), line);
    if (error != std::errc() || line == 0) continue;
    if (end == rest.data() + rest.size() || *end == ',' || *end == ':' || *end == '\n') return line;
  }
  return std::nullopt;
}

}  // namespace sinkway::table
