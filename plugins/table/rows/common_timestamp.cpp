#include "plugins/table/rows/common_timestamp.hpp"

#include <cstring>
#include <iterator>

#include "plugins/table/rows/calendar.hpp"
#include "plugins/table/rows/datetime.hpp"

namespace sinkway::table {
namespace {

// Eight characters that hold digits at some places and separators at the others: what they must look like, and what may
// be added to each place of their difference before its high bit is set (a digit differs from '0' by at most 9).
struct Eight {
  std::uint64_t looks;
  std::uint64_t slack;
};

constexpr Eight eight(std::string_view looks) {
  Eight made{};
  for (std::size_t at = 0; at < 8; ++at) {
    made.looks |= std::uint64_t{static_cast<unsigned char>(looks[at])} << (8 * at);
    made.slack |= std::uint64_t{looks[at] == '0' ? 0x7fU - 9U : 0x7fU} << (8 * at);
  }
  return made;
}

// False: something else stands there. Byte n of `pairs` becomes the number that places n and n + 1 spell.
bool read_eight(const char* text, const Eight& wanted, std::uint64_t& pairs) {
  constexpr std::uint64_t kHighBits = 0x8080808080808080;
  std::uint64_t word;
  std::memcpy(&word, text, sizeof word);
  const std::uint64_t digits = word ^ wanted.looks;
  pairs = digits * 10 + (digits >> 8);
  return (((digits + wanted.slack) | digits) & kHighBits) == 0;
}

// The number at a place, of what read_eight found.
unsigned pair(std::uint64_t pairs, int place) { return static_cast<unsigned>(pairs >> (8 * place) & 0xff); }

bool read_digit(char c, unsigned& digit) {
  digit = static_cast<unsigned char>(c) - static_cast<unsigned>('0');
  return digit <= 9;
}

// `.f` to `.ffffff`, whole.
bool read_fraction(std::string_view text, unsigned& micros) {
  constexpr unsigned kScale[] = {0, 0, 100'000, 10'000, 1'000, 100, 10, 1};  // by characters, the point included
  if (text[0] != '.' || text.size() < 2 || text.size() >= std::size(kScale)) return false;
  unsigned fraction = 0, digit = 0;
  for (const char c : text.substr(1)) {
    if (!read_digit(c, digit)) return false;
    fraction = fraction * 10 + digit;
  }
  micros = fraction * kScale[text.size()];
  return true;
}

}  // namespace

bool read_common_timestamp(std::string_view text, std::int64_t& micros) {
  constexpr Eight kYearMonth = eight("0000-00-"), kBlank = eight("00 00:00"), kLetter = eight("00T00:00");
  constexpr std::size_t kSeconds = 19;  // characters without a fraction
  std::uint64_t date = 0, clock = 0;
  unsigned tens = 0, ones = 0, fraction = 0;
  if (text.size() < kSeconds || !read_eight(text.data(), kYearMonth, date) ||
      !read_eight(text.data() + 8, text[10] == 'T' ? kLetter : kBlank, clock) || text[16] != ':' ||
      !read_digit(text[17], tens) ||
      !read_digit(text[18], ones) || (text.size() > kSeconds && !read_fraction(text.substr(kSeconds), fraction)))
    return false;
  const unsigned year = pair(date, 0) * 100 + pair(date, 2), month = pair(date, 5);
  const unsigned day = pair(clock, 0), hour = pair(clock, 3), minute = pair(clock, 6), second = tens * 10 + ones;
  const bool is_day = year >= 1 && month - 1 < 12 && day >= 1 && (day <= 28 || day <= days_in(year, month));
  if (!is_day || hour > 23 || minute > 59 || second > 59) return false;
  micros = days_of_common(year, month, day) * kMicrosPerDay +
      ((hour * 60 + minute) * 60 + second) * std::int64_t{1'000'000} + fraction;
  return true;
}

}  // namespace sinkway::table
