#include "plugins/table/rows/numeric.hpp"

#include <algorithm>
#include <charconv>
#include <vector>

namespace sinkway::table {
namespace {

constexpr std::uint16_t kPositive = 0x0000, kNegative = 0x4000, kNan = 0xC000, kPlusInfinity = 0xD000, kMinusInfinity = 0xF000;
constexpr int kMostScale = 16'383;          // NUMERIC_MAX_DISPLAY_SCALE reaches 16383 digits behind the point
constexpr int kMostIntegerDigits = 131'072;  // digits before the point; PostgreSQL manual 8.1.2

bool is_digit(char c) { return c >= '0' && c <= '9'; }

// Digits without a point: value = digits * 10^-scale.
struct Digits {
  std::string digits;
  int scale = 0;
  bool negative = false;
};

Fault read(std::string_view text, Digits& out) {
  std::size_t at = 0;
  if (at < text.size() && (text[at] == '-' || text[at] == '+')) out.negative = text[at++] == '-';
  bool point = false;
  for (; at < text.size() && (is_digit(text[at]) || (text[at] == '.' && !point)); ++at) {
    if (text[at] == '.') {
      point = true;
    } else {
      out.digits += text[at];
      out.scale += point;
    }
  }
  if (out.digits.empty()) return Fault::bad_format;
  if (at < text.size() && (text[at] == 'e' || text[at] == 'E')) {
    int exponent = 0;
    const std::size_t from = ++at < text.size() && text[at] == '+' ? at + 1 : at;
    const auto [end, code] = std::from_chars(text.data() + from, text.data() + text.size(), exponent);
    if (code == std::errc::result_out_of_range || exponent > 200'000 || exponent < -200'000) return Fault::out_of_range;
    if (code != std::errc() || end == text.data() + from) return Fault::bad_format;
    at = static_cast<std::size_t>(end - text.data());
    out.scale -= exponent;
  }
  if (at != text.size()) return Fault::bad_format;
  if (out.scale < 0) {
    if (-out.scale > kMostIntegerDigits) return Fault::out_of_range;
    out.digits.append(static_cast<std::size_t>(-out.scale), '0');
    out.scale = 0;
  }
  return Fault::none;
}

void put_head(std::uint16_t groups, std::int16_t weight, std::uint16_t sign, std::uint16_t scale, ByteBuffer& out) {
  out.put16(groups);
  out.put16(static_cast<std::uint16_t>(weight));
  out.put16(sign);
  out.put16(scale);
}

std::uint16_t get16(std::string_view payload, std::size_t at) {
  return static_cast<std::uint16_t>(static_cast<unsigned char>(payload[at]) << 8 | static_cast<unsigned char>(payload[at + 1]));
}

}  // namespace

Fault put_numeric(std::string_view text, ByteBuffer& out) {
  while (!text.empty() && text.front() == ' ') text.remove_prefix(1);
  while (!text.empty() && text.back() == ' ') text.remove_suffix(1);
  if (text == "NaN" || text == "nan") return put_head(0, 0, kNan, 0, out), Fault::none;
  if (text == "Infinity" || text == "infinity") return put_head(0, 0, kPlusInfinity, 0, out), Fault::none;
  if (text == "-Infinity" || text == "-infinity") return put_head(0, 0, kMinusInfinity, 0, out), Fault::none;
  Digits number;
  if (const Fault fault = read(text, number); fault != Fault::none) return fault;
  if (number.scale > kMostScale) return Fault::out_of_range;
  // Zeros in front and behind so that groups of four begin and end at the point.
  std::string& digits = number.digits;
  const int before = static_cast<int>(digits.size()) - number.scale;
  if (before < 0) digits.insert(0, static_cast<std::size_t>(-before), '0');
  const int whole = std::max(before, 0);
  digits.insert(0, static_cast<std::size_t>((4 - whole % 4) % 4), '0');
  digits.append(static_cast<std::size_t>((4 - number.scale % 4) % 4), '0');
  int weight = (whole + 3) / 4 - 1;
  std::vector<std::uint16_t> groups;
  for (std::size_t n = 0; n < digits.size(); n += 4)
    groups.push_back(static_cast<std::uint16_t>((digits[n] - '0') * 1'000 + (digits[n + 1] - '0') * 100 + (digits[n + 2] - '0') * 10 +
                                                (digits[n + 3] - '0')));
  const auto first = static_cast<int>(std::find_if(groups.begin(), groups.end(), [](auto group) { return group != 0; }) - groups.begin());
  groups.erase(groups.begin(), groups.begin() + first);
  weight -= first;
  while (!groups.empty() && groups.back() == 0) groups.pop_back();
  if (groups.empty()) {
    weight = 0;
    number.negative = false;
  }
  if (weight >= kMostIntegerDigits / 4) return Fault::out_of_range;
  put_head(static_cast<std::uint16_t>(groups.size()), static_cast<std::int16_t>(weight), number.negative ? kNegative : kPositive,
           static_cast<std::uint16_t>(number.scale), out);
  for (const auto group : groups) out.put16(group);
  return Fault::none;
}

std::string decimal_text(std::span<const std::uint8_t> unscaled, int scale) {
  const bool negative = !unscaled.empty() && (unscaled[0] & 0x80) != 0;
  std::vector<std::uint8_t> magnitude(unscaled.begin(), unscaled.end());
  if (negative) {
    for (auto& byte : magnitude) byte = static_cast<std::uint8_t>(~byte);
    for (auto at = magnitude.rbegin(); at != magnitude.rend() && ++*at == 0; ++at) {
    }
  }
  std::string reversed;
  while (std::any_of(magnitude.begin(), magnitude.end(), [](auto byte) { return byte != 0; })) {
    std::uint64_t rest = 0;
    for (auto& byte : magnitude) {
      rest = rest << 8 | byte;
      byte = static_cast<std::uint8_t>(rest / 1'000'000'000);
      rest %= 1'000'000'000;
    }
    for (int n = 0; n < 9; ++n, rest /= 10) reversed += static_cast<char>('0' + rest % 10);
  }
  while (reversed.size() > 1 && reversed.back() == '0') reversed.pop_back();
  if (reversed.empty()) reversed = "0";
  if (scale < 0 && reversed != "0") reversed.insert(0, static_cast<std::size_t>(-scale), '0');
  const auto fraction = static_cast<std::size_t>(std::max(scale, 0));
  while (reversed.size() <= fraction) reversed += '0';
  std::string text(negative ? "-" : "");
  text.append(reversed.rbegin(), reversed.rend() - static_cast<std::ptrdiff_t>(fraction));
  if (fraction > 0) text.append(".").append(reversed.rend() - static_cast<std::ptrdiff_t>(fraction), reversed.rend());
  return text;
}

void print_numeric(std::string_view payload, ByteBuffer& out) {
  const int groups = get16(payload, 0);
  const int weight = static_cast<std::int16_t>(get16(payload, 2));
  const std::uint16_t sign = get16(payload, 4);
  const int scale = get16(payload, 6);
  if (sign == kNan) return out.put("NaN");
  if (sign == kPlusInfinity || sign == kMinusInfinity) return out.put(sign == kPlusInfinity ? "Infinity" : "-Infinity");
  const auto group = [&](int n) { return n >= 0 && n < groups ? get16(payload, 8 + 2 * static_cast<std::size_t>(n)) : 0; };
  std::string text;
  const auto put = [&](int value) {
    for (int by = 1'000; by > 0; by /= 10) text += static_cast<char>('0' + value / by % 10);
  };
  for (int n = 0; n <= weight; ++n) put(group(n));
  text.erase(0, std::min(text.find_first_not_of('0'), text.size()));
  if (text.empty()) text = "0";
  if (scale > 0) {
    const std::size_t point = text.size();
    for (int n = weight + 1; (n - weight - 1) * 4 < scale; ++n) put(group(n));
    text.resize(point + static_cast<std::size_t>(scale));
    text.insert(point, ".");
  }
  if (sign == kNegative) text.insert(0, "-");
  out.put(text);
}

}  // namespace sinkway::table
