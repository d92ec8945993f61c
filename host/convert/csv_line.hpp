// A line of comma separated values, cut into its cells.
#pragma once

#include <cstddef>
#include <string_view>
#include <vector>

#include "host/base/result.hpp"
#include "host/data/arena.hpp"

namespace sinkway::convert {

struct CsvCell {
  std::string_view text;
  bool quoted = false;
};

struct CsvRules {
  char delimiter = ',';
  char quote = '"';
};

// Reads the line of `text` that begins at `at` by RFC 4180, and moves `at` to the beginning of the next one. Lines end
// with LF, CR LF or CR. Cells lend from `text`, those with doubled quotes from the arena. A quote inside of a cell that
// does not begin with one, text behind the closing quote and a quote that is never closed are errors (csv.quote) that
// name the byte.
[[nodiscard]] Result<void> read_csv_line(std::string_view text, std::size_t& at, const CsvRules& rules, Arena& arena,
                                         std::vector<CsvCell>& cells);

}  // namespace sinkway::convert
