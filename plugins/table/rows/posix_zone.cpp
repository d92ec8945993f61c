#include "plugins/table/rows/posix_zone.hpp"

#include "plugins/table/rows/calendar.hpp"

namespace sinkway::table {
namespace {

constexpr std::int64_t kDay = 86'400;

class Reader {
 public:
  explicit Reader(std::string_view text) : rest_(text) {}

  [[nodiscard]] bool done() const { return rest_.empty(); }
  [[nodiscard]] bool at(char c) const { return rest_.starts_with(c); }
  bool take(char c) {
    if (!at(c)) return false;
    rest_.remove_prefix(1);
    return true;
  }
  // CET or <+03>.
  bool name() {
    if (take('<')) {
      const std::size_t end = rest_.find('>');
      if (end == std::string_view::npos) return false;
      rest_.remove_prefix(end + 1);
      return true;
    }
    std::size_t letters = 0;
    while (letters < rest_.size() && ((rest_[letters] | 0x20) >= 'a' && (rest_[letters] | 0x20) <= 'z')) ++letters;
    rest_.remove_prefix(letters);
    return letters >= 3;
  }
  bool number(int most, int& value) {
    std::size_t digits = 0;
    value = 0;
    while (digits < rest_.size() && digits < 4 && rest_[digits] >= '0' && rest_[digits] <= '9')
      value = value * 10 + (rest_[digits++] - '0');
    rest_.remove_prefix(digits);
    return digits > 0 && value <= most;
  }
  // [+-]hh[:mm[:ss]]
  bool clock(std::int32_t& seconds) {
    const int sign = at('-') ? -1 : 1;
    if (at('-') || at('+')) rest_.remove_prefix(1);
    int hours = 0, minutes = 0, rest = 0;
    if (!number(167, hours)) return false;
    if (take(':') && !number(59, minutes)) return false;
    if (take(':') && !number(59, rest)) return false;
    seconds = sign * ((hours * 60 + minutes) * 60 + rest);
    return true;
  }

 private:
  std::string_view rest_;
};

bool read_change(Reader& in, PosixZone::Change& change) {
  using Kind = PosixZone::Change::Kind;
  if (!in.take(',')) return false;
  if (in.take('M')) {
    change.kind = Kind::week;
    if (!in.number(12, change.month) || !in.take('.') || !in.number(5, change.week) || !in.take('.') ||
        !in.number(6, change.day) || change.month == 0 || change.week == 0)
      return false;
  } else {
    change.kind = in.take('J') ? Kind::julian : Kind::day;
    if (!in.number(365, change.day)) return false;
  }
  return !in.take('/') || in.clock(change.seconds);
}

// Days since 2000 on which a year's change falls.
std::int64_t day_of(const PosixZone::Change& change, std::int64_t year) {
  using Kind = PosixZone::Change::Kind;
  const std::int64_t first = days_of(year, 1, 1);
  if (change.kind == Kind::day) return first + change.day;
  if (change.kind == Kind::julian) return first + change.day - 1 + (is_leap(year) && change.day >= 60 ? 1 : 0);
  const auto month = static_cast<unsigned>(change.month);
  const std::int64_t month_begins = days_of(year, month, 1);
  // 2000-01-01 was a Saturday; Sunday is 0.
  const std::int64_t weekday = ((month_begins + 6) % 7 + 7) % 7;
  std::int64_t day = month_begins + (change.day - weekday + 7) % 7 + 7 * (change.week - 1);
  while (day >= month_begins + std::int64_t{days_in(year, month)}) day -= 7;
  return day;
}

}  // namespace

std::optional<PosixZone> PosixZone::parse(std::string_view text) {
  Reader in(text);
  PosixZone zone;
  if (!in.name() || !in.clock(zone.standard_)) return std::nullopt;
  zone.standard_ = -zone.standard_;  // POSIX counts westward
  if (in.done()) return zone;
  zone.has_summer_ = true;
  zone.summer_ = zone.standard_ + 3'600;
  if (!in.name()) return std::nullopt;
  if (!in.at(',')) {
    if (!in.clock(zone.summer_)) return std::nullopt;
    zone.summer_ = -zone.summer_;
  }
  const bool changes = read_change(in, zone.to_summer_) && read_change(in, zone.to_standard_);
  return changes && in.done() ? std::optional(zone) : std::nullopt;
}

std::int32_t PosixZone::offset_at(std::int64_t second) const {
  if (!has_summer_) return standard_;
  const std::int64_t wall = second + standard_;
  const std::int64_t days = wall / kDay - (wall % kDay < 0 ? 1 : 0) - kDaysTo2000;
  const std::int64_t year = civil_of(days).year;
  const auto change_at = [&](const Change& change, std::int32_t before) {
    return (day_of(change, year) + kDaysTo2000) * kDay + change.seconds - before;
  };
  const std::int64_t begins = change_at(to_summer_, standard_), ends = change_at(to_standard_, summer_);
  const bool is_summer = begins < ends ? second >= begins && second < ends : second >= begins || second < ends;
  return is_summer ? summer_ : standard_;
}

}  // namespace sinkway::table
