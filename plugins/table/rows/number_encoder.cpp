#include "plugins/table/rows/number_encoder.hpp"

#include <bit>
#include <cmath>
#include <limits>

#include "plugins/table/rows/decimal_digits.hpp"
#include "plugins/table/rows/number_text.hpp"
#include "plugins/table/rows/numeric.hpp"
#include "plugins/table/rows/value_text.hpp"

namespace sinkway::table {
namespace {

bool is_integer(const sinkway_value& value) { return value.tag >= SINKWAY_INT8 && value.tag <= SINKWAY_INT64; }

Fault whole_number(double number, std::int64_t& whole) {
  constexpr double kTwoTo63 = 9'223'372'036'854'775'808.0;
  if (!std::isfinite(number)) return Fault::nonfinite;
  if (!(number >= -kTwoTo63 && number < kTwoTo63)) return Fault::out_of_range;
  if (number != std::trunc(number)) return Fault::inexact;
  whole = static_cast<std::int64_t>(number);
  return Fault::none;
}

Fault whole_number(const sinkway_value& value, std::int64_t& whole) {
  switch (value.tag) {
    case SINKWAY_INT8:
    case SINKWAY_INT16:
    case SINKWAY_INT32:
    case SINKWAY_INT64: whole = value.as.integer; return Fault::none;
    case SINKWAY_FLOAT32:
    case SINKWAY_FLOAT64: return whole_number(value.as.number, whole);
    case SINKWAY_STRING: return parse_integer(text_of(value), whole);
    case SINKWAY_DECIMAL: {
      DecimalDigits number;
      const Fault fault = decimal_of({value.as.bytes, value.length}, value.scale, number);
      return fault == Fault::none ? to_integer(number, whole) : fault;
    }
    default: return Fault::wrong_type;
  }
}

template <typename Integer>
Fault integer(const sinkway_value& value, ByteBuffer& out) {
  std::int64_t whole = 0;
  if (const Fault fault = whole_number(value, whole); fault != Fault::none) return fault;
  if (whole < std::int64_t{std::numeric_limits<Integer>::min()} ||
      whole > std::int64_t{std::numeric_limits<Integer>::max()})
    return Fault::out_of_range;
  if constexpr (sizeof(Integer) == 2) out.put16(static_cast<std::uint16_t>(whole));
  if constexpr (sizeof(Integer) == 4) out.put32(static_cast<std::uint32_t>(whole));
  if constexpr (sizeof(Integer) == 8) out.put64(static_cast<std::uint64_t>(whole));
  return Fault::none;
}

Fault narrowed(double number, float& narrow) {
  narrow = static_cast<float>(number);
  const bool overflow = std::isinf(narrow) && !std::isinf(number);
  return overflow || (narrow == 0 && number != 0) ? Fault::out_of_range : Fault::none;
}
Fault narrowed(double number, double& same) {
  same = number;
  return Fault::none;
}

template <typename Number>
Fault number_of(const sinkway_value& value, Number& number) {
  switch (value.tag) {
    case SINKWAY_FLOAT32:
    case SINKWAY_FLOAT64: return narrowed(value.as.number, number);
    case SINKWAY_INT8:
    case SINKWAY_INT16:
    case SINKWAY_INT32:
    case SINKWAY_INT64: number = static_cast<Number>(value.as.integer); return Fault::none;
    case SINKWAY_STRING: return parse_number(text_of(value), number);
    case SINKWAY_DECIMAL: {
      ByteBuffer text;
      const Fault fault = print_plain(value, Zone::none, text);
      return fault == Fault::none ? parse_number(text.view(), number) : fault;
    }
    default: return Fault::wrong_type;
  }
}

template <typename Number>
Fault floating(const sinkway_value& value, const ColumnType& type, ByteBuffer& out) {
  Number number = 0;
  if (const Fault fault = number_of(value, number); fault != Fault::none) return fault;
  if (type.finite_only && !std::isfinite(number)) return Fault::nonfinite;
  if constexpr (sizeof(Number) == 4) out.put32(std::bit_cast<std::uint32_t>(number));
  if constexpr (sizeof(Number) == 8) out.put64(std::bit_cast<std::uint64_t>(number));
  return Fault::none;
}

// numeric(p,s) rounds to s digits after the point and holds p - s before it, once rounded.
bool fits(const DecimalDigits& number, const ColumnType& type) {
  if (type.precision < 0 || number.digits.empty()) return true;
  const std::int64_t most = type.precision - type.scale;
  const auto before_point = static_cast<std::int64_t>(number.digits.size()) - number.scale;
  if (before_point != most) return before_point < most;
  // As long as the column is wide: only nines that are rounded up do not fit.
  const std::string_view digits = number.digits;
  const auto kept = static_cast<std::size_t>(type.precision);
  const bool rounds_up = digits.size() > kept && digits[kept] >= '5';
  return !rounds_up || digits.substr(0, kept).find_first_not_of('9') != std::string_view::npos;
}

Fault put_fitting(const DecimalDigits& number, const ColumnType& type, ByteBuffer& out) {
  if (!fits(number, type)) return Fault::out_of_range;
  put_numeric(number, out);
  return Fault::none;
}

// numeric(p,s) takes NaN, but no infinity (PostgreSQL manual 8.1.2).
Fault put_word(NumericWord word, const ColumnType& type, ByteBuffer& out) {
  if (type.finite_only || (word != NumericWord::nan && type.precision >= 0)) return Fault::nonfinite;
  put_numeric(word, out);
  return Fault::none;
}

Fault numeric_from_text(std::string_view text, const ColumnType& type, ByteBuffer& out) {
  text = without_blanks(text);
  DecimalDigits number;
  const Fault fault = parse_decimal(text, number);
  if (fault == Fault::none) return put_fitting(number, type, out);
  if (fault != Fault::bad_format) return fault;
  const bool negative = text.starts_with('-');
  const std::string_view word = text.substr(text.starts_with('-') || text.starts_with('+') ? 1 : 0);
  if (same_but_case(text, "nan")) return put_word(NumericWord::nan, type, out);
  if (same_but_case(word, "infinity") || same_but_case(word, "inf"))
    return put_word(negative ? NumericWord::minus_infinity : NumericWord::infinity, type, out);
  return Fault::bad_format;
}

Fault numeric(const sinkway_value& value, const ColumnType& type, ByteBuffer& out) {
  if (value.tag == SINKWAY_STRING) return numeric_from_text(text_of(value), type, out);
  if (value.tag == SINKWAY_DECIMAL) {
    DecimalDigits number;
    const Fault fault = decimal_of({value.as.bytes, value.length}, value.scale, number);
    return fault == Fault::none ? put_fitting(number, type, out) : fault;
  }
  if (!is_integer(value) && value.tag != SINKWAY_FLOAT32 && value.tag != SINKWAY_FLOAT64) return Fault::wrong_type;
  ByteBuffer text;
  const Fault fault = print_plain(value, Zone::none, text);
  return fault == Fault::none ? numeric_from_text(text.view(), type, out) : fault;
}

Fault object_id(const sinkway_value& value, ByteBuffer& out) {
  std::int64_t whole = 0;
  if (const Fault fault = whole_number(value, whole); fault != Fault::none) return fault;
  if (whole < 0 || whole > std::int64_t{std::numeric_limits<std::uint32_t>::max()}) return Fault::out_of_range;
  out.put32(static_cast<std::uint32_t>(whole));
  return Fault::none;
}

}  // namespace

Fault encode_number(const sinkway_value& value, const ColumnType& type, ByteBuffer& out) {
  switch (type.encoding) {
    case Encoding::int2: return integer<std::int16_t>(value, out);
    case Encoding::int4: return integer<std::int32_t>(value, out);
    case Encoding::int8: return integer<std::int64_t>(value, out);
    case Encoding::oid: return object_id(value, out);
    case Encoding::float4: return floating<float>(value, type, out);
    case Encoding::numeric: return numeric(value, type, out);
    case Encoding::float8: return floating<double>(value, type, out);
    default: return Fault::wrong_type;
  }
}

}  // namespace sinkway::table
