#include "plugins/table/rows/time_zone.hpp"

#include <algorithm>
#include <fstream>
#include <iterator>

#include "plugins/table/rows/calendar.hpp"
#include "plugins/table/rows/datetime.hpp"

namespace sinkway::table {
namespace {

constexpr std::int64_t kMicros = 1'000'000;

std::int64_t big_endian(std::string_view bytes) {
  std::uint64_t number = (static_cast<unsigned char>(bytes[0]) & 0x80) != 0 ? ~std::uint64_t{0} : 0;
  for (const char byte : bytes) number = number << 8 | static_cast<unsigned char>(byte);
  return static_cast<std::int64_t>(number);
}

// RFC 8536 3.1: what a header says of the block behind it.
struct Header {
  static constexpr std::size_t kBytes = 44;
  std::size_t utc_flags, wall_flags, leaps, changes, types, letters;

  [[nodiscard]] static std::optional<Header> read(std::string_view file) {
    if (file.size() < kBytes || !file.starts_with("TZif") || file[4] < '2') return std::nullopt;
    const auto count = [&](std::size_t n) {
      return static_cast<std::size_t>(big_endian(file.substr(20 + 4 * n, 4)) & 0xffffffff);
    };
    return Header{count(0), count(1), count(2), count(3), count(4), count(5)};
  }
  // Of the block, with times of this width.
  [[nodiscard]] std::size_t bytes(std::size_t width) const {
    return changes * (width + 1) + types * 6 + letters + leaps * (width + 4) + wall_flags + utc_flags;
  }
};

std::optional<std::int64_t> fixed_offset(std::string_view name) {
  if (name.empty()) return std::nullopt;
  if (name.starts_with("UTC") || name.starts_with("GMT")) name.remove_prefix(3);
  if (name.empty() || name == "Z" || name == "z") return 0;
  const int sign = name[0] == '+' ? 1 : name[0] == '-' ? -1 : 0;
  if (sign == 0) return std::nullopt;
  name.remove_prefix(1);
  std::string digits(name);
  std::erase(digits, ':');
  const bool only_digits = std::ranges::all_of(digits, [](char c) { return c >= '0' && c <= '9'; });
  if (!only_digits || digits.empty() || digits.size() > 4 || digits.size() == 3) return std::nullopt;
  const int hours = std::stoi(digits.substr(0, 2)), minutes = digits.size() == 4 ? std::stoi(digits.substr(2)) : 0;
  if (hours > 18 || minutes > 59) return std::nullopt;
  return sign * (hours * 60LL + minutes) * 60;
}

// Nothing that leads out of the folder.
bool is_zone_name(std::string_view name) {
  return !name.empty() && name[0] != '/' && name.find("..") == std::string_view::npos &&
         std::ranges::all_of(name, [](char c) {
           return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '/' || c == '_' ||
                  c == '-' || c == '+';
         });
}

std::int64_t floor_second(std::int64_t micros) { return micros / kMicros - (micros % kMicros < 0 ? 1 : 0); }
bool is_infinite(std::int64_t micros) { return micros == kInfinity || micros == kMinusInfinity; }

}  // namespace

std::optional<TimeZone> TimeZone::named(std::string_view name, std::string& problem, const std::string& folder) {
  if (const auto offset = fixed_offset(name)) {
    TimeZone zone;
    zone.first_ = *offset;
    return zone;
  }
  if (!is_zone_name(name)) {
    problem = "is no time zone; write UTC, an offset such as +02:00, or a name such as Europe/Berlin";
    return std::nullopt;
  }
  const std::string path = folder + "/" + std::string(name);
  std::ifstream in(path, std::ios::binary);
  if (!in) {
    problem = "names a time zone that this machine does not know: " + path +
              " cannot be read; check the name, or install the package tzdata";
    return std::nullopt;
  }
  const std::string body{std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>()};
  std::optional<TimeZone> zone = read(body);
  if (!zone) problem = "names a time zone whose file cannot be understood: " + path;
  return zone;
}

std::optional<TimeZone> TimeZone::read(std::string_view file) {
  const auto old = Header::read(file);
  if (!old) return std::nullopt;
  // The first block has times of 32 bits; the one that counts comes behind it.
  const std::size_t skipped = Header::kBytes + old->bytes(4);
  if (skipped > file.size()) return std::nullopt;
  file.remove_prefix(skipped);
  const auto header = Header::read(file);
  if (!header || header->types == 0 || file.size() < Header::kBytes + header->bytes(8)) return std::nullopt;
  file.remove_prefix(Header::kBytes);

  const std::string_view times = file.substr(0, header->changes * 8);
  const std::string_view indexes = file.substr(times.size(), header->changes);
  const std::string_view types = file.substr(times.size() + indexes.size(), header->types * 6);
  const auto offset_of = [&](std::size_t type) {
    return static_cast<std::int32_t>(big_endian(types.substr(type * 6, 4)));
  };
  TimeZone zone;
  zone.first_ = offset_of(0);
  for (std::size_t n = 0; n < header->changes; ++n) {
    const auto type = static_cast<unsigned char>(indexes[n]);
    if (type >= header->types) return std::nullopt;
    zone.starts_.push_back(big_endian(times.substr(n * 8, 8)));
    zone.offsets_.push_back(offset_of(type));
  }
  if (!std::ranges::is_sorted(zone.starts_)) return std::nullopt;

  std::string_view rule = file.substr(header->bytes(8));
  if (!rule.starts_with('\n')) return std::nullopt;
  rule = rule.substr(1, rule.find('\n', 1) - 1);
  if (rule.empty()) return zone;
  zone.rule_ = PosixZone::parse(rule);
  return zone.rule_ ? std::optional(zone) : std::nullopt;
}

std::int64_t TimeZone::offset_at(std::int64_t second) const {
  if (rule_ && (starts_.empty() || second >= starts_.back())) return rule_->offset_at(second);
  const auto after = std::ranges::upper_bound(starts_, second);
  return after == starts_.begin() ? first_ : offsets_[static_cast<std::size_t>(after - starts_.begin()) - 1];
}

std::int64_t TimeZone::wall_of(std::int64_t moment) const {
  if (is_infinite(moment)) return moment;
  return moment + offset_at(floor_second(moment) + kDaysTo2000 * 86'400) * kMicros;
}

std::int64_t TimeZone::moment_of(std::int64_t wall) const {
  if (is_infinite(wall)) return wall;
  const std::int64_t second = floor_second(wall) + kDaysTo2000 * 86'400;
  // The offsets a day before and a day after: where they are the same there is nothing to choose.
  const std::int64_t before = offset_at(second - 86'400), after = offset_at(second + 86'400);
  const bool is_after = before != after && offset_at(second - after) == after;
  return wall - (is_after ? after : before) * kMicros;
}

}  // namespace sinkway::table
