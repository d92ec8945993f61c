#include "plugins/table/rows/numeric.hpp"

#include <algorithm>
#include <array>

namespace sinkway::table {
namespace {

// numeric_send in PostgreSQL: int16 count of groups, weight of the first one, sign, digits after the point; then the
// groups.
constexpr int kGroup = 4;
constexpr std::uint16_t kPlus = 0, kMinus = 0x4000, kNan = 0xC000, kInfinityWord = 0xD000, kMinusInfinityWord = 0xF000;
constexpr std::size_t kHeaderBytes = 8;

void put_header(std::size_t groups, std::int64_t weight, std::uint16_t sign, std::int64_t scale, ByteBuffer& out) {
  out.put16(static_cast<std::uint16_t>(groups));
  out.put16(static_cast<std::uint16_t>(weight));
  out.put16(sign);
  out.put16(static_cast<std::uint16_t>(scale));
}

std::uint16_t read16(std::string_view bytes, std::size_t at) {
  const auto high = static_cast<unsigned char>(bytes[at]), low = static_cast<unsigned char>(bytes[at + 1]);
  return static_cast<std::uint16_t>(high << 8 | low);
}

std::array<char, kGroup> four_digits(unsigned group) {
  return {static_cast<char>('0' + group / 1000), static_cast<char>('0' + group / 100 % 10),
          static_cast<char>('0' + group / 10 % 10),          static_cast<char>('0' + group % 10)};
}

}  // namespace

void put_numeric(const DecimalDigits& number, ByteBuffer& out) {
  const std::int64_t scale = std::max<std::int64_t>(number.scale, 0);
  std::string_view digits = number.digits;
  const std::int64_t before_point = static_cast<std::int64_t>(digits.size()) - number.scale;
  digits = digits.substr(0, digits.find_last_not_of('0') + 1);  // zeros at the end make no groups
  if (digits.empty()) return put_header(0, 0, kPlus, scale, out);

  // Zeros in front bring the point to the edge of a group; the last group is filled up likewise.
  const std::int64_t lead = ((-before_point) % kGroup + kGroup) % kGroup;
  const auto length = static_cast<std::int64_t>(digits.size()) + lead;
  const std::int64_t groups = (length + kGroup - 1) / kGroup;
  put_header(static_cast<std::size_t>(groups), (before_point + lead) / kGroup - 1, number.negative ? kMinus : kPlus,
             scale, out);
  const auto digit_at = [&](std::int64_t at) {
    return at < 0 || at >= length - lead ? 0U : static_cast<unsigned>(digits[static_cast<std::size_t>(at)] - '0');
  };
  for (std::int64_t group = 0; group < groups; ++group) {
    unsigned value = 0;
    for (std::int64_t at = group * kGroup - lead; at < (group + 1) * kGroup - lead; ++at)
      value = value * 10 + digit_at(at);
    out.put16(static_cast<std::uint16_t>(value));
  }
}

void put_numeric(NumericWord word, ByteBuffer& out) {
  const std::uint16_t infinity = word == NumericWord::infinity ? kInfinityWord : kMinusInfinityWord;
  put_header(0, 0, word == NumericWord::nan ? kNan : infinity, 0, out);
}

void print_numeric(std::string_view payload, ByteBuffer& out) {
  const int groups = read16(payload, 0);
  const int weight = static_cast<std::int16_t>(read16(payload, 2));
  const std::uint16_t sign = read16(payload, 4);
  const int scale = read16(payload, 6);
  if (sign == kNan) return out.put("NaN");
  if (sign == kInfinityWord) return out.put("Infinity");
  if (sign == kMinusInfinityWord) return out.put("-Infinity");
  const auto group = [&](int n) {
    return four_digits(n >= 0 && n < groups ? read16(payload, kHeaderBytes + 2 * static_cast<std::size_t>(n)) : 0);
  };
  if (sign == kMinus) out.put("-");
  if (weight < 0 || groups == 0) out.put("0");
  for (int n = 0; groups > 0 && n <= weight; ++n) {
    const auto digits = group(n);
    const std::string_view text(digits.data(), digits.size());
    out.put(n == 0 ? text.substr(std::min(text.find_first_not_of('0'), text.size() - 1)) : text);
  }
  if (scale > 0) out.put(".");
  for (int done = 0; done < scale; done += kGroup) {
    const auto digits = group((groups == 0 ? 0 : weight + 1) + done / kGroup);
    out.put({digits.data(), static_cast<std::size_t>(std::min(kGroup, scale - done))});
  }
}

}  // namespace sinkway::table
