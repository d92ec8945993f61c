#include "plugins/table/delivery/plan_report.hpp"

#include "plugins/table/rows/value_text.hpp"

namespace sinkway::table {
namespace {

std::string json_text(std::string_view text) {
  sinkway_value value{};
  value.tag = SINKWAY_STRING;
  value.length = static_cast<std::uint32_t>(text.size());
  value.as.text = text.data();
  ByteBuffer out;
  (void)print_json(value, out);
  return std::string(out.view());
}

}  // namespace

void PlanReport::note(const std::string& table, const std::string& operation, Choice choice) {
  choices_[{table, operation}] = std::move(choice);
}

std::string PlanReport::json(const std::string& mode, std::size_t copy_min_rows, bool pooled) const {
  std::string text = "{\"mode\":" + json_text(mode) + ",\"copy_min_rows\":" + std::to_string(copy_min_rows) +
                     ",\"pooled\":" + (pooled ? "true" : "false") + ",\"tables\":[";
  bool first = true;
  for (const auto& [place, choice] : choices_) {
    if (!first) text += ',';
    first = false;
    text += "{\"table\":" + json_text(place.first) + ",\"operation\":" + json_text(place.second) +
            ",\"method\":" + json_text(name_of(choice.method)) + ",\"rows\":" + std::to_string(choice.rows) +
            ",\"reason\":" + json_text(choice.reason);
    if (choice.fell_back) text += ",\"fell_back\":true,\"batches_until_next_attempt\":" + std::to_string(choice.waiting);
    text += '}';
  }
  return text + "]}";
}

std::string reason_of(Method method, const RowGroup& group, std::size_t rows, std::size_t copy_min_rows, bool fell_back) {
  const std::string few = std::to_string(rows) + " rows are fewer than copy.min.rows=" + std::to_string(copy_min_rows);
  switch (method) {
    case Method::copy: return "COPY writes large batches with the least work";
    case Method::optimistic_copy: return "no key of the batch was in the table: COPY needs no merge";
    case Method::staging:
      return fell_back ? "a key was in the table already: staged and merged" : "large batch, keys may be in the table";
    case Method::pipeline: return "a statement of the user's own is executed for each record";
    case Method::arrays: break;
  }
  if (group.operation != Operation::put) return "deletes go by the keys alone";
  if (rows < copy_min_rows) return few;
  if (!copy_is_allowed(*group.table, *group.binding))
    return "COPY would make other rows of the records here: a view, a foreign table, rules, row-level security or an "
           "identity column";
  return "the role may make no temporary table";
}

}  // namespace sinkway::table
