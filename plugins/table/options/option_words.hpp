// Options whose values are words, pairs or patterns, read into what rows and statements go by.
#pragma once

#include <functional>
#include <map>
#include <optional>
#include <regex>
#include <string>
#include <utility>
#include <vector>

#include "plugins/table/options/error_budget.hpp"
#include "plugins/table/options/evolution_rules.hpp"
#include "plugins/table/options/field_rules.hpp"
#include "plugins/table/options/option_reader.hpp"
#include "plugins/table/options/routing_rules.hpp"
#include "plugins/table/options/table_name.hpp"
#include "plugins/table/options/write_rules.hpp"

namespace sinkway::table {

// All of them throw OptionError, which names the key and says what is allowed.
[[nodiscard]] InsertMode read_insert_mode(const OptionReader& reader);
[[nodiscard]] std::optional<BudgetLimit> read_budget(const std::string& text);
[[nodiscard]] std::vector<NamePart> read_name_format(const std::string& text);
// name=value, ...
[[nodiscard]] std::vector<std::pair<std::string, std::string>> read_session_settings(
    const std::vector<std::string>& elements);
// key:value, key:value; the first colon counts.
[[nodiscard]] std::vector<std::pair<std::string, std::string>> read_pairs(const std::string& key,
                                                                          const std::vector<std::string>& elements);
[[nodiscard]] std::map<std::string, std::string, std::less<>> read_topic_map(const std::vector<std::string>& elements);
[[nodiscard]] std::vector<std::regex> read_patterns(const OptionReader& reader, const std::string& key);
void read_rewriting(const OptionReader& reader, RoutingRules& rules);
void read_unmatched(const std::string& text, FieldRules& rules);
void read_metadata(const OptionReader& reader, FieldRules& rules);
[[nodiscard]] NameCase read_case(const std::string& text);
// auto.create and auto.evolve as Confluent has them; schema.evolution as Debezium has it (basic), and by single words.
[[nodiscard]] EvolutionRules read_evolution(const OptionReader& reader, const FieldRules& fields);

}  // namespace sinkway::table
