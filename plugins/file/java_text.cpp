#include "plugins/file/java_text.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <cstdint>
#include <cstdlib>
#include <span>
#include <string_view>
#include <vector>

namespace sinkway::file {
namespace {

using sdk::ValueView;

// Double.toString: the shortest digits that mean the number; plain from 10^-3 up to 10^7, else as 1.0E10.
template <typename Number>
void append_number(std::string& line, Number number) {
  if (std::isnan(number)) return void(line += "NaN");
  if (std::signbit(number)) line += '-';
  if (std::isinf(number)) return void(line += "Infinity");
  std::array<char, 32> text{};
  const auto end = std::to_chars(text.data(), text.data() + text.size(), std::abs(number), std::chars_format::scientific).ptr;
  const std::string_view scientific(text.data(), static_cast<std::size_t>(end - text.data()));
  const std::size_t e = scientific.find('e');
  const int exponent = std::atoi(scientific.data() + e + 1);
  std::string digits(1, scientific[0]);
  if (e > 2) digits += scientific.substr(2, e - 2);
  if (number != 0 && (exponent < -3 || exponent >= 7)) {
    line += digits.substr(0, 1) + '.' + (digits.size() > 1 ? digits.substr(1) : "0") + 'E' + std::to_string(exponent);
  } else if (exponent < 0) {
    line += "0." + std::string(static_cast<std::size_t>(-exponent - 1), '0') + digits;
  } else {
    const auto whole = static_cast<std::size_t>(exponent) + 1;
    digits.resize(std::max(digits.size(), whole + 1), '0');
    line += digits.substr(0, whole) + '.' + digits.substr(whole);
  }
}

// Divides a big-endian number by ten in place; answers the remainder.
unsigned divide_by_ten(std::vector<std::uint8_t>& number) {
  unsigned rest = 0;
  for (std::uint8_t& byte : number) {
    const unsigned part = rest * 256 + byte;
    byte = static_cast<std::uint8_t>(part / 10);
    rest = part % 10;
  }
  return rest;
}

void append_decimal(std::string& line, std::span<const std::uint8_t> unscaled, int scale) {
  std::vector<std::uint8_t> number(unscaled.begin(), unscaled.end());
  const bool negative = !number.empty() && (number[0] & 0x80) != 0;
  if (negative) {
    unsigned carry = 1;
    for (auto byte = number.rbegin(); byte != number.rend(); ++byte) {
      const unsigned sum = static_cast<std::uint8_t>(~*byte) + carry;
      *byte = static_cast<std::uint8_t>(sum);
      carry = sum >> 8;
    }
  }
  std::string reversed;
  while (std::any_of(number.begin(), number.end(), [](std::uint8_t byte) { return byte != 0; }))
    reversed += static_cast<char>('0' + divide_by_ten(number));
  const auto places = static_cast<std::size_t>(std::max(scale, 0));
  if (scale < 0 && !reversed.empty()) reversed.insert(0, static_cast<std::size_t>(-scale), '0');
  reversed.resize(std::max(reversed.size(), places + 1), '0');
  if (places > 0) reversed.insert(places, 1, '.');
  if (negative) line += '-';
  line.append(reversed.rbegin(), reversed.rend());
}

void append_padded(std::string& line, std::int64_t number, std::size_t width) {
  const std::string digits = std::to_string(std::abs(number));
  if (number < 0) line += '-';
  line.append(digits.size() < width ? width - digits.size() : 0, '0').append(digits);
}

// The proleptic Gregorian calendar without the limits of a calendar type.
void append_date(std::string& line, std::int64_t days) {
  constexpr std::int64_t kFarthest = 365'000'000'000;  // a billion years off: no date any more
  if (days > kFarthest || days < -kFarthest) return void(line += std::to_string(days));
  // Days are counted in eras of 400 years from 0000-03-01, so that the leap day is the last of its year.
  const std::int64_t shifted = days + 719'468;
  const std::int64_t era = (shifted >= 0 ? shifted : shifted - 146'096) / 146'097;
  const std::int64_t of_era = shifted - era * 146'097;
  const std::int64_t year_of_era = (of_era - of_era / 1'460 + of_era / 36'524 - of_era / 146'096) / 365;
  const std::int64_t of_year = of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
  const std::int64_t month_from_march = (5 * of_year + 2) / 153;
  const std::int64_t month = month_from_march < 10 ? month_from_march + 3 : month_from_march - 9;
  append_padded(line, year_of_era + era * 400 + (month <= 2 ? 1 : 0), 4);
  append_padded(line += '-', month, 2);
  append_padded(line += '-', of_year - (153 * month_from_march + 2) / 5 + 1, 2);
}

void append_time(std::string& line, std::int64_t ticks, std::int64_t per_second) {
  const std::int64_t seconds = ticks / per_second;
  append_padded(line, seconds / 3'600, 2);
  append_padded(line += ':', seconds / 60 % 60, 2);
  append_padded(line += ':', seconds % 60, 2);
  append_padded(line += '.', ticks % per_second, per_second == 1'000 ? 3 : 6);
}

void append_timestamp(std::string& line, std::int64_t ticks, std::int64_t per_second) {
  const std::int64_t per_day = 86'400 * per_second;
  const std::int64_t of_day = (ticks % per_day + per_day) % per_day;
  append_date(line, ticks / per_day - (ticks % per_day < 0 ? 1 : 0));
  line += 'T';
  append_time(line, of_day, per_second);
  line += 'Z';
}

void append_list(std::string& line, ValueView value) {
  line += '[';
  for (const char* between = ""; const ValueView item : value.items()) {
    line += between;
    append_java_text(line, item);
    between = ", ";
  }
  line += ']';
}

void append_map(std::string& line, ValueView value) {
  line += '{';
  const auto items = value.items();
  for (std::size_t i = 0; i + 1 < items.size(); i += 2) {
    if (i > 0) line += ", ";
    append_java_text(line, items[i]);
    line += '=';
    append_java_text(line, items[i + 1]);
  }
  line += '}';
}

void append_struct(std::string& line, ValueView value) {
  const bool with_schema = value.shape().schema != nullptr;
  line += with_schema ? "Struct{" : "{";
  const char* between = "";
  const auto fields = value.fields();
  for (std::size_t i = 0; i < fields.size(); ++i) {
    const ValueView field = fields[i];
    if (field.is_absent() || (with_schema && field.is_null())) continue;
    line.append(between).append(sdk::view(value.shape().names[i])) += '=';
    append_java_text(line, field);
    between = with_schema ? "," : ", ";
  }
  line += '}';
}

void append_hexadecimal(std::string& line, std::span<const std::uint8_t> bytes) {
  constexpr std::string_view kDigits = "0123456789abcdef";
  for (const std::uint8_t byte : bytes) line.append(1, kDigits[byte >> 4]).append(1, kDigits[byte & 15]);
}

}  // namespace

void append_java_text(std::string& line, sdk::ValueView value) {
  switch (value.tag()) {
    case SINKWAY_BOOL: return void(line += value.boolean() ? "true" : "false");
    case SINKWAY_INT8:
    case SINKWAY_INT16:
    case SINKWAY_INT32:
    case SINKWAY_INT64: return void(line += std::to_string(value.integer()));
    case SINKWAY_FLOAT32: return append_number(line, static_cast<float>(value.number()));
    case SINKWAY_FLOAT64: return append_number(line, value.number());
    case SINKWAY_STRING: return void(line += value.text());
    case SINKWAY_BYTES: return append_hexadecimal(line, value.bytes());
    case SINKWAY_DECIMAL: return append_decimal(line, value.bytes(), value.scale());
    case SINKWAY_DATE: return append_date(line, value.integer());
    case SINKWAY_TIME_MS: return append_time(line, value.integer(), 1'000);
    case SINKWAY_TIME_US: return append_time(line, value.integer(), 1'000'000);
    case SINKWAY_TIMESTAMP_MS: return append_timestamp(line, value.integer(), 1'000);
    case SINKWAY_TIMESTAMP_US: return append_timestamp(line, value.integer(), 1'000'000);
    case SINKWAY_ARRAY: return append_list(line, value);
    case SINKWAY_MAP: return append_map(line, value);
    case SINKWAY_STRUCT: return append_struct(line, value);
    default: return void(line += "null");
  }
}

}  // namespace sinkway::file
