#include "plugins/table/rows/decimal_digits.hpp"

#include <algorithm>
#include <charconv>
#include <system_error>
#include <vector>

namespace sinkway::table {
namespace {

constexpr std::uint64_t kBillion = 1'000'000'000;
// (kDigitsBeforePoint + kDigitsAfterPoint) / log10(256), rounded up: no longer integer is needed.
constexpr std::size_t kLongestUnscaled = 61'240;

bool is_digit(char c) { return c >= '0' && c <= '9'; }

Fault checked(DecimalDigits& number) {
  number.digits.erase(0, number.digits.find_first_not_of('0'));
  if (number.digits.empty()) {
    number.negative = false;
    number.scale = std::max<std::int64_t>(number.scale, 0);
  }
  const auto before_point = static_cast<std::int64_t>(number.digits.size()) - number.scale;
  const bool too_great = !number.digits.empty() && before_point > kDigitsBeforePoint;
  return number.scale > kDigitsAfterPoint || too_great ? Fault::out_of_range : Fault::none;
}

// The magnitude as 32-bit limbs, most significant first.
std::vector<std::uint32_t> limbs_of(std::span<const std::uint8_t> unscaled, bool negative) {
  std::vector<std::uint32_t> limbs((unscaled.size() + 3) / 4);
  std::uint32_t carry = negative ? 1 : 0;
  for (std::size_t n = 0; n < unscaled.size(); ++n) {
    std::uint32_t byte = unscaled[unscaled.size() - 1 - n];
    if (negative) {
      byte = (~byte & 0xff) + carry;
      carry = byte >> 8;
      byte &= 0xff;
    }
    limbs[limbs.size() - 1 - n / 4] |= byte << (n % 4 * 8);
  }
  return limbs;
}

// Digits of the limbs, least significant nine at a time.
std::string digits_of(std::vector<std::uint32_t> limbs) {
  std::string reversed;
  for (std::size_t first = 0; first < limbs.size();) {
    std::uint64_t rest = 0;
    for (std::size_t n = first; n < limbs.size(); ++n) {
      rest = rest << 32 | limbs[n];
      limbs[n] = static_cast<std::uint32_t>(rest / kBillion);
      rest %= kBillion;
    }
    for (int n = 0; n < 9; ++n, rest /= 10) reversed += static_cast<char>('0' + rest % 10);
    while (first < limbs.size() && limbs[first] == 0) ++first;
  }
  return {reversed.rbegin(), reversed.rend()};
}

}  // namespace

Fault parse_decimal(std::string_view text, DecimalDigits& number) {
  number = {};
  if (text.starts_with('-') || text.starts_with('+')) {
    number.negative = text.front() == '-';
    text.remove_prefix(1);
  }
  std::size_t at = 0;
  bool point = false;
  for (; at < text.size() && (is_digit(text[at]) || (text[at] == '.' && !point)); ++at) {
    if (text[at] == '.') {
      point = true;
      continue;
    }
    number.digits += text[at];
    number.scale += point ? 1 : 0;
  }
  if (number.digits.empty()) return Fault::bad_format;
  if (at < text.size() && (text[at] == 'e' || text[at] == 'E')) {
    ++at;
    if (at + 1 < text.size() && text[at] == '+' && is_digit(text[at + 1])) ++at;
    std::int32_t exponent = 0;
    const auto [end, error] = std::from_chars(text.data() + at, text.data() + text.size(), exponent);
    if (error == std::errc::invalid_argument || end != text.data() + text.size()) return Fault::bad_format;
    if (error == std::errc::result_out_of_range) return Fault::out_of_range;
    number.scale -= exponent;
    at = text.size();
  }
  return at == text.size() ? checked(number) : Fault::bad_format;
}

Fault decimal_of(std::span<const std::uint8_t> unscaled, std::int32_t scale, DecimalDigits& number) {
  number = {};
  if (unscaled.size() > kLongestUnscaled) return Fault::out_of_range;
  number.negative = !unscaled.empty() && (unscaled.front() & 0x80) != 0;
  number.scale = scale;
  if (unscaled.size() <= sizeof(std::int64_t)) {
    std::uint64_t bits = number.negative ? ~std::uint64_t{0} : 0;
    for (const std::uint8_t byte : unscaled) bits = bits << 8 | byte;
    number.digits = std::to_string(number.negative ? std::uint64_t{0} - bits : bits);
  } else {
    number.digits = digits_of(limbs_of(unscaled, number.negative));
  }
  return checked(number);
}

Fault to_integer(const DecimalDigits& number, std::int64_t& whole) {
  whole = 0;
  std::string_view digits = number.digits;
  if (digits.empty()) return Fault::none;
  if (number.scale > 0) {
    const auto fraction = std::min<std::size_t>(digits.size(), static_cast<std::size_t>(number.scale));
    if (digits.substr(digits.size() - fraction).find_first_not_of('0') != std::string_view::npos) return Fault::inexact;
    digits.remove_suffix(fraction);
  }
  std::string text = (number.negative ? "-" : "") + std::string(digits);
  if (text.size() > 20 || number.scale < -20) return Fault::out_of_range;
  if (number.scale < 0) text.append(static_cast<std::size_t>(-number.scale), '0');
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), whole);
  return error == std::errc() && end == text.data() + text.size() ? Fault::none : Fault::out_of_range;
}

void print_decimal(const DecimalDigits& number, ByteBuffer& out) {
  if (number.negative) out.put("-");
  const auto length = static_cast<std::int64_t>(number.digits.size());
  const std::int64_t whole = length - number.scale;  // digits before the point
  const std::string_view digits = number.digits;
  if (whole <= 0) {
    out.put("0");
  } else {
    out.put(digits.substr(0, static_cast<std::size_t>(std::min(whole, length))));
    for (std::int64_t n = length; n < whole; ++n) out.put("0");
  }
  if (number.scale <= 0) return;
  out.put(".");
  for (std::int64_t n = whole; n < 0; ++n) out.put("0");
  if (length > 0) out.put(digits.substr(static_cast<std::size_t>(std::max<std::int64_t>(whole, 0))));
}

}  // namespace sinkway::table
