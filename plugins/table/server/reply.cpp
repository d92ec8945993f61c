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

}  // namespace sinkway::table
