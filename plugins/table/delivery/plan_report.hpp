// What the task has chosen lately, table by table, and why: the answer of GET /sinkway/v1/connectors/{name}/plan.
#pragma once

#include <cstddef>
#include <map>
#include <string>

#include "plugins/table/statements/statement_choice.hpp"

namespace sinkway::table {

// The last statement of each table and operation. [writer-thread]
class PlanReport {
 public:
  struct Choice {
    Method method = Method::arrays;
    std::string reason;
    std::size_t rows = 0;
    bool fell_back = false;
    std::size_t waiting = 0;  // batches until COPY into the table is tried again
  };

  // `copy_min_rows`: the threshold in force; `pooled`: a pooler stands in between.
  void note(const std::string& table, const std::string& operation, Choice choice);
  // {"mode":"upsert","copy_min_rows":4000,"pooled":false,"tables":[{"table":"public.weather","operation":"put",...}]}
  [[nodiscard]] std::string json(const std::string& mode, std::size_t copy_min_rows, bool pooled) const;

 private:
  std::map<std::pair<std::string, std::string>, Choice> choices_;
};

// Why this method was chosen, for people. Pure.
[[nodiscard]] std::string reason_of(Method method, const RowGroup& group, std::size_t rows, std::size_t copy_min_rows,
                                    bool fell_back);

}  // namespace sinkway::table
