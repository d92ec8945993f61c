#include "plugins/table/rows/semantic_values.hpp"

#include <bit>
#include <limits>

#include "plugins/table/rows/byte_text.hpp"
#include "plugins/table/rows/number_text.hpp"
#include "plugins/table/rows/value_text.hpp"

namespace sinkway::table {
namespace {

constexpr sinkway_value kAbsent{};

const sinkway_value& field(const sinkway_value& value, std::string_view name) {
  const sinkway_shape& shape = *value.as.object->shape;
  for (std::size_t n = 0; n < shape.field_count; ++n)
    if (std::string_view(shape.names[n].data, shape.names[n].size) == name) return value.as.object->values[n];
  return kAbsent;
}

void set_text(ReadValue& into, std::string text) {
  into.text = std::move(text);
  into.value = {};
  into.value.tag = SINKWAY_STRING;
  into.value.length = static_cast<std::uint32_t>(into.text.size());
  into.value.as.text = into.text.data();
}

bool bit_at(std::string_view bytes, std::size_t bit) {
  return bit / 8 < bytes.size() && (static_cast<unsigned char>(bytes[bit / 8]) >> (bit % 8) & 1) != 0;
}

std::size_t highest_bit(std::string_view bytes) {
  for (std::size_t bit = bytes.size() * 8; bit > 0; --bit)
    if (bit_at(bytes, bit - 1)) return bit;
  return 0;
}

// Well-known binary of a point: byte order, kind, x, y.
bool read_point(std::string_view wkb, double& x, double& y) {
  constexpr std::size_t kBytes = 21;
  if (wkb.size() < kBytes) return false;
  const bool little = wkb[0] == 1;
  const auto number = [&](std::size_t at, std::size_t size) {
    std::uint64_t bits = 0;
    for (std::size_t n = 0; n < size; ++n) {
      const auto byte = static_cast<unsigned char>(wkb[little ? at + size - 1 - n : at + n]);
      bits = bits << 8 | byte;
    }
    return bits;
  };
  const std::uint64_t kind = number(1, 4);
  const std::size_t start = (kind & 0x20000000) != 0 ? 9 : 5;  // behind an SRID, in the extended form
  if ((kind & 0xff) != 1 || wkb.size() < start + 16) return false;
  x = std::bit_cast<double>(number(start, 8));
  y = std::bit_cast<double>(number(start + 8, 8));
  return true;
}

std::string point_text(double x, double y) {
  ByteBuffer text;
  text.put("(");
  print_number(x, text);
  text.put(",");
  print_number(y, text);
  text.put(")");
  return std::string(text.view());
}

}  // namespace

Fault read_variable_decimal(const sinkway_value& value, ReadValue& into) {
  if (value.tag != SINKWAY_STRUCT) return Fault::none;
  const sinkway_value& scale = field(value, "scale");
  const sinkway_value& unscaled = field(value, "value");
  const bool is_scale = scale.tag >= SINKWAY_INT8 && scale.tag <= SINKWAY_INT64;
  if (!is_scale || unscaled.tag != SINKWAY_BYTES) return Fault::wrong_type;
  if (scale.as.integer < std::numeric_limits<std::int16_t>::min() ||
      scale.as.integer > std::numeric_limits<std::int16_t>::max())
    return Fault::out_of_range;
  into.value = unscaled;
  into.value.tag = SINKWAY_DECIMAL;
  into.value.scale = static_cast<std::int16_t>(scale.as.integer);
  return Fault::none;
}

Fault read_bits(const sinkway_value& value, const ColumnType& type, ReadValue& into) {
  if (value.tag != SINKWAY_BYTES) return Fault::none;
  const std::string_view bytes = bytes_of(value);
  const std::size_t highest = highest_bit(bytes);
  if (type.type == oid::kBit || type.type == oid::kVarbit) {
    const std::size_t wanted = type.bits >= 0 ? static_cast<std::size_t>(type.bits) : bytes.size() * 8;
    if (highest > wanted) return Fault::too_long;
    std::string digits;
    for (std::size_t bit = wanted; bit > 0; --bit) digits += bit_at(bytes, bit - 1) ? '1' : '0';
    set_text(into, std::move(digits));
  } else if (type.encoding == Encoding::boolean || is_number(type.encoding)) {
    if (highest > 63) return Fault::out_of_range;
    std::int64_t number = 0;
    for (std::size_t bit = highest; bit > 0; --bit) number = number << 1 | (bit_at(bytes, bit - 1) ? 1 : 0);
    into.value = {};
    into.value.tag = SINKWAY_INT64;
    into.value.as.integer = number;
  }
  return Fault::none;
}

Fault read_set(const sinkway_value& value, ReadValue& into) {
  if (value.tag != SINKWAY_STRING || text_of(value).starts_with('{')) return Fault::none;
  std::string_view rest = text_of(value);
  while (!rest.empty()) {
    const std::string_view member = rest.substr(0, rest.find(','));
    sinkway_value& item = into.items.emplace_back();
    item.tag = SINKWAY_STRING;
    item.length = static_cast<std::uint32_t>(member.size());
    item.as.text = member.data();
    rest.remove_prefix(std::min(member.size() + 1, rest.size()));
  }
  into.value = {};
  into.value.tag = SINKWAY_ARRAY;
  into.value.length = static_cast<std::uint32_t>(into.items.size());
  into.value.as.items = into.items.data();
  return Fault::none;
}

Fault read_geometry(const sinkway_value& value, const ColumnType& type, ReadValue& into) {
  if (value.tag != SINKWAY_STRUCT) return Fault::none;
  const sinkway_value& wkb = field(value, "wkb");
  if (wkb.tag != SINKWAY_BYTES) return Fault::none;  // x and y alone: print_structure knows them
  if (type.structure == Structure::point) {
    double x = 0, y = 0;
    if (!read_point(bytes_of(wkb), x, y)) return Fault::bad_format;
    set_text(into, point_text(x, y));
    return Fault::none;
  }
  if (type.encoding != Encoding::text_only) return Fault::none;
  ByteBuffer hex;
  print_bytea(bytes_of(wkb), hex);
  const sinkway_value& srid = field(value, "srid");
  const bool has_srid = srid.tag >= SINKWAY_INT8 && srid.tag <= SINKWAY_INT64 && srid.as.integer != 0;
  const std::string digits(hex.view(2));  // without \x
  set_text(into, (has_srid ? "SRID=" + std::to_string(srid.as.integer) + ";" : "") + digits);
  return Fault::none;
}

}  // namespace sinkway::table
