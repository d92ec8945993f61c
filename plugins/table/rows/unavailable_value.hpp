// The mark that stands where a source of change events does not know a value.
#pragma once

#include <string>
#include <string_view>

#include "plugins/sdk/abi/sinkway_value.h"

namespace sinkway::table {

// PostgreSQL's log does not say a large value that an update has left as it was, so Debezium puts a mark in its place
// (unavailable.value.placeholder of its connector): as text, as the bytes of the text, in base64 where JSON has no bytes, or as
// the only item of an array. Immutable.
class UnavailableValue {
 public:
  // Empty: no value is unavailable.
  explicit UnavailableValue(std::string mark);

  // By its size alone, which is told without a look at the bytes. False: it is none.
  [[nodiscard]] bool has_size(const sinkway_value& value) const {
    return value.tag >= SINKWAY_STRING &&
           (value.length == mark_.size() || value.length == base64_.size() || value.tag == SINKWAY_ARRAY);
  }
  [[nodiscard]] bool is(const sinkway_value& value) const {
    if (value.tag == SINKWAY_STRING) return is_text({value.as.text, value.length}) || is_base64({value.as.text, value.length});
    if (value.tag == SINKWAY_BYTES) return is_text({reinterpret_cast<const char*>(value.as.bytes), value.length});
    return value.tag == SINKWAY_ARRAY && value.length == 1 && value.as.items->tag == SINKWAY_STRING && is(*value.as.items);
  }

 private:
  [[nodiscard]] bool is_text(std::string_view text) const { return text.size() == mark_.size() && !text.empty() && text == mark_; }
  [[nodiscard]] bool is_base64(std::string_view text) const { return text.size() == base64_.size() && !text.empty() && text == base64_; }

  std::string mark_;
  std::string base64_;
};

}  // namespace sinkway::table
