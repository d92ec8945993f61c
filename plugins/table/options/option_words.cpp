#include "plugins/table/options/option_words.hpp"

#include <algorithm>
#include <iterator>

#include "plugins/table/options/connection_url.hpp"
#include "plugins/table/options/letter_case.hpp"

namespace sinkway::table {
namespace {

constexpr std::pair<std::string_view, InsertMode> kModes[] = {
    {"insert", InsertMode::insert},
    {"upsert", InsertMode::upsert},
    {"update", InsertMode::update},
    {"insert_ignore", InsertMode::insert_ignore},
    {"upsert_if_newer", InsertMode::upsert_if_newer},
    {"merge", InsertMode::merge},
    {"sql", InsertMode::sql},
};

std::regex read_pattern(const std::string& key, const std::string& text) {
  try {
    return std::regex(text, std::regex::ECMAScript | std::regex::optimize);
  } catch (const std::regex_error&) {
    throw OptionError(key, "is not a regular expression");
  }
}

}  // namespace

InsertMode read_insert_mode(const OptionReader& reader) {
  const std::string mode = reader.text("insert.mode");
  return std::ranges::find_if(kModes, [&](const auto& known) { return known.first == mode; })->second;
}

std::optional<BudgetLimit> read_budget(const std::string& text) {
  if (text.empty()) return std::nullopt;
  if (auto limit = parse_budget(text)) return limit;
  throw OptionError("errors.budget", "must be a number of records, a share as 5%, or a number within a time as 100/1h");
}

std::vector<NamePart> read_name_format(const std::string& text) {
  std::vector<NamePart> parts = parse_name_format("table.name.format", text);
  std::string example;
  for (const NamePart& part : parts) example += part.kind == NamePart::Kind::literal ? part.text : "t";
  if (table_candidates(example).empty())
    throw OptionError("table.name.format", "names no table: expected e.g. ${topic} or schema.${topic}");
  return parts;
}

std::vector<std::pair<std::string, std::string>> read_session_settings(const std::vector<std::string>& elements) {
  std::vector<std::pair<std::string, std::string>> settings;
  for (const std::string& one : elements) {
    const std::size_t equals = one.find('=');
    if (equals == std::string::npos || equals == 0)
      throw OptionError("session.settings", "must be a list of name=value");
    settings.emplace_back(one.substr(0, equals), one.substr(equals + 1));
  }
  return settings;
}

std::vector<std::pair<std::string, std::string>> read_pairs(const std::string& key,
                                                            const std::vector<std::string>& elements) {
  std::vector<std::pair<std::string, std::string>> pairs;
  for (const std::string& one : elements) {
    const std::size_t colon = one.find(':');
    if (colon == std::string::npos || colon == 0 || colon + 1 == one.size())
      throw OptionError(key, "must be a list of name:name");
    pairs.emplace_back(one.substr(0, colon), one.substr(colon + 1));
  }
  return pairs;
}

std::map<std::string, std::string, std::less<>> read_topic_map(const std::vector<std::string>& elements) {
  std::map<std::string, std::string, std::less<>> topics;
  for (auto& [topic, table] : read_pairs("topics.to.tables.mapping", elements)) {
    if (table_candidates(table).empty())
      throw OptionError("topics.to.tables.mapping", "has a table for topic " + topic + " that is no name");
    topics.insert_or_assign(topic, table);
  }
  return topics;
}

std::vector<std::regex> read_patterns(const OptionReader& reader, const std::string& key) {
  std::vector<std::regex> patterns;
  for (const std::string& one : reader.list(key)) patterns.push_back(read_pattern(key, one));
  return patterns;
}

void read_rewriting(const OptionReader& reader, RoutingRules& rules) {
  const std::string pattern = reader.text("table.name.regex");
  if (pattern.empty()) return;
  rules.rewriting.emplace(read_pattern("table.name.regex", pattern), reader.text("table.name.replacement"));
}

void read_unmatched(const std::string& text, FieldRules& rules) {
  constexpr std::string_view kRemainder = "jsonb:";
  constexpr std::pair<std::string_view, Unmatched> kWords[] = {{"fail", Unmatched::fail}, {"ignore", Unmatched::ignore},
                                                               {"add", Unmatched::add},   {"dlq", Unmatched::dlq}};
  for (const auto& [word, meaning] : kWords)
    if (is_same_word(text, word)) return void(rules.unmatched = meaning);
  if (!text.starts_with(kRemainder) || text.size() == kRemainder.size())
    throw OptionError("unmatched", "must be fail, ignore, add, dlq or jsonb:column");
  rules.unmatched = Unmatched::remainder;
  rules.remainder_column = text.substr(kRemainder.size());
}

void read_metadata(const OptionReader& reader, FieldRules& rules) {
  constexpr std::pair<std::string_view, Metadata> kWords[] = {
      {"topic", Metadata::topic},         {"partition", Metadata::partition}, {"offset", Metadata::offset},
      {"timestamp", Metadata::timestamp}, {"headers", Metadata::headers},     {"key", Metadata::key}};
  for (auto& [name, column] : read_pairs("metadata.columns", reader.list("metadata.columns"))) {
    const auto* const found = std::ranges::find_if(kWords, [&](const auto& word) { return word.first == name; });
    if (found == std::end(kWords))
      throw OptionError("metadata.columns", "knows topic, partition, offset, timestamp, headers and key");
    rules.metadata.emplace_back(found->second, column);
  }
}

NameCase read_case(const std::string& text) {
  return text == "lower" ? NameCase::lower : text == "snake" ? NameCase::snake : NameCase::keep;
}

EvolutionRules read_evolution(const OptionReader& reader, const FieldRules& fields) {
  EvolutionRules rules;
  rules.create = reader.flag("auto.create");
  rules.add = reader.flag("auto.evolve") || fields.unmatched == Unmatched::add;
  rules.rewrite = reader.flag("schema.evolution.rewrite");
  for (const std::string& text : reader.list("schema.evolution")) {
    const std::string word = lower(text);
    if (word == "basic") rules.create = rules.add = true;
    else if (word == "create") rules.create = true;
    else if (word == "add") rules.add = true;
    else if (word == "widen") rules.widen = true;
    else if (word == "relax") rules.relax = true;
    else if (word != "none" && word != "validate" && word != "validate-only")
      throw OptionError("schema.evolution", "knows none, validate, create, add, widen, relax and basic (create and add)");
  }
  return rules;
}

}  // namespace sinkway::table
