#include "host/plugin/version_order.hpp"

#include <algorithm>
#include <charconv>
#include <compare>
#include <cstdint>
#include <optional>

namespace sinkway::plugin {
namespace {

std::string_view take_part(std::string_view& rest) {
  const std::string_view part = rest.substr(0, rest.find_first_of(".-"));
  rest.remove_prefix(std::min(part.size() + 1, rest.size()));
  return part;
}

std::optional<std::uint64_t> number_of(std::string_view part) {
  if (part.empty()) return 0;
  std::uint64_t number = 0;
  const auto [end, error] = std::from_chars(part.data(), part.data() + part.size(), number);
  if (error != std::errc() || end != part.data() + part.size()) return std::nullopt;
  return number;
}

std::strong_ordering compare(std::string_view a, std::string_view b) {
  const auto left = number_of(a);
  const auto right = number_of(b);
  if (left && right) return *left <=> *right;
  if (left.has_value() != right.has_value()) return left ? std::strong_ordering::greater : std::strong_ordering::less;
  return a.compare(b) <=> 0;
}

}  // namespace

bool is_older(std::string_view a, std::string_view b) {
  while (!a.empty() || !b.empty()) {
    const auto order = compare(take_part(a), take_part(b));
    if (order != std::strong_ordering::equal) return order == std::strong_ordering::less;
  }
  return false;
}

}  // namespace sinkway::plugin
