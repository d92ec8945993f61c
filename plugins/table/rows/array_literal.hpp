// PostgreSQL's text form of arrays, taken apart.
#pragma once

#include <cstdint>
#include <deque>
#include <string>
#include <string_view>
#include <vector>

#include "plugins/sdk/abi/sinkway_value.h"
#include "plugins/table/rows/row_fault.hpp"

namespace sinkway::table {

// {1,"a \"b\"",NULL,{...}}, also with bounds in front: [0:1]={1,2} (PostgreSQL manual 8.15.6). Keeps what its value
// points to.
class ArrayLiteral {
 public:
  // `between`: what stands between two elements (pg_type.typdelim).
  explicit ArrayLiteral(char between = ',') : between_(between) {}
  // bad_format: it spells no array.
  [[nodiscard]] Fault parse(std::string_view text);

  // Elements are text or null.
  [[nodiscard]] const sinkway_value& value() const { return value_; }
  // By dimension; empty: none were given.
  [[nodiscard]] const std::vector<std::int32_t>& lower_bounds() const { return lower_; }
  // The bounds in front are those of what follows.
  [[nodiscard]] bool bounds_fit() const;

 private:
  bool read_bounds();
  bool read_bound(std::int32_t& bound);
  bool read_array(sinkway_value& into, int depth);
  bool read_item(std::vector<sinkway_value>& items, int depth);
  bool read_quoted(std::string& text);
  bool read_bare(sinkway_value& into);
  void skip_blanks();
  bool take(char c);
  sinkway_value keep(std::string text);

  char between_;
  std::string_view rest_;
  sinkway_value value_{};
  std::vector<std::int32_t> lower_;
  std::vector<std::uint32_t> sizes_;
  std::deque<std::string> texts_;
  std::deque<std::vector<sinkway_value>> lists_;
};

}  // namespace sinkway::table
