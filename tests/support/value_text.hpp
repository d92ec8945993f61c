// A value as text, for tables of cases: every tag looks different.
#pragma once

#include <charconv>
#include <string>
#include <string_view>

#include <fmt/format.h>

#include "host/data/decimal.hpp"
#include "host/data/temporal.hpp"
#include "host/data/value.hpp"

namespace sinkway::test {

// INT64 5, FLOAT64 5.0, INT8 `int8 5`, DECIMAL `dec 1.50`, BYTES x'00ff', STRING "a", ARRAY [1, 2], MAP <"a" = 1>,
// STRUCT {a: 1}; an exclamation mark behind it: filled from a default.
[[nodiscard]] inline std::string text_of_value(const Value& value);

[[nodiscard]] inline std::string text_of_double(double number) {
  char digits[32];
  std::string text(digits, std::to_chars(digits, digits + sizeof digits, number).ptr);
  return text.find_first_of(".en") == std::string::npos ? text + ".0" : text;
}

[[nodiscard]] inline std::string text_of_container(const Value& value) {
  std::string text;
  const auto append = [&](const std::string& part) { text += (text.empty() ? "" : ", ") + part; };
  switch (tag_of(value)) {
    case Tag::array:
      for (std::uint32_t i = 0; i < value.length; ++i) append(text_of_value(value.as.items[i]));
      return "[" + text + "]";
    case Tag::map:
      for (std::uint32_t i = 0; i < value.length; ++i)
        append(text_of_value(value.as.items[2 * i]) + " = " + text_of_value(value.as.items[2 * i + 1]));
      return "<" + text + ">";
    default:
      const auto fields = fields_of(value);
      for (std::size_t i = 0; i < fields.size(); ++i)
        append(std::string(view(value.as.object->shape->names[i])) + ": " + text_of_value(fields[i]));
      return "{" + text + "}";
  }
}

[[nodiscard]] inline std::string text_of_scalar(const Value& value) {
  const std::int64_t integer = value.as.integer;
  switch (tag_of(value)) {
    case Tag::absent: return "absent";
    case Tag::null: return "null";
    case Tag::boolean: return integer != 0 ? "true" : "false";
    case Tag::int8: return fmt::format("int8 {}", integer);
    case Tag::int16: return fmt::format("int16 {}", integer);
    case Tag::int32: return fmt::format("int32 {}", integer);
    case Tag::int64: return fmt::format("{}", integer);
    case Tag::float32: return "float " + text_of_double(value.as.number);
    case Tag::float64: return text_of_double(value.as.number);
    case Tag::string: return "\"" + std::string(text_of(value)) + "\"";
    case Tag::decimal: return "dec " + decimal::print(value);
    case Tag::date: return "date " + temporal::print_date(integer);
    case Tag::time_ms: return "time " + temporal::print_time(integer * 1000);
    case Tag::time_us: return "time_us " + temporal::print_time(integer);
    case Tag::timestamp_ms: return "ts " + temporal::print_timestamp(integer * 1000);
    case Tag::timestamp_us: return "ts_us " + temporal::print_timestamp(integer);
    case Tag::bytes: break;
    default: return "?";
  }
  std::string text = "x'";
  for (std::uint32_t i = 0; i < value.length; ++i) text += fmt::format("{:02x}", value.as.bytes[i]);
  return text + "'";
}

inline std::string text_of_value(const Value& value) {
  const Tag tag = tag_of(value);
  const bool is_container = tag == Tag::array || tag == Tag::map || tag == Tag::structure;
  const std::string text = is_container ? text_of_container(value) : text_of_scalar(value);
  return text + ((value.flags & SINKWAY_FLAG_DEFAULT_FILLED) != 0 ? "!" : "") + ((value.flags & SINKWAY_FLAG_MISSING) != 0 ? "?" : "");
}

}  // namespace sinkway::test
