#include "plugins/table/rows/routing.hpp"

#include <algorithm>
#include <array>
#include <chrono>
#include <cstdio>

#include "plugins/table/rows/utf8_text.hpp"
#include "plugins/table/rows/value_text.hpp"

namespace sinkway::table {
namespace {

std::string_view view(const sinkway_string& text) { return {text.data, text.size}; }

const sinkway_value* member(const sinkway_struct* body, std::string_view name) {
  if (body == nullptr) return nullptr;
  for (std::uint32_t n = 0; n < body->shape->field_count; ++n)
    if (view(body->shape->names[n]) == name) return &body->values[n];
  return nullptr;
}

const sinkway_value* header(const sinkway_record& record, std::string_view name) {
  for (std::uint32_t n = record.header_count; n > 0; --n)
    if (view(record.headers[n - 1].name) == name) return &record.headers[n - 1].value;
  return nullptr;
}

// yyyy MM dd HH mm ss of a moment in UTC; other letters stay.
std::string printed_time(std::string pattern, std::int64_t milliseconds) {
  using namespace std::chrono;
  const sys_time<seconds> moment(floor<seconds>(std::chrono::milliseconds(milliseconds)));
  const auto day = floor<days>(moment);
  const year_month_day date(day);
  const hh_mm_ss time(moment - day);
  const auto put = [&](std::string_view letters, int number) {
    std::array<char, 16> digits{};
    std::snprintf(digits.data(), digits.size(), "%0*d", static_cast<int>(letters.size()), number);
    if (const std::size_t at = pattern.find(letters); at != std::string::npos)
      pattern.replace(at, letters.size(), digits.data());
  };
  put("yyyy", static_cast<int>(date.year()));
  put("MM", static_cast<int>(static_cast<unsigned>(date.month())));
  put("dd", static_cast<int>(static_cast<unsigned>(date.day())));
  put("HH", static_cast<int>(time.hours().count()));
  put("mm", static_cast<int>(time.minutes().count()));
  put("ss", static_cast<int>(time.seconds().count()));
  return pattern;
}

std::string normalized(std::string text) {
  std::replace_if(text.begin(), text.end(), [](char c) {
    return !((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9'));
  }, '_');
  return text;
}

std::string topic_text(const RoutingRules& rules, std::string_view topic) {
  std::string text(topic);
  if (rules.rewriting) text = std::regex_replace(text, rules.rewriting->first, rules.rewriting->second);
  if (rules.normalize) return normalized(std::move(text));
  if (rules.underscores) std::replace(text.begin(), text.end(), '.', '_');
  return text;
}

// PostgreSQL manual 4.1.1: only quoted names keep their case.
std::string spelt(const RoutingRules& rules, std::string text) {
  bool quoted = false;
  for (char& c : text) {
    if (c == '"') quoted = !quoted;
    if (rules.lower && !quoted && c >= 'A' && c <= 'Z') c = static_cast<char>(c + ('a' - 'A'));
  }
  return text;
}

std::optional<std::string> part_text(const RoutingRules& rules, const NamePart& part, const Row& row) {
  const sinkway_value* value = nullptr;
  switch (part.kind) {
    case NamePart::Kind::literal: return part.text;
    case NamePart::Kind::topic: return topic_text(rules, view(*row.record->topic));
    case NamePart::Kind::timestamp:
      if (row.record->timestamp < 0) return std::nullopt;
      return printed_time(part.text, row.record->timestamp);
    case NamePart::Kind::field: value = member(row.body, part.text); break;
    case NamePart::Kind::header: value = header(*row.record, part.text); break;
    case NamePart::Kind::source: {
      const sinkway_value& whole = row.record->value;
      const sinkway_value* source = whole.tag == SINKWAY_STRUCT ? member(whole.as.object, "source") : nullptr;
      if (source != nullptr && source->tag == SINKWAY_STRUCT) value = member(source->as.object, part.text);
      break;
    }
  }
  ByteBuffer out;
  if (value == nullptr || value->tag <= SINKWAY_NULL || print_plain(*value, Zone::none, out) != Fault::none ||
      out.size() == 0)
    return std::nullopt;
  std::string text(out.view());
  if (rules.normalize) return normalized(std::move(text));
  // What a record says never names a schema, nor breaks out of a quoted part.
  return text.find_first_of(".\"") == std::string::npos && is_utf8(text) ? std::optional(text) : std::nullopt;
}

}  // namespace

std::string table_text(const RoutingRules& rules, std::string_view topic) {
  if (const auto found = rules.topics.find(topic); found != rules.topics.end()) return spelt(rules, found->second);
  std::string text;
  for (const NamePart& part : rules.format) {
    if (part.kind == NamePart::Kind::literal) text += part.text;
    if (part.kind == NamePart::Kind::topic) text += topic_text(rules, topic);
  }
  return spelt(rules, std::move(text));
}

std::optional<std::string> table_text(const RoutingRules& rules, const Row& row, RowFault& fault) {
  if (const auto found = rules.topics.find(view(*row.record->topic)); found != rules.topics.end()) return spelt(rules, found->second);
  std::string text;
  for (const NamePart& part : rules.format) {
    const auto piece = part_text(rules, part, row);
    if (!piece) {
      // A tombstone has no source, and the delete event before it has said all.
      if (part.kind == NamePart::Kind::source && row.record->value.tag <= SINKWAY_NULL) return std::nullopt;
      fault.column = part.text;
      fault.fault = Fault::no_route;
      return std::nullopt;
    }
    text += *piece;
  }
  return spelt(rules, std::move(text));
}

}  // namespace sinkway::table
