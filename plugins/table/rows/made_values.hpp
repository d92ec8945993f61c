// Values that no record holds and a row needs: the fields without a column as one JSON object, all headers.
#pragma once

#include <deque>
#include <string>
#include <vector>

#include "plugins/table/rows/binding.hpp"
#include "plugins/table/rows/row_fault.hpp"

namespace sinkway::table {

// Owns what the rows of one put lend. [writer-thread]
class MadeValues {
 public:
  // Forgets everything; rows that lent from here are over.
  void clear();
  // One value for each made column of the binding: an object as JSON text, or null when there is nothing to put in.
  // Null with a `fault`: a value has no JSON form.
  [[nodiscard]] const sinkway_value* make(const Binding& binding, const Row& row, RowFault& fault);

 private:
  [[nodiscard]] bool put_remainder(const MadeColumn& column, const Row& row, std::string& json);

  std::deque<std::string> texts_;
  std::deque<std::vector<sinkway_value>> values_;
};

}  // namespace sinkway::table
