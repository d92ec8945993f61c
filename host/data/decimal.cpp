#include "host/data/decimal.hpp"

#include <algorithm>
#include <vector>

#include <fmt/format.h>

namespace sinkway::decimal {

namespace {

// A text taken apart.
struct Parts {
  bool negative = false;
  std::string_view whole;     // digits before the point
  std::string_view fraction;  // and after it
  std::int64_t exponent = 0;
};

std::string_view take_digits(std::string_view& text) {
  std::size_t count = 0;
  while (count < text.size() && text[count] >= '0' && text[count] <= '9') ++count;
  const auto digits = text.substr(0, count);
  text.remove_prefix(count);
  return digits;
}

bool take_sign(std::string_view& text) {
  const bool negative = text.starts_with('-');
  if (negative || text.starts_with('+')) text.remove_prefix(1);
  return negative;
}

// False: no exponent there, or one that no limit allows.
bool take_exponent(std::string_view& text, std::int64_t& exponent) {
  text.remove_prefix(1);
  const bool negative = take_sign(text);
  auto digits = take_digits(text);
  if (digits.empty()) return false;
  digits.remove_prefix(std::min(digits.find_first_not_of('0'), digits.size()));
  if (digits.size() > 6) return false;
  for (const char c : digits) exponent = exponent * 10 + (c - '0');
  if (negative) exponent = -exponent;
  return true;
}

std::optional<Parts> take_apart(std::string_view text) {
  Parts parts;
  parts.negative = take_sign(text);
  parts.whole = take_digits(text);
  if (text.starts_with('.')) {
    text.remove_prefix(1);
    parts.fraction = take_digits(text);
  }
  if (parts.whole.empty() && parts.fraction.empty()) return std::nullopt;
  if (text.starts_with('e') || text.starts_with('E'))
    if (!take_exponent(text, parts.exponent)) return std::nullopt;
  if (!text.empty()) return std::nullopt;
  return parts;
}

// The magnitude of a number, least significant 32 bits first, no zeros on top.
using Limbs = std::vector<std::uint32_t>;

void multiply_add(Limbs& limbs, std::uint32_t factor, std::uint32_t term) {
  std::uint64_t carry = term;
  for (auto& limb : limbs) {
    carry += std::uint64_t{limb} * factor;
    limb = static_cast<std::uint32_t>(carry);
    carry >>= 32;
  }
  if (carry != 0) limbs.push_back(static_cast<std::uint32_t>(carry));
}

std::uint32_t divide(Limbs& limbs, std::uint32_t by) {
  std::uint64_t rest = 0;
  for (auto limb = limbs.rbegin(); limb != limbs.rend(); ++limb) {
    rest = rest << 32 | *limb;
    *limb = static_cast<std::uint32_t>(rest / by);
    rest %= by;
  }
  while (!limbs.empty() && limbs.back() == 0) limbs.pop_back();
  return static_cast<std::uint32_t>(rest);
}

void append_digits(Limbs& limbs, std::string_view digits) {
  while (!digits.empty()) {
    const auto group = digits.substr(0, 9);
    std::uint32_t factor = 1;
    std::uint32_t term = 0;
    for (const char c : group) {
      factor *= 10;
      term = term * 10 + static_cast<std::uint32_t>(c - '0');
    }
    multiply_add(limbs, factor, term);
    digits.remove_prefix(group.size());
  }
}

std::span<const std::uint8_t> to_bytes(Limbs& limbs, bool negative, Arena& arena) {
  limbs.push_back(0);  // room for the sign
  if (negative) {
    std::uint64_t carry = 1;
    for (auto& limb : limbs) {
      carry += std::uint64_t{static_cast<std::uint32_t>(~limb)};
      limb = static_cast<std::uint32_t>(carry);
      carry >>= 32;
    }
  }
  const auto bytes = arena.array<std::uint8_t>(limbs.size() * 4);
  for (std::size_t i = 0; i < bytes.size(); ++i)
    bytes[bytes.size() - 1 - i] = static_cast<std::uint8_t>(limbs[i / 4] >> (i % 4 * 8));
  // A leading byte is superfluous while the next one carries the same sign.
  std::size_t skip = 0;
  const std::uint8_t sign = bytes[0];
  while (skip + 1 < bytes.size() && bytes[skip] == sign && (bytes[skip + 1] ^ sign) < 0x80) ++skip;
  return bytes.subspan(skip);
}

// The digits of the magnitude, "0" at least.
std::string digits_of(std::span<const std::uint8_t> unscaled, bool negative) {
  Limbs limbs((unscaled.size() + 3) / 4, 0);
  for (std::size_t i = 0; i < unscaled.size(); ++i) {
    const std::uint8_t byte = unscaled[unscaled.size() - 1 - i];
    limbs[i / 4] |= std::uint32_t{negative ? static_cast<std::uint8_t>(~byte) : byte} << (i % 4 * 8);
  }
  if (negative) multiply_add(limbs, 1, 1);
  while (!limbs.empty() && limbs.back() == 0) limbs.pop_back();
  std::vector<std::uint32_t> groups;
  while (!limbs.empty()) groups.push_back(divide(limbs, 1'000'000'000));
  if (groups.empty()) return "0";
  std::string digits = std::to_string(groups.back());
  for (auto group = groups.rbegin() + 1; group != groups.rend(); ++group) digits += fmt::format("{:09}", *group);
  return digits;
}

}  // namespace

std::optional<Value> parse(std::string_view text, Arena& arena) {
  const auto parts = take_apart(text);
  if (!parts) return std::nullopt;
  const std::int64_t scale = static_cast<std::int64_t>(parts->fraction.size()) - parts->exponent;
  if (parts->whole.size() + parts->fraction.size() > kMostDigits) return std::nullopt;
  if (scale > kLargestScale || scale < -kLargestScale) return std::nullopt;
  Limbs limbs;
  append_digits(limbs, parts->whole);
  append_digits(limbs, parts->fraction);
  return make::decimal(to_bytes(limbs, parts->negative, arena), static_cast<std::int16_t>(scale));
}

std::string print(std::span<const std::uint8_t> unscaled, int scale) {
  const bool negative = !unscaled.empty() && unscaled[0] >= 0x80;
  std::string digits = digits_of(unscaled, negative);
  if (scale < 0) {
    if (digits != "0") digits.append(static_cast<std::size_t>(-scale), '0');
  } else if (scale > 0) {
    const auto places = static_cast<std::size_t>(scale);
    if (digits.size() <= places) digits.insert(0, places + 1 - digits.size(), '0');
    digits.insert(digits.size() - places, 1, '.');
  }
  return negative ? "-" + digits : digits;
}

std::string print(const Value& value) { return print({value.as.bytes, value.length}, value.scale); }

std::span<const std::uint8_t> bytes_of(std::int64_t number, Arena& arena) {
  const bool negative = number < 0;
  const std::uint64_t bits = static_cast<std::uint64_t>(number);
  const std::uint64_t magnitude = negative ? std::uint64_t{0} - bits : bits;
  Limbs limbs{static_cast<std::uint32_t>(magnitude), static_cast<std::uint32_t>(magnitude >> 32)};
  return to_bytes(limbs, negative, arena);
}

}  // namespace sinkway::decimal
