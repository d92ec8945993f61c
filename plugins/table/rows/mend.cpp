// Another value for one that its column cannot hold: the part of policies.hpp that changes values.
#include <cmath>
#include <limits>
#include <string>

#include "plugins/table/rows/datetime.hpp"
#include "plugins/table/rows/decimal_digits.hpp"
#include "plugins/table/rows/field.hpp"
#include "plugins/table/rows/number_text.hpp"
#include "plugins/table/rows/numeric.hpp"
#include "plugins/table/rows/policies.hpp"
#include "plugins/table/rows/utf8_text.hpp"
#include "plugins/table/rows/value_encoder.hpp"
#include "plugins/table/rows/value_text.hpp"

namespace sinkway::table {
namespace {

enum class Side { none, below, near_zero, above };

// Of a number, whatever it comes in: on which side of what a column holds it lies.
Side side_of_number(std::string_view text) {
  DecimalDigits number;
  if (parse_decimal(without_blanks(text), number) == Fault::bad_format) return Side::none;
  if (static_cast<std::int64_t>(number.digits.size()) - number.scale <= 0) return Side::near_zero;
  return number.negative ? Side::below : Side::above;
}

Side side_of_number(const sinkway_value& value) {
  switch (value.tag) {
    case SINKWAY_BOOL:
    case SINKWAY_INT8:
    case SINKWAY_INT16:
    case SINKWAY_INT32:
    case SINKWAY_INT64: return value.as.integer < 0 ? Side::below : Side::above;
    case SINKWAY_FLOAT32:
    case SINKWAY_FLOAT64:
      if (std::fabs(value.as.number) < 1) return Side::near_zero;
      return value.as.number < 0 ? Side::below : Side::above;
    case SINKWAY_STRING: return side_of_number(text_of(value));
    case SINKWAY_DECIMAL: {
      if (value.length == 0) return Side::near_zero;
      ByteBuffer text;
      if (print_plain(value, Zone::none, text) == Fault::none) return side_of_number(text.view());
      return (value.as.bytes[0] & 0x80) != 0 ? Side::below : Side::above;
    }
    default: return Side::none;
  }
}

// Of a date or time. Text that spells a day no calendar has, such as 30 February, has no nearest bound.
Side side_of_time(const sinkway_value& value) {
  if (value.tag != SINKWAY_STRING) {
    const bool counts = value.tag >= SINKWAY_DATE && value.tag <= SINKWAY_TIMESTAMP_US;
    if (!counts && (value.tag < SINKWAY_INT8 || value.tag > SINKWAY_INT64)) return side_of_number(value);
    return value.as.integer < 0 ? Side::below : Side::above;
  }
  const std::string_view text = without_blanks(text_of(value));
  if (text.ends_with(" BC")) return Side::below;
  return text.find_first_not_of("0123456789") > 4 && text.size() > 4 ? Side::above : Side::none;
}

template <typename Integer>
sinkway_value bound(std::uint8_t tag, Side side) {
  sinkway_value value{};
  value.tag = tag;
  value.as.integer = std::int64_t{side == Side::below ? std::numeric_limits<Integer>::min()
                                                      : std::numeric_limits<Integer>::max()};
  return value;
}

template <typename Number>
sinkway_value float_bound(Side side) {
  sinkway_value value{};
  value.tag = SINKWAY_FLOAT64;
  const auto most = static_cast<double>(std::numeric_limits<Number>::max());
  value.as.number = side == Side::near_zero ? 0 : side == Side::below ? -most : most;
  return value;
}

// The greatest number of numeric(p,s), with its sign: as many nines as it has digits.
void put_numeric_bound(const ColumnType& type, Side side, ByteBuffer& out) {
  DecimalDigits number;
  number.negative = side == Side::below;
  const bool limited = type.precision >= 0;
  number.digits.assign(limited ? static_cast<std::size_t>(type.precision) : kDigitsBeforePoint, '9');
  number.scale = limited ? type.scale : 0;
  if (side == Side::near_zero) number = {};
  put_numeric(number, out);
}

bool put_number_bound(const sinkway_value& value, const ColumnType& type, ByteBuffer& out) {
  const Side side = side_of_number(value);
  if (side == Side::none) return false;
  switch (type.encoding) {
    case Encoding::int2: return encode_exactly(bound<std::int16_t>(SINKWAY_INT64, side), type, out) == Fault::none;
    case Encoding::int4: return encode_exactly(bound<std::int32_t>(SINKWAY_INT64, side), type, out) == Fault::none;
    case Encoding::int8: return encode_exactly(bound<std::int64_t>(SINKWAY_INT64, side), type, out) == Fault::none;
    case Encoding::oid: return encode_exactly(bound<std::uint32_t>(SINKWAY_INT64, side), type, out) == Fault::none;
    case Encoding::float4: return encode_exactly(float_bound<float>(side), type, out) == Fault::none;
    case Encoding::float8: return encode_exactly(float_bound<double>(side), type, out) == Fault::none;
    case Encoding::numeric: return put_numeric_bound(type, side, out), true;
    default: return false;
  }
}

bool put_time_bound(const sinkway_value& value, const ColumnType& type, ByteBuffer& out) {
  const Side side = side_of_time(value);
  if (side == Side::none) return false;
  const bool below = side != Side::above;
  switch (type.encoding) {
    case Encoding::timestamp:
    case Encoding::timestamptz: return out.put64(static_cast<std::uint64_t>(below ? kFirstMicro : kLastMicro)), true;
    case Encoding::date: return out.put32(static_cast<std::uint32_t>(below ? kFirstDay : kLastDay)), true;
    case Encoding::time: return out.put64(below ? 0 : static_cast<std::uint64_t>(kMicrosPerDay)), true;
    default: return false;
  }
}

// The text that was refused: as it came, or as it was made from another value.
std::string refused_text(const sinkway_value& value, const ColumnType& type, std::string_view appended) {
  if (value.tag == SINKWAY_STRING) return std::string(text_of(value));
  if (value.tag == SINKWAY_BYTES) return std::string(bytes_of(value));
  const bool has_version = type.encoding == Encoding::jsonb && !appended.empty();
  return std::string(appended.substr(has_version ? 1 : 0));
}

std::string changed_text(Policy policy, const std::string& text, const ColumnType& type) {
  if (policy == Policy::too_long) return text.substr(0, bytes_of_characters(text, type.max_characters));
  if (policy == Policy::bad_utf8) return with_replacements(text);
  return type.encoding == Encoding::jsonb ? without_json_nul(text) : without_nul(text);
}

// The changed text may meet another policy: without U+0000 it may still be too long.
Fault encode_changed(const std::string& text, const ColumnType& type, ByteBuffer& out) {
  ColumnType natural = type;
  natural.reading = Reading::natural;
  sinkway_value value{};
  value.tag = SINKWAY_STRING;
  value.length = static_cast<std::uint32_t>(text.size());
  value.as.text = text.data();
  return encode(value, natural, out);
}

}  // namespace

Fault mend(const sinkway_value& value, const ColumnType& type, Fault fault, std::size_t start, ByteBuffer& out) {
  const auto policy = policy_of(fault, type);
  if (!policy || type.policies == nullptr || type.element != nullptr) return fault;
  const Action action = (*type.policies)[*policy];
  const std::string appended(out.view(start));
  out.truncate(start);
  if (action != Action::null && action != Action::replace && action != Action::truncate) return fault;
  Fault left = Fault::becomes_null;
  if (action != Action::null) {
    if (*policy == Policy::overflow || *policy == Policy::out_of_range) {
      const bool put = *policy == Policy::overflow ? put_number_bound(value, type, out)
                                                   : put_time_bound(value, type, out);
      left = put ? Fault::none : fault;
    } else {
      left = encode_changed(changed_text(*policy, refused_text(value, type, appended), type), type, out);
    }
  }
  const bool changed = left == Fault::none || left == Fault::becomes_null;
  if (changed && type.policies->counts != nullptr) type.policies->counts->count(*policy, action);
  return left;
}

Fault mend_field(const sinkway_value& value, const ColumnType& type, Fault fault, std::size_t at, ByteBuffer& out) {
  if (type.policies == nullptr) return fault;
  const std::size_t start = at + sizeof(std::uint32_t);
  fault = mend(value, type, fault, start, out);
  if (fault == Fault::becomes_null) {
    out.truncate(at);
    out.put32(kNullLength);
    return Fault::none;
  }
  out.set32(at, static_cast<std::uint32_t>(out.size() - start));
  return fault;
}

Fault mend_text_field(const sinkway_value& value, const ColumnType& type, Fault fault, ByteBuffer& out) {
  // Text that is too long has been appended whole, text with U+0000 not at all.
  const std::size_t appended = fault == Fault::too_long ? sizeof(std::uint32_t) + value.length : 0;
  const std::size_t at = out.size() - appended;
  out.truncate(at);
  out.put32(0);
  return mend_field(value, type, fault, at, out);
}

}  // namespace sinkway::table
