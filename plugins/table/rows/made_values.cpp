#include "plugins/table/rows/made_values.hpp"

#include "plugins/table/rows/value_text.hpp"

namespace sinkway::table {
namespace {

sinkway_value text_value(std::string_view text) {
  sinkway_value value{};
  value.tag = SINKWAY_STRING;
  value.length = static_cast<std::uint32_t>(text.size());
  value.as.text = text.data();
  return value;
}

// "name":value behind what is there already. False: the value has no JSON form.
bool put_member(std::string_view name, const sinkway_value& value, std::string& json) {
  ByteBuffer out;
  const bool good = print_json(text_value(name), out) == Fault::none && (out.put(":"), true) &&
                    print_json(value, out) == Fault::none;
  json += json.empty() ? '{' : ',';
  json += out.view();
  return good;
}

bool put_headers(const sinkway_record& record, std::string& json) {
  for (std::uint32_t n = 0; n < record.header_count; ++n) {
    const sinkway_header& header = record.headers[n];
    if (!put_member({header.name.data, header.name.size}, header.value, json)) return false;
  }
  return true;
}

}  // namespace

void MadeValues::clear() {
  texts_.clear();
  values_.clear();
}

bool MadeValues::put_remainder(const MadeColumn& column, const Row& row, std::string& json) {
  for (const auto& [name, path] : column.fields) {
    const sinkway_value& value = value_at(path, row);
    if (value.tag != SINKWAY_ABSENT && !put_member(name, value, json)) return false;
  }
  return true;
}

const sinkway_value* MadeValues::make(const Binding& binding, const Row& row, RowFault& fault) {
  std::vector<sinkway_value>& values = values_.emplace_back();
  for (const MadeColumn& column : binding.made) {
    std::string& json = texts_.emplace_back();
    const bool good = column.what == MadeColumn::What::headers ? put_headers(*row.record, json)
                                                               : put_remainder(column, row, json);
    if (!good) {
      fault.column.clear();
      fault.fault = Fault::out_of_range;
      return nullptr;
    }
    sinkway_value& value = values.emplace_back();
    value.tag = SINKWAY_NULL;
    if (json.empty()) continue;
    json += '}';
    value = text_value(json);
  }
  return values.data();
}

}  // namespace sinkway::table
