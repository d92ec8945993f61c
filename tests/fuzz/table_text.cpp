// Fuzzes the texts that the table sink reads: its options, and values of date and time by patterns and without.

#include <cstdint>
#include <string>
#include <string_view>

#include "plugins/table/options/column_options.hpp"
#include "plugins/table/options/connection_url.hpp"
#include "plugins/table/options/error_budget.hpp"
#include "plugins/table/options/named_sql.hpp"
#include "plugins/table/options/table_name.hpp"
#include "plugins/table/rows/date_pattern.hpp"
#include "plugins/table/rows/datetime.hpp"
#include "plugins/table/rows/posix_zone.hpp"

namespace {

using namespace sinkway::table;

// A refusal is an OptionError, nothing else.
template <typename Read>
void read(Read reader) {
  try {
    reader();
  } catch (const OptionError&) {
    return;
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  read([&] { (void)parse_connection_url(text); });
  read([&] { (void)parse_column_settings("type.hints", text); });
  read([&] { (void)parse_table_name("offsets.table", text); });
  read([&] { (void)parse_named_sql("sql", text); });
  (void)parse_budget(text);
  if (const auto zone = PosixZone::parse(text))
    for (const std::int64_t second : {std::int64_t{0}, INT64_MAX / 2, INT64_MIN / 2}) (void)zone->offset_at(second);
  std::int64_t micros = 0;
  std::int32_t days = 0;
  (void)parse_timestamp(text, micros);
  (void)parse_date(text, days);
  (void)parse_time(text, micros);
  // A pattern, a line end, a text to read by it.
  const auto end = text.find('\n');
  if (end == std::string_view::npos) return 0;
  std::string problem;
  const auto pattern = DatePattern::compile(text.substr(0, end), problem);
  DatePattern::Moment moment{};
  if (pattern) (void)pattern->parse(text.substr(end + 1), moment);
  return 0;
}
