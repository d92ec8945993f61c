// The entry of the table sink: what it says of itself, and what validation looks at.
#include <algorithm>
#include <array>

#include "plugins/sdk/cpp/export.hpp"
#include "plugins/table/control/preflight.hpp"
#include "plugins/table/control/table_queries.hpp"
#include "plugins/table/options/foreign_keys.hpp"
#include "plugins/table/options/idle_options.hpp"
#include "plugins/table/options/letter_case.hpp"
#include "plugins/table/options/option_definitions.hpp"
#include "plugins/table/rows/column_rules.hpp"
#include "plugins/table/server/connection_parameters.hpp"
#include "plugins/table/table_sink_task.hpp"

namespace sinkway::table {
namespace {

// The class names that configurations for other sinks carry: they mean this one.
constexpr std::array kAliases{sdk::lend("io.confluent.connect.jdbc.JdbcSinkConnector"),
                              sdk::lend("io.debezium.connector.jdbc.JdbcSinkConnector")};

bool is_boolean(std::string_view text) { return is_same_word(text, "true") || is_same_word(text, "false"); }

// Whether single values are allowed is said by the host already; a finding here would say it twice.
bool is_said_by_the_host(std::string_view key, const sdk::Config& config) {
  const auto definitions = table_option_definitions();
  const auto found = std::ranges::find_if(definitions,
                                          [&](const auto& option) { return sdk::view(option.name) == key; });
  if (found == definitions.end()) return false;
  const std::string value = config.find(key).value_or("");
  const bool is_allowed = std::any_of(found->allowed, found->allowed + found->allowed_count,
                                      [&](const sinkway_string& one) { return is_same_word(sdk::view(one), value); });
  return found->check == SINKWAY_CHECK_RANGE || (found->check == SINKWAY_CHECK_ONE_OF_ANY_CASE && !is_allowed) ||
         (found->type == SINKWAY_TYPE_BOOLEAN && !is_boolean(value));
}

class TableSinkConnector final : public sdk::SinkConnector {
 public:
  [[nodiscard]] std::vector<sdk::Finding> validate(const sdk::Config& config) override {
    std::vector<sdk::Finding> findings;
    const std::vector<OptionError> errors = check_table_options(config);
    for (const OptionError& error : errors) {
      if (is_said_by_the_host(error.key(), config)) continue;
      // missing: said as well
      if (error.key() == "connection.url" && config.find("connection.url").value_or("").empty()) continue;
      findings.push_back({error.key(), "Invalid value for configuration " + error.key() + ": " + error.what()});
    }
    for (const ForeignNote& note : foreign_key_notes(config)) {
      if (!note.refused) host().warn(note.key + " " + note.text);
      else findings.push_back({note.key, "Invalid value for configuration " + note.key + ": " + note.text});
    }
    if (!errors.empty() || !findings.empty()) return findings;
    const TableOptions options = read_table_options(config, std::string(host().connector()));
    for (const ForeignNote& note : idle_option_notes(config, options)) host().warn(note.key + " " + note.text);
    if (const auto keyword = unknown_keyword(options.connection)) {
      return {{"connection.url", "Invalid value for configuration connection.url: parameter " + *keyword +
               " is not known to libpq"}};
    }
    try {
      (void)ColumnRules(options.columns);
    } catch (const OptionError& error) {
      return {{error.key(), "Invalid value for configuration " + error.key() + ": " + error.what()}};
    }
    for (const std::string& warning : options.connection.warnings) host().warn(warning);
    Preflight looked = preflight(options, topics_of(config));
    for (const std::string& warning : looked.warnings) host().warn(warning);
    notes_ = std::move(looked.notes);
    for (const sdk::Finding& note : notes_)
      host().info("what the configuration leads to", {{"option", note.key}, {"note", note.message}});
    return std::move(looked.findings);
  }

  [[nodiscard]] std::vector<sdk::Finding> notes() override { return std::move(notes_); }

  [[nodiscard]] std::optional<std::string> query(const sdk::Config& config, std::string_view question, bool changes,
                                                 std::string_view argument) override {
    return answer_question(read_table_options(config, std::string(host().connector())), topics_of(config), question,
                           changes, argument);
  }

 private:
  // Transformations may send records elsewhere, and a regular expression names no topics: then nothing is known.
  [[nodiscard]] static std::vector<std::string> topics_of(const sdk::Config& config) {
    if (!config.written("transforms").value_or("").empty() || !config.written("topics")) return {};
    std::vector<std::string> topics = config.list("topics");
    std::erase(topics, std::string());
    return topics;
  }

  std::vector<sdk::Finding> notes_;  // of the last validation
};

}  // namespace
}  // namespace sinkway::table

SINKWAY_EXPORT_SINKS(sinkway::sdk::sink<sinkway::table::TableSinkTask, sinkway::table::TableSinkConnector>({
    .name = "io.sinkway.table.TableSinkConnector",
    .aliases = sinkway::table::kAliases,
    .version = "0.1.0",
    .documentation = "Writes records as rows into tables of a PostgreSQL database, in transactional batches, exactly "
                     "once.",
    .options = sinkway::table::kTableOptions,
}))
