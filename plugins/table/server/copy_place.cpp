#include "plugins/table/server/copy_place.hpp"

#include <array>
#include <charconv>

namespace sinkway::table {
namespace {

constexpr std::size_t kLongestWord = 40;  // bytes of "line" in any language

// What stands between the name and the word for "line" where the name comes first: Japanese, Korean.
constexpr std::array<std::string_view, 2> kBehindName{"のCOPY、", " 복사, "};

// The text behind the name of a frame that begins here; nothing: none does.
std::optional<std::string_view> behind_name(std::string_view text, std::string_view relation) {
  constexpr std::string_view kCopy = "COPY ";
  if (text.starts_with(kCopy) && text.substr(kCopy.size()).starts_with(relation)) {
    const std::string_view rest = text.substr(kCopy.size() + relation.size());
    if (rest.empty() || rest.front() == '\n' || rest.starts_with(", ")) return rest;
  }
  if (!text.starts_with(relation)) return std::nullopt;
  const std::string_view rest = text.substr(relation.size());
  for (const std::string_view words : kBehindName)
    if (rest.starts_with(words)) return rest.substr(words.size());
  return std::nullopt;
}

std::optional<std::size_t> first_number(std::string_view text) {
  const std::size_t at = text.find_first_of("0123456789\n\":");
  if (at == std::string_view::npos || at > kLongestWord || text[at] < '0' || text[at] > '9') return std::nullopt;
  std::size_t number = 0;
  const auto [end, error] = std::from_chars(text.data() + at, text.data() + text.size(), number);
  return error == std::errc() && number > 0 ? std::optional(number) : std::nullopt;
}

}  // namespace

CopyPlace copy_place(std::string_view context, std::string_view relation) {
  CopyPlace place;
  for (std::size_t at = 0;; ++at) {
    if (const auto rest = behind_name(context.substr(at), relation)) {
      place.line = place.is_copy ? std::nullopt : first_number(*rest);
      place.is_copy = true;
    }
    at = context.find('\n', at);
    if (at == std::string_view::npos) return place;
  }
}

}  // namespace sinkway::table
