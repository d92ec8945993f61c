#include "plugins/table/rows/array_encoder.hpp"

#include <array>
#include <cstdint>
#include <string>

#include "plugins/table/rows/array_literal.hpp"
#include "plugins/table/rows/field.hpp"
#include "plugins/table/rows/value_encoder.hpp"
#include "plugins/table/rows/value_text.hpp"

namespace sinkway::table {
namespace {

char delimiter_of(const ColumnType& element) { return element.type == oid::kBox ? ';' : ','; }

// array_send in PostgreSQL's arrayfuncs.c: dimensions, whether there are nulls, type of the elements; for each
// dimension its size and lower bound; then the elements as fields.
constexpr std::size_t kHeaderBytes = 12, kNullFlagAt = 4, kDimensionBytes = 8;

struct Shape {
  std::array<std::uint32_t, kMostDimensions> sizes{};
  int dimensions = 0;
  bool has_element = false;  // from then on no dimension is added
};

bool is_inner(const sinkway_value& value, const ColumnType& element) {
  return value.tag == SINKWAY_ARRAY && !element.is_json;
}

// Every array of a dimension has the size of the first one.
Fault measure(const sinkway_value& value, const ColumnType& element, int depth, Shape& shape) {
  if (depth == kMostDimensions) return Fault::bad_format;
  if (depth == shape.dimensions) {
    shape.sizes[static_cast<std::size_t>(depth)] = value.length;
    ++shape.dimensions;
  } else if (shape.sizes[static_cast<std::size_t>(depth)] != value.length) {
    return Fault::bad_format;
  }
  for (std::size_t n = 0; n < value.length; ++n) {
    const sinkway_value& item = value.as.items[n];
    if (is_inner(item, element)) {
      if (depth + 1 == shape.dimensions && shape.has_element) return Fault::bad_format;
      if (const Fault fault = measure(item, element, depth + 1, shape); fault != Fault::none) return fault;
    } else {
      if (depth + 1 < shape.dimensions) return Fault::bad_format;
      shape.has_element = true;
    }
  }
  return Fault::none;
}

void put_header(const Shape& shape, const std::vector<std::int32_t>& lower, const ColumnType& element,
                ByteBuffer& out) {
  out.put32(static_cast<std::uint32_t>(shape.dimensions));
  out.put32(0);
  out.put32(element.type);
  for (std::size_t n = 0; n < static_cast<std::size_t>(shape.dimensions); ++n) {
    out.put32(shape.sizes[n]);
    out.put32(n < lower.size() ? static_cast<std::uint32_t>(lower[n]) : 1);
  }
}

Fault put_items(const sinkway_value& value, const ColumnType& element, ByteBuffer& out, bool& has_null) {
  for (std::size_t n = 0; n < value.length; ++n) {
    const sinkway_value& item = value.as.items[n];
    const std::size_t at = out.size();
    const Fault fault = is_inner(item, element) ? put_items(item, element, out, has_null)
                                                : put_field(item, element, out);
    if (fault != Fault::none) return fault;
    if (!is_inner(item, element) && is_null_field(out.view(at))) has_null = true;
  }
  return Fault::none;
}

// {} whatever its dimensions are said to be.
bool is_empty(const Shape& shape) {
  for (int n = 0; n < shape.dimensions; ++n)
    if (shape.sizes[static_cast<std::size_t>(n)] == 0) return true;
  return false;
}

Fault put_array(const sinkway_value& value, const std::vector<std::int32_t>& lower, const ColumnType& element,
                ByteBuffer& out) {
  Shape shape;
  if (const Fault fault = measure(value, element, 0, shape); fault != Fault::none) return fault;
  if (is_empty(shape)) return put_header({}, {}, element, out), Fault::none;
  const std::size_t start = out.size();
  put_header(shape, lower, element, out);
  bool has_null = false;
  const Fault fault = put_items(value, element, out, has_null);
  if (fault == Fault::none && has_null) out.set32(start + kNullFlagAt, 1);
  return fault;
}

std::uint32_t read32(std::string_view bytes, std::size_t at) {
  std::uint32_t number = 0;
  for (const char byte : bytes.substr(at, sizeof number)) number = number << 8 | static_cast<unsigned char>(byte);
  return number;
}

// Reads elements off the front of what is left of a payload.
class Printer {
 public:
  Printer(std::string_view payload, const ColumnType& element, ByteBuffer& out)
      : payload_(payload), element_(element), out_(out), dimensions_(static_cast<int>(read32(payload, 0))),
        at_(kHeaderBytes + kDimensionBytes * static_cast<std::size_t>(dimensions_)) {}

  void print() {
    if (dimensions_ == 0) return out_.put("{}");
    print_bounds();
    print_level(0);
  }

 private:
  [[nodiscard]] std::uint32_t size(int dimension) const {
    return read32(payload_, kHeaderBytes + kDimensionBytes * static_cast<std::size_t>(dimension));
  }
  [[nodiscard]] std::int32_t lower(int dimension) const {
    const std::size_t at = kHeaderBytes + kDimensionBytes * static_cast<std::size_t>(dimension) + sizeof(std::int32_t);
    return static_cast<std::int32_t>(read32(payload_, at));
  }
  void print_bounds() {
    bool usual = true;
    for (int n = 0; n < dimensions_; ++n) usual &= lower(n) == 1;
    if (usual) return;
    for (int n = 0; n < dimensions_; ++n)
      out_.put("[" + std::to_string(lower(n)) + ":" + std::to_string(std::int64_t{lower(n)} + size(n) - 1) + "]");
    out_.put("=");
  }
  void print_level(int dimension) {
    out_.put("{");
    for (std::uint32_t n = 0; n < size(dimension); ++n) {
      if (n > 0) out_.put({&between_, 1});
      if (dimension + 1 < dimensions_) {
        print_level(dimension + 1);
      } else {
        print_element();
      }
    }
    out_.put("}");
  }
  void print_element() {
    const std::uint32_t length = read32(payload_, at_);
    at_ += sizeof length;
    if (length == kNullLength) return out_.put("NULL");
    ByteBuffer text;
    print_payload(payload_.substr(at_, length), element_, text);
    at_ += length;
    put_quoted_element(text.view(), out_);
  }

  std::string_view payload_;
  const ColumnType& element_;
  const char between_ = delimiter_of(element_);
  ByteBuffer& out_;
  int dimensions_;
  std::size_t at_;
};

}  // namespace

Fault encode_array(const sinkway_value& value, const ColumnType& element, ByteBuffer& out) {
  if (value.tag == SINKWAY_ARRAY) return put_array(value, {}, element, out);
  if (value.tag != SINKWAY_STRING) return Fault::wrong_type;
  ArrayLiteral literal(delimiter_of(element));
  if (const Fault fault = literal.parse(text_of(value)); fault != Fault::none) return fault;
  if (!literal.lower_bounds().empty() && !literal.bounds_fit()) return Fault::bad_format;
  // Inner arrays of the literal are dimensions even where the elements are json.
  ColumnType plain = element;
  plain.is_json = false;
  return put_array(literal.value(), literal.lower_bounds(), plain, out);
}

void print_array_payload(std::string_view payload, const ColumnType& element, ByteBuffer& out) {
  Printer(payload, element, out).print();
}

}  // namespace sinkway::table
