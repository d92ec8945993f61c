#include "plugins/table/rows/unavailable_value.hpp"

#include <cstdint>
#include <span>
#include <utility>

#include "plugins/table/rows/byte_text.hpp"

namespace sinkway::table {

UnavailableValue::UnavailableValue(std::string mark) : mark_(std::move(mark)) {
  ByteBuffer text;
  print_base64(std::span(reinterpret_cast<const std::uint8_t*>(mark_.data()), mark_.size()), text);
  base64_ = text.view();
}

}  // namespace sinkway::table
