#include "plugins/table/rows/array_literal.hpp"

#include <charconv>

#include "plugins/table/rows/array_encoder.hpp"
#include "plugins/table/rows/number_text.hpp"

namespace sinkway::table {
namespace {

bool is_blank(char c) { return c == ' ' || (c >= '\t' && c <= '\r'); }

}  // namespace

Fault ArrayLiteral::parse(std::string_view text) {
  rest_ = text;
  skip_blanks();
  if (rest_.starts_with('[') && !read_bounds()) return Fault::bad_format;
  if (!read_array(value_, 0)) return Fault::bad_format;
  skip_blanks();
  return rest_.empty() ? Fault::none : Fault::bad_format;
}

bool ArrayLiteral::bounds_fit() const {
  const sinkway_value* level = &value_;
  for (const std::uint32_t size : sizes_) {
    if (level == nullptr || level->tag != SINKWAY_ARRAY || level->length != size) return false;
    level = size > 0 ? level->as.items : nullptr;
  }
  return level == nullptr || level->tag != SINKWAY_ARRAY;
}

bool ArrayLiteral::read_bounds() {
  while (take('[')) {
    std::int32_t first = 1, last = 0;
    if (!read_bound(first)) return false;
    if (take(':')) {
      if (!read_bound(last)) return false;
    } else {
      last = first;
      first = 1;
    }
    if (!take(']') || last < first) return false;
    lower_.push_back(first);
    sizes_.push_back(static_cast<std::uint32_t>(std::int64_t{last} - first + 1));
    skip_blanks();
  }
  if (!take('=')) return false;
  skip_blanks();
  return lower_.size() <= kMostDimensions;
}

bool ArrayLiteral::read_bound(std::int32_t& bound) {
  const auto [end, error] = std::from_chars(rest_.data(), rest_.data() + rest_.size(), bound);
  if (error != std::errc()) return false;
  rest_.remove_prefix(static_cast<std::size_t>(end - rest_.data()));
  return true;
}

bool ArrayLiteral::read_array(sinkway_value& into, int depth) {
  if (depth == kMostDimensions || !take('{')) return false;
  std::vector<sinkway_value>& items = lists_.emplace_back();
  skip_blanks();
  if (!take('}')) {
    do {
      if (!read_item(items, depth)) return false;
      skip_blanks();
    } while (take(between_));
    if (!take('}')) return false;
  }
  into = {};
  into.tag = SINKWAY_ARRAY;
  into.length = static_cast<std::uint32_t>(items.size());
  into.as.items = items.data();
  return true;
}

bool ArrayLiteral::read_item(std::vector<sinkway_value>& items, int depth) {
  skip_blanks();
  sinkway_value item{};
  if (rest_.starts_with('{')) {
    if (!read_array(item, depth + 1)) return false;
  } else if (rest_.starts_with('"')) {
    std::string text;
    if (!read_quoted(text)) return false;
    item = keep(std::move(text));
  } else if (!read_bare(item)) {
    return false;
  }
  items.push_back(item);
  return true;
}

bool ArrayLiteral::read_quoted(std::string& text) {
  rest_.remove_prefix(1);
  while (!rest_.empty() && rest_[0] != '"') {
    if (rest_[0] == '\\') rest_.remove_prefix(1);
    if (rest_.empty()) return false;
    text += rest_[0];
    rest_.remove_prefix(1);
  }
  return take('"');
}

// Up to the next separator; blanks at its end do not belong to it unless a backslash protects them.
bool ArrayLiteral::read_bare(sinkway_value& into) {
  std::string text;
  std::size_t kept = 0;
  bool escaped = false;
  while (!rest_.empty() && rest_[0] != between_ && rest_[0] != '}') {
    if (rest_[0] == '{' || rest_[0] == '"') return false;
    const bool protects = rest_[0] == '\\';
    if (protects) rest_.remove_prefix(1);
    if (rest_.empty()) return false;
    text += rest_[0];
    if (protects || !is_blank(rest_[0])) kept = text.size();
    escaped |= protects;
    rest_.remove_prefix(1);
  }
  text.resize(kept);
  if (text.empty()) return false;
  if (!escaped && same_but_case(text, "null")) {
    into.tag = SINKWAY_NULL;
  } else {
    into = keep(std::move(text));
  }
  return true;
}

void ArrayLiteral::skip_blanks() {
  while (!rest_.empty() && is_blank(rest_[0])) rest_.remove_prefix(1);
}

bool ArrayLiteral::take(char c) {
  if (!rest_.starts_with(c)) return false;
  rest_.remove_prefix(1);
  return true;
}

sinkway_value ArrayLiteral::keep(std::string text) {
  const std::string& kept = texts_.emplace_back(std::move(text));
  sinkway_value value{};
  value.tag = SINKWAY_STRING;
  value.length = static_cast<std::uint32_t>(kept.size());
  value.as.text = kept.data();
  return value;
}

}  // namespace sinkway::table
