// What options say of single columns: policies, hints, the zone. Texts only: rows/column_rules gives them a meaning.
#pragma once

#include <array>
#include <string>
#include <string_view>
#include <vector>

namespace sinkway::table {

// `column:word`; a word alone is for every column and has no column.
struct ColumnSetting {
  std::string column;
  std::string word;
  [[nodiscard]] bool operator==(const ColumnSetting&) const = default;
};

// policy.<name> in this order.
inline constexpr std::array<std::string_view, 6> kPolicyOptions = {"policy.nul",      "policy.nonfinite",
                                                                   "policy.overflow", "policy.too_long",
                                                                   "policy.bad_utf8", "policy.out_of_range"};

enum class TimestampUnit { milliseconds, microseconds, nanoseconds };

struct ColumnOptions {
  std::array<std::vector<ColumnSetting>, kPolicyOptions.size()> policies;
  std::vector<ColumnSetting> hints;           // type.hints
  std::vector<std::string> timestamp_fields;  // timestamp.fields.list
  TimestampUnit timestamp_unit = TimestampUnit::milliseconds;  // of numbers in these
  std::string time_zone = "UTC";              // db.timezone
};

// `keep, a:null, "b,c":"yyyy, MM"`: elements separated by commas, a column and its word by the first colon; double
// quotes protect both, "" stands for one quote. Throws OptionError for `key`: an element without a word, a quote that
// is not closed.
[[nodiscard]] std::vector<ColumnSetting> parse_column_settings(std::string_view key, std::string_view text);

}  // namespace sinkway::table
