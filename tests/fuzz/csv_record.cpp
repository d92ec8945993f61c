// Fuzzes lines of CSV: cells lie in the text or in the arena, and reading gets on.

#include <cstdint>
#include <cstdlib>
#include <string_view>
#include <vector>

#include "host/convert/csv_cell.hpp"
#include "host/convert/csv_line.hpp"
#include "host/data/arena.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace sinkway;
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  Arena arena;
  std::vector<convert::CsvCell> cells;
  std::size_t at = 0;
  while (at < text.size()) {
    const std::size_t before = at;
    cells.clear();
    if (!convert::read_csv_line(text, at, {}, arena, cells)) break;
    if (at <= before || at > text.size()) std::abort();
    for (const auto& cell : cells)
      for (const auto tag : {Tag::boolean, Tag::int8, Tag::int64, Tag::float32, Tag::float64, Tag::string})
        (void)convert::cell_value(cell.text, tag);
  }
  return 0;
}
