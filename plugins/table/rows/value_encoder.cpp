#include "plugins/table/rows/value_encoder.hpp"

#include <array>
#include <bit>
#include <charconv>
#include <cmath>
#include <limits>
#include <string>

#include "plugins/table/rows/datetime.hpp"
#include "plugins/table/rows/numeric.hpp"
#include "plugins/table/rows/value_text.hpp"

namespace sinkway::table {
namespace {

using std::int64_t;

std::string_view text_of(const sinkway_value& value) { return {value.as.text, value.length}; }
std::string_view bytes_of(const sinkway_value& value) { return {value.as.text, value.length}; }
bool is_integer(std::uint8_t tag) { return tag >= SINKWAY_BOOL && tag <= SINKWAY_INT64; }
bool is_float(std::uint8_t tag) { return tag == SINKWAY_FLOAT32 || tag == SINKWAY_FLOAT64; }

std::string_view trimmed(std::string_view text) {
  while (!text.empty() && text.front() == ' ') text.remove_prefix(1);
  while (!text.empty() && text.back() == ' ') text.remove_suffix(1);
  return text;
}

template <typename Number>
Fault parse_number(std::string_view text, Number& number) {
  text = trimmed(text);
  if (text.starts_with('+')) text.remove_prefix(1);
  const auto [end, code] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (code == std::errc::result_out_of_range) return Fault::out_of_range;
  return code == std::errc() && end == text.data() + text.size() && !text.empty() ? Fault::none : Fault::bad_format;
}

Fault integer_from(const sinkway_value& value, int64_t& number) {
  if (is_integer(value.tag)) return number = value.as.integer, Fault::none;
  if (is_float(value.tag)) {
    const double whole = value.as.number;
    if (!(whole >= -0x1p63 && whole < 0x1p63)) return Fault::out_of_range;
    number = static_cast<int64_t>(whole);
    return static_cast<double>(number) == whole ? Fault::none : Fault::wrong_type;
  }
  if (value.tag == SINKWAY_STRING) return parse_number(text_of(value), number);
  if (value.tag != SINKWAY_DECIMAL) return Fault::wrong_type;
  std::string text = decimal_text({value.as.bytes, value.length}, value.scale);
  if (const auto point = text.find('.'); point != text.npos) {
    if (text.find_first_not_of('0', point + 1) != text.npos) return Fault::wrong_type;
    text.resize(point);
  }
  return parse_number(text, number);
}

Fault double_from(const sinkway_value& value, double& number) {
  if (is_float(value.tag)) return number = value.as.number, Fault::none;
  if (is_integer(value.tag) && value.tag != SINKWAY_BOOL) return number = static_cast<double>(value.as.integer), Fault::none;
  if (value.tag == SINKWAY_DECIMAL) return parse_number(decimal_text({value.as.bytes, value.length}, value.scale), number);
  return value.tag == SINKWAY_STRING ? parse_number(text_of(value), number) : Fault::wrong_type;
}

template <typename Target>
Fault put_integer(const sinkway_value& value, ByteBuffer& out) {
  int64_t number = 0;
  if (const Fault fault = integer_from(value, number); fault != Fault::none) return fault;
  if (number < std::numeric_limits<Target>::min() || number > int64_t{std::numeric_limits<Target>::max()}) return Fault::out_of_range;
  if constexpr (sizeof(Target) == 2) out.put16(static_cast<std::uint16_t>(number));
  if constexpr (sizeof(Target) == 4) out.put32(static_cast<std::uint32_t>(number));
  if constexpr (sizeof(Target) == 8) out.put64(static_cast<std::uint64_t>(number));
  return Fault::none;
}

Fault put_float8(const sinkway_value& value, ByteBuffer& out) {
  double number = 0;
  const Fault fault = double_from(value, number);
  out.put64(std::bit_cast<std::uint64_t>(number));
  return fault;
}

Fault put_float4(const sinkway_value& value, ByteBuffer& out) {
  double number = 0;
  if (const Fault fault = double_from(value, number); fault != Fault::none) return fault;
  const auto narrow = static_cast<float>(number);
  if ((std::isinf(narrow) && std::isfinite(number)) || (narrow == 0 && number != 0)) return Fault::out_of_range;
  out.put32(std::bit_cast<std::uint32_t>(narrow));
  return Fault::none;
}

// The words that PostgreSQL's own boolean takes, and their beginnings (manual 8.6).
Fault put_boolean(const sinkway_value& value, ByteBuffer& out) {
  if (is_integer(value.tag)) {
    if (value.as.integer != 0 && value.as.integer != 1) return Fault::out_of_range;
    return out.put8(static_cast<std::uint8_t>(value.as.integer)), Fault::none;
  }
  if (value.tag != SINKWAY_STRING) return Fault::wrong_type;
  constexpr std::array<std::pair<std::string_view, bool>, 8> kWords = {
      {{"true", true}, {"yes", true}, {"on", true}, {"1", true}, {"false", false}, {"no", false}, {"off", false}, {"0", false}}};
  std::string word(trimmed(text_of(value)));
  for (char& c : word) c = c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
  for (const auto& [name, truth] : kWords)
    if (!word.empty() && name.starts_with(word) && word != "o") return out.put8(truth), Fault::none;
  return Fault::bad_format;
}

Fault put_decimal(const sinkway_value& value, ByteBuffer& out) {
  if (value.tag == SINKWAY_STRING) return put_numeric(text_of(value), out);
  if (value.tag == SINKWAY_BOOL || (!is_integer(value.tag) && !is_float(value.tag) && value.tag != SINKWAY_DECIMAL)) return Fault::wrong_type;
  ByteBuffer text;
  if (const Fault fault = put_text(value, text); fault != Fault::none) return fault;
  return put_numeric(text.view(), out);
}

std::size_t characters(std::string_view text) {
  std::size_t count = 0;
  for (const char c : text) count += (static_cast<unsigned char>(c) & 0xc0) != 0x80;
  return count;
}

// A text that is longer than varchar(n) fits if all that is too much are blanks (manual 8.3).
Fault fit(std::string_view text, std::size_t limit, std::size_t& size) {
  if (characters(text) <= limit) return Fault::none;
  std::size_t at = 0;
  for (std::size_t count = 0; at < text.size(); ++at) {
    count += (static_cast<unsigned char>(text[at]) & 0xc0) != 0x80;
    if (count > limit) break;
  }
  if (text.find_first_not_of(' ', at) != text.npos) return Fault::too_long;
  size = at;
  return Fault::none;
}

Fault put_characters(const sinkway_value& value, const ColumnType& type, ByteBuffer& out) {
  const std::size_t start = out.size();
  if (value.tag == SINKWAY_STRING) [[likely]] {
    if (std::memchr(value.as.text, 0, value.length) != nullptr) return Fault::nul;
    out.put(text_of(value));
  } else if (const Fault fault = type.is_json ? put_json(value, out) : put_text(value, out); fault != Fault::none) {
    return fault;
  } else if (!type.is_json && out.view(start).find('\0') != std::string_view::npos) {
    return Fault::nul;
  }
  if (type.max_characters < 0 || out.size() - start <= static_cast<std::size_t>(type.max_characters)) return Fault::none;
  std::size_t size = out.size() - start;
  const Fault fault = fit(out.view(start), static_cast<std::size_t>(type.max_characters), size);
  out.truncate(start + size);
  return fault;
}

Fault put_jsonb(const sinkway_value& value, const ColumnType& type, ByteBuffer& out) {
  out.put8(1);  // the version of the binary form
  return put_characters(value, type, out);
}

int hex(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

// Text as bytea's input function reads it (manual 8.4): \x and hex digits, else backslash escapes.
Fault put_bytea_text(std::string_view text, ByteBuffer& out) {
  if (text.starts_with("\\x")) {
    text.remove_prefix(2);
    if (text.size() % 2 != 0) return Fault::bad_format;
    for (std::size_t n = 0; n < text.size(); n += 2) {
      if (hex(text[n]) < 0 || hex(text[n + 1]) < 0) return Fault::bad_format;
      out.put8(static_cast<std::uint8_t>(hex(text[n]) * 16 + hex(text[n + 1])));
    }
    return Fault::none;
  }
  for (std::size_t n = 0; n < text.size(); ++n) {
    if (text[n] != '\\') {
      out.put8(static_cast<std::uint8_t>(text[n]));
    } else if (n + 1 < text.size() && text[n + 1] == '\\') {
      out.put8(static_cast<std::uint8_t>(text[n++]));
    } else {
      const auto octal = [&](std::size_t at, char most) { return at < text.size() && text[at] >= '0' && text[at] <= most; };
      if (!octal(n + 1, '3') || !octal(n + 2, '7') || !octal(n + 3, '7')) return Fault::bad_format;
      out.put8(static_cast<std::uint8_t>((text[n + 1] - '0') * 64 + (text[n + 2] - '0') * 8 + (text[n + 3] - '0')));
      n += 3;
    }
  }
  return Fault::none;
}

Fault put_bytea(const sinkway_value& value, ByteBuffer& out) {
  if (value.tag == SINKWAY_BYTES) return out.put(bytes_of(value)), Fault::none;
  return value.tag == SINKWAY_STRING ? put_bytea_text(text_of(value), out) : Fault::wrong_type;
}

Fault put_uuid(const sinkway_value& value, ByteBuffer& out) {
  if (value.tag == SINKWAY_BYTES && value.length == 16) return out.put(bytes_of(value)), Fault::none;
  if (value.tag != SINKWAY_STRING) return Fault::wrong_type;
  std::string_view text = trimmed(text_of(value));
  if (text.size() > 2 && text.front() == '{' && text.back() == '}') text = text.substr(1, text.size() - 2);
  int digits = 0, high = 0;
  for (std::size_t n = 0; n < text.size(); ++n) {
    if (text[n] == '-' && digits > 0 && digits % 4 == 0 && text[n - 1] != '-') continue;
    const int digit = hex(text[n]);
    if (digit < 0 || digits == 32) return Fault::bad_format;
    if (digits++ % 2 == 0)
      high = digit;
    else
      out.put8(static_cast<std::uint8_t>(high * 16 + digit));
  }
  return digits == 32 && text.back() != '-' ? Fault::none : Fault::bad_format;
}

Fault timestamp_from(const sinkway_value& value, int64_t& micros) {
  switch (value.tag) {
    case SINKWAY_STRING: return parse_timestamp(text_of(value), micros);
    case SINKWAY_TIMESTAMP_US: return timestamp_from_epoch(value.as.integer, 1'000'000, micros);
    case SINKWAY_TIMESTAMP_MS:
    case SINKWAY_INT64:
    case SINKWAY_INT32: return timestamp_from_epoch(value.as.integer, 1'000, micros);  // plain numbers are epoch milliseconds
    case SINKWAY_DATE:
      if (value.as.integer < kFirstDay || value.as.integer > 106'000'000) return Fault::out_of_range;
      return timestamp_from_epoch(value.as.integer * 86'400, 1, micros);
    default: return Fault::wrong_type;
  }
}

Fault put_timestamp(const sinkway_value& value, ByteBuffer& out) {
  int64_t micros = 0;
  const Fault fault = timestamp_from(value, micros);
  out.put64(static_cast<std::uint64_t>(micros));
  return fault;
}

Fault put_date(const sinkway_value& value, ByteBuffer& out) {
  std::int32_t days = 0;
  if (value.tag == SINKWAY_STRING) {
    if (const Fault fault = parse_date(text_of(value), days); fault != Fault::none) return fault;
  } else if (value.tag == SINKWAY_DATE) {
    const int64_t since_2000 = value.as.integer - kDaysTo2000;
    if (value.as.integer > INT32_MAX || since_2000 < kFirstDay || since_2000 > kLastDay) return Fault::out_of_range;
    days = static_cast<std::int32_t>(since_2000);
  } else {
    int64_t micros = 0;
    if (const Fault fault = timestamp_from(value, micros); fault != Fault::none) return fault;
    days = static_cast<std::int32_t>(micros / kMicrosPerDay - (micros % kMicrosPerDay < 0));
  }
  return out.put32(static_cast<std::uint32_t>(days)), Fault::none;
}

Fault put_time(const sinkway_value& value, ByteBuffer& out) {
  int64_t micros = 0;
  if (value.tag == SINKWAY_STRING) {
    if (const Fault fault = parse_time(text_of(value), micros); fault != Fault::none) return fault;
  } else if (value.tag == SINKWAY_TIME_US) {
    micros = value.as.integer;
  } else if (value.tag == SINKWAY_TIME_MS && value.as.integer >= 0 && value.as.integer <= kMicrosPerDay / 1'000) {
    micros = value.as.integer * 1'000;
  } else {
    return value.tag == SINKWAY_TIME_MS ? Fault::out_of_range : Fault::wrong_type;
  }
  if (micros < 0 || micros > kMicrosPerDay) return Fault::out_of_range;
  return out.put64(static_cast<std::uint64_t>(micros)), Fault::none;
}

Fault put_text_only(const sinkway_value& value, const ColumnType& type, ByteBuffer& out) {
  if (value.tag == SINKWAY_STRING) return put_characters(value, type, out);
  if (type.is_array) return put_array_literal(value, out);
  const bool scalar = value.tag < SINKWAY_ARRAY && value.tag != SINKWAY_BYTES;
  return scalar ? put_text(value, out) : Fault::wrong_type;
}

std::uint64_t get(std::string_view payload, int bytes) {
  std::uint64_t number = 0;
  for (int n = 0; n < bytes; ++n) number = number << 8 | static_cast<unsigned char>(payload[static_cast<std::size_t>(n)]);
  return number;
}

template <typename Number>
void print_number(Number number, ByteBuffer& out) {
  char text[40];
  const auto end = std::to_chars(text, text + sizeof text, number).ptr;
  out.put({text, static_cast<std::size_t>(end - text)});
}

template <typename Float>
void print_float(Float number, ByteBuffer& out) {
  if (std::isnan(number)) return out.put("NaN");
  if (std::isinf(number)) return out.put(number > 0 ? "Infinity" : "-Infinity");
  print_number(number, out);
}

void print_hex(std::string_view bytes, ByteBuffer& out) {
  constexpr std::string_view kHex = "0123456789abcdef";
  for (const char c : bytes) {
    const auto byte = static_cast<unsigned char>(c);
    out.put8(static_cast<std::uint8_t>(kHex[byte >> 4]));
    out.put8(static_cast<std::uint8_t>(kHex[byte & 15]));
  }
}

}  // namespace

Fault encode(const sinkway_value& value, const ColumnType& type, ByteBuffer& out) {
  switch (type.encoding) {
    case Encoding::text: return put_characters(value, type, out);
    case Encoding::float8: return put_float8(value, out);
    case Encoding::timestamp:
    case Encoding::timestamptz: return put_timestamp(value, out);
    case Encoding::boolean: return put_boolean(value, out);
    case Encoding::int2: return put_integer<std::int16_t>(value, out);
    case Encoding::int4: return put_integer<std::int32_t>(value, out);
    case Encoding::int8: return put_integer<std::int64_t>(value, out);
    case Encoding::oid: return put_integer<std::uint32_t>(value, out);
    case Encoding::float4: return put_float4(value, out);
    case Encoding::numeric: return put_decimal(value, out);
    case Encoding::jsonb: return put_jsonb(value, type, out);
    case Encoding::bytea: return put_bytea(value, out);
    case Encoding::uuid: return put_uuid(value, out);
    case Encoding::date: return put_date(value, out);
    case Encoding::time: return put_time(value, out);
    case Encoding::text_only: return put_text_only(value, type, out);
  }
  return Fault::wrong_type;
}

void print_payload(std::string_view payload, const ColumnType& type, ByteBuffer& out) {
  switch (type.encoding) {
    case Encoding::boolean: return out.put(payload[0] ? "t" : "f");
    case Encoding::int2: return print_number(static_cast<std::int16_t>(get(payload, 2)), out);
    case Encoding::int4: return print_number(static_cast<std::int32_t>(get(payload, 4)), out);
    case Encoding::int8: return print_number(static_cast<std::int64_t>(get(payload, 8)), out);
    case Encoding::oid: return print_number(static_cast<std::uint32_t>(get(payload, 4)), out);
    case Encoding::float4: return print_float(std::bit_cast<float>(static_cast<std::uint32_t>(get(payload, 4))), out);
    case Encoding::float8: return print_float(std::bit_cast<double>(get(payload, 8)), out);
    case Encoding::numeric: return print_numeric(payload, out);
    case Encoding::jsonb: return out.put(payload.substr(1));
    case Encoding::bytea: return out.put("\\x"), print_hex(payload, out);
    case Encoding::uuid: return print_hex(payload, out);
    case Encoding::date: return print_date(static_cast<std::int32_t>(get(payload, 4)), out);
    case Encoding::time: return print_time(static_cast<std::int64_t>(get(payload, 8)), out);
    case Encoding::timestamp:
    case Encoding::timestamptz:
      return print_timestamp(static_cast<std::int64_t>(get(payload, 8)), type.encoding == Encoding::timestamptz, out);
    case Encoding::text:
    case Encoding::text_only: return out.put(payload);
  }
}

}  // namespace sinkway::table
