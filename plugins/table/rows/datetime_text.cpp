#include <charconv>

#include "plugins/table/rows/calendar.hpp"
#include "plugins/table/rows/datetime.hpp"

namespace sinkway::table {
namespace {

void put_padded(std::int64_t number, int digits, ByteBuffer& out) {
  char text[20];
  const auto end = std::to_chars(text, text + sizeof text, number).ptr;
  for (auto n = static_cast<int>(end - text); n < digits; ++n) out.put("0");
  out.put({text, static_cast<std::size_t>(end - text)});
}

void put_civil(const Civil& date, ByteBuffer& out) {
  put_padded(date.year > 0 ? date.year : 1 - date.year, 4, out);
  out.put("-");
  put_padded(date.month, 2, out);
  out.put("-");
  put_padded(date.day, 2, out);
}

std::int64_t floor_divided(std::int64_t number, std::int64_t by) { return number / by - (number % by < 0); }

}  // namespace

void print_timestamp(std::int64_t micros, bool zone, ByteBuffer& out) {
  if (micros == kInfinity || micros == kMinusInfinity) return out.put(micros == kInfinity ? "infinity" : "-infinity");
  const std::int64_t days = floor_divided(micros, kMicrosPerDay);
  const Civil date = civil_of(days);
  put_civil(date, out);
  out.put(" ");
  print_time(micros - days * kMicrosPerDay, out);
  if (zone) out.put("+00");
  if (date.year <= 0) out.put(" BC");
}

void print_date(std::int32_t days, ByteBuffer& out) {
  if (days == kDateInfinity) return out.put("infinity");
  if (days == kDateMinusInfinity) return out.put("-infinity");
  const Civil date = civil_of(days);
  put_civil(date, out);
  if (date.year <= 0) out.put(" BC");
}

void print_time(std::int64_t micros, ByteBuffer& out) {
  put_padded(micros / 3'600'000'000, 2, out);
  out.put(":");
  put_padded(micros / 60'000'000 % 60, 2, out);
  out.put(":");
  put_padded(micros / 1'000'000 % 60, 2, out);
  if (micros % 1'000'000 == 0) return;
  out.put(".");
  put_padded(micros % 1'000'000, 6, out);
}

}  // namespace sinkway::table
