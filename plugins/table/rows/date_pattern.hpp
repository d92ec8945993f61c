// Dates and times by a pattern, as Java's DateTimeFormatter has them.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "plugins/table/rows/row_fault.hpp"

namespace sinkway::table {

// yyyy/MM/dd HH:mm:ss and its like. Letters: y u year (yy: 2000 to 2099), M month (MMM MMMM its English name), d day,
// D day of the year, E weekday, H hour 0-23, h hour 1-12 with a for AM and PM, m minute, s second, S fraction, X x Z
// offset, z UTC, GMT or Z. Text between single quotes stands for itself, [parts in brackets] may be left out.
// Immutable; any thread.
class DatePattern {
 public:
  // Nothing, with what is wrong in `problem`: the pattern cannot be used.
  [[nodiscard]] static std::optional<DatePattern> compile(std::string_view pattern, std::string& problem);

  // What a text said. A date that the pattern does not have is 1970-01-01.
  struct Moment {
    std::int64_t micros = 0;  // since 2000-01-01, in UTC when `has_offset`
    bool has_offset = false;
  };
  // bad_format: the text does not look like the pattern. out_of_range: no calendar has that day, or PostgreSQL not.
  [[nodiscard]] Fault parse(std::string_view text, Moment& moment) const;

 private:
  struct Item {
    char letter = 0;  // 0: `literal` stands there; '[' and ']': a part that may be left out, `count` items long
    std::size_t count = 0;
    std::string literal;
    bool fixed_width = false;  // a number follows at once
  };
  struct Fields;
  [[nodiscard]] static bool read(const Item& item, std::string_view& text, Fields& fields);
  [[nodiscard]] bool read_all(std::size_t from, std::size_t to, std::string_view& text, Fields& fields) const;
  [[nodiscard]] static Fault made_of(const Fields& fields, Moment& moment);

  std::vector<Item> items_;
};

}  // namespace sinkway::table
