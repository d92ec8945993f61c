#include "host/convert/csv_line.hpp"

#include <algorithm>
#include <array>

#include <fmt/format.h>

namespace sinkway::convert {

namespace {

bool ends_line(char c) { return c == '\n' || c == '\r'; }

Error quote_error(std::size_t at, std::size_t size, std::string_view reason) {
  return Error(fmt::format("CSV is wrong at byte {} of {}: {}", at, size, reason))
      .with_hint("cells with quotes stand in quotes, and double those inside")
      .with_id("csv.quote");
}

// Every doubled quote is one.
std::string_view undoubled(std::string_view text, char quote, Arena& arena) {
  const auto copy = arena.array<char>(text.size());
  std::size_t written = 0;
  for (std::size_t i = 0; i < text.size(); ++i) {
    copy[written++] = text[i];
    if (text[i] == quote) ++i;
  }
  return {copy.data(), written};
}

// `at` stands on the opening quote, and then behind the closing one.
Result<CsvCell> quoted_cell(std::string_view text, std::size_t& at, const CsvRules& rules, Arena& arena) {
  const std::size_t open = at++;
  const std::size_t start = at;
  bool doubled = false;
  while (true) {
    const std::size_t quote = text.find(rules.quote, at);
    if (quote == std::string_view::npos) return quote_error(open, text.size(), "this quote is never closed");
    at = quote + 1;
    if (at == text.size() || text[at] != rules.quote) {
      const std::string_view inside = text.substr(start, quote - start);
      if (at < text.size() && text[at] != rules.delimiter && !ends_line(text[at]))
        return quote_error(at, text.size(), "text behind the closing quote of a cell");
      return CsvCell{doubled ? undoubled(inside, rules.quote, arena) : inside, true};
    }
    doubled = true;
    ++at;
  }
}

Result<CsvCell> plain_cell(std::string_view text, std::size_t& at, const CsvRules& rules) {
  const std::size_t start = at;
  const std::array<char, 4> stops{rules.delimiter, rules.quote, '\n', '\r'};
  at = std::min(text.find_first_of({stops.data(), stops.size()}, at), text.size());
  if (at < text.size() && text[at] == rules.quote)
    return quote_error(at, text.size(), "a quote inside of a cell without quotes");
  return CsvCell{text.substr(start, at - start), false};
}

}  // namespace

Result<void> read_csv_line(std::string_view text, std::size_t& at, const CsvRules& rules, Arena& arena,
                           std::vector<CsvCell>& cells) {
  cells.clear();
  while (true) {
    const bool quoted = at < text.size() && text[at] == rules.quote;
    auto cell = quoted ? quoted_cell(text, at, rules, arena) : plain_cell(text, at, rules);
    if (!cell) return std::move(cell).error();
    cells.push_back(*cell);
    if (at == text.size()) return {};
    const char end = text[at++];
    if (end == rules.delimiter) continue;
    if (end == '\r' && at < text.size() && text[at] == '\n') ++at;
    return {};
  }
}

}  // namespace sinkway::convert
