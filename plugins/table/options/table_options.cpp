#include "plugins/table/options/table_options.hpp"

#include <algorithm>
#include <charconv>

#include "plugins/table/options/option_definitions.hpp"

namespace sinkway::table {
namespace {

using sdk::view;

// Values checked by their definitions, with the key beside each complaint.
class Reader {
 public:
  explicit Reader(const sdk::Config& config) : config_(config) {}

  [[nodiscard]] std::string text(std::string_view key) const {
    const std::string value = config_.find(key).value_or("");
    const sinkway_option& option = definition(key);
    if (value.empty() && option.required != 0) throw OptionError(std::string(key), "must be given");
    if (option.check == SINKWAY_CHECK_ONE_OF &&
        std::none_of(option.allowed, option.allowed + option.allowed_count,
                     [&](const auto& one) { return view(one) == value; })) {
      throw OptionError(std::string(key), "must be one of: " + joined(option));
    }
    return value;
  }

  [[nodiscard]] long long number(std::string_view key) const {
    const sinkway_option& option = definition(key);
    const std::string value = text(key);
    long long parsed = 0;
    const auto [end, error] = std::from_chars(value.data(), value.data() + value.size(), parsed);
    if (error != std::errc() || end != value.data() + value.size()) throw OptionError(std::string(key),
                                                                                      "must be a whole number");
    if (static_cast<double>(parsed) < option.minimum || static_cast<double>(parsed) > option.maximum) {
      throw OptionError(std::string(key), "must be a number from " +
                        std::to_string(static_cast<long long>(option.minimum)) + " to " +
                                              std::to_string(static_cast<long long>(option.maximum)));
    }
    return parsed;
  }

  [[nodiscard]] bool is_written(std::string_view key) const { return config_.written(key).has_value(); }
  // The class name tells whose defaults are meant.
  [[nodiscard]] bool is_debezium() const {
    return config_.written("connector.class").value_or("") == "io.debezium.connector.jdbc.JdbcSinkConnector";
  }

  // Elements without the empty ones that stray commas make.
  [[nodiscard]] std::vector<std::string> list(std::string_view key) const {
    std::vector<std::string> elements = config_.find(key) ? config_.list(key) : std::vector<std::string>();
    std::erase(elements, std::string());
    return elements;
  }

  [[nodiscard]] std::chrono::milliseconds duration(std::string_view key) const {
    return std::chrono::milliseconds(number(key));
  }

  [[nodiscard]] bool flag(std::string_view key) const {
    std::string value = text(key);
    std::ranges::transform(value, value.begin(),
                           [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; });
    if (value != "true" && value != "false") throw OptionError(std::string(key), "must be true or false");
    return value == "true";
  }

 private:
  static const sinkway_option& definition(std::string_view key) {
    return *std::ranges::find_if(table_option_definitions(),
                                 [&](const auto& option) { return view(option.name) == key; });
  }

  static std::string joined(const sinkway_option& option) {
    std::string list;
    for (std::size_t i = 0; i < option.allowed_count; ++i) list += (i == 0 ? "" : ", ") +
        std::string(view(option.allowed[i]));
    return list;
  }

  const sdk::Config& config_;
};

void read_connection(const Reader& reader, TableOptions& options) {
  options.connection = parse_connection_url(reader.text("connection.url"));
  if (std::string user = reader.text("connection.user"); !user.empty()) options.connection.set("user", std::move(user));
  if (std::string password = reader.text("connection.password"); !password.empty()) {
    options.connection.set("password", std::move(password));
  }
}

constexpr std::pair<std::string_view, InsertMode> kModes[] = {
    {"insert", InsertMode::insert},
    {"upsert", InsertMode::upsert},
    {"update", InsertMode::update},
    {"insert_ignore", InsertMode::insert_ignore},
    {"upsert_if_newer", InsertMode::upsert_if_newer},
    {"merge", InsertMode::merge},
    {"sql", InsertMode::sql},
};

InsertMode read_insert_mode(const Reader& reader) {
  std::string mode = reader.text("insert.mode");
  std::ranges::transform(mode, mode.begin(),
                         [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; });
  std::string known;
  for (const auto& [name, value] : kModes) {
    if (name == mode) return value;
    known += (known.empty() ? "" : ", ") + std::string(name);
  }
  throw OptionError("insert.mode", "must be one of: " + known);
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

// key:value, key:value; the first colon counts.
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

std::regex read_pattern(const std::string& key, const std::string& text) {
  try {
    return std::regex(text, std::regex::ECMAScript | std::regex::optimize);
  } catch (const std::regex_error&) {
    throw OptionError(key, "is not a regular expression");
  }
}

std::vector<std::regex> read_patterns(const Reader& reader, const std::string& key) {
  std::vector<std::regex> patterns;
  for (const std::string& one : reader.list(key)) patterns.push_back(read_pattern(key, one));
  return patterns;
}

void read_rewriting(const Reader& reader, RoutingRules& rules) {
  const std::string pattern = reader.text("table.name.regex");
  if (pattern.empty()) return;
  rules.rewriting.emplace(read_pattern("table.name.regex", pattern), reader.text("table.name.replacement"));
}

void read_unmatched(const std::string& text, FieldRules& rules) {
  constexpr std::string_view kRemainder = "jsonb:";
  constexpr std::pair<std::string_view, Unmatched> kWords[] = {{"fail", Unmatched::fail}, {"ignore", Unmatched::ignore},
                                                               {"add", Unmatched::add},   {"dlq", Unmatched::dlq}};
  for (const auto& [word, meaning] : kWords)
    if (text == word) return void(rules.unmatched = meaning);
  if (!text.starts_with(kRemainder) || text.size() == kRemainder.size())
    throw OptionError("unmatched", "must be fail, ignore, add, dlq or jsonb:column");
  rules.unmatched = Unmatched::remainder;
  rules.remainder_column = text.substr(kRemainder.size());
}

void read_metadata(const Reader& reader, FieldRules& rules) {
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

// auto.create and auto.evolve as Confluent has them; schema.evolution as Debezium has it (basic), and by single words.
EvolutionRules read_evolution(const Reader& reader, const FieldRules& fields) {
  EvolutionRules rules;
  rules.create = reader.flag("auto.create");
  rules.add = reader.flag("auto.evolve") || fields.unmatched == Unmatched::add;
  rules.rewrite = reader.flag("schema.evolution.rewrite");
  for (const std::string& word : reader.list("schema.evolution")) {
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

// sql and delete.sql, which mean something with insert.mode=sql only. delete.sql asks for deletes by itself.
void read_statements(const Reader& reader, TableOptions& options) {
  const bool wanted = options.writes.mode == InsertMode::sql;
  const auto read = [&](const char* key) {
    const std::string text = reader.text(key);
    if (!text.empty() && !wanted) throw OptionError(key, "is for insert.mode=sql only");
    return text.empty() ? NamedSql{} : parse_named_sql(key, text);
  };
  options.statements.put = read("sql");
  options.statements.remove = read("delete.sql");
  if (!wanted) return;
  if (options.statements.put.empty()) throw OptionError("sql", "must be given with insert.mode=sql");
  options.writes.deletes |= !options.statements.remove.empty();
  // The statements name what they need: a field without a parameter is no fault unless that is asked for.
  if (!reader.is_written("unmatched")) options.fields.unmatched = Unmatched::ignore;
  constexpr std::pair<std::string_view, Metadata> kNames[] = {
      {"__topic", Metadata::topic},         {"__partition", Metadata::partition}, {"__offset", Metadata::offset},
      {"__timestamp", Metadata::timestamp}, {"__headers", Metadata::headers},     {"__key", Metadata::key}};
  for (const auto& [name, metadata] : kNames)
    if (is_parameter(options.statements, name)) options.fields.metadata.emplace_back(metadata, name);
}

void check_statement_rules(const TableOptions& options) {
  if (options.evolution.any())
    throw OptionError("insert.mode", "sql makes and changes no tables: leave auto.create, auto.evolve, schema.evolution and "
                                     "unmatched=add out");
  if (options.truncates) throw OptionError("truncate.enabled", "has no table to empty with insert.mode=sql");
  if (options.writes.deletes && options.statements.remove.empty())
    throw OptionError("delete.enabled", "needs delete.sql with insert.mode=sql, which says what is executed for a delete");
  if (!options.fields.operation_field.empty() && options.statements.remove.empty())
    throw OptionError("merge.op.field", "needs delete.sql with insert.mode=sql, which says what is executed for a delete");
}

std::string read_start(const Reader& reader, Delivery delivery) {
  constexpr std::string_view kKey = "offsets.start";
  constexpr std::array<std::string_view, 4> kWords{"kafka", "db", "earliest", "latest"};
  std::string start = reader.text(kKey);
  const bool is_number = !start.empty() && start.size() < 19 && start.find_first_not_of("0123456789") == std::string::npos;
  if (!is_number && std::ranges::find(kWords, start) == kWords.end())
    throw OptionError(std::string(kKey), "must be kafka, db, earliest, latest or an offset");
  if (delivery != Delivery::exactly_once && start != "kafka")
    throw OptionError(std::string(kKey), "needs delivery=exactly_once: without positions of its own a task begins where "
                                         "its consumer group stands, each time");
  return start;
}

// What belongs together is checked together: after the single values.
void check_write_rules(const TableOptions& options) {
  const WriteRules& rules = options.writes;
  if (rules.mode == InsertMode::upsert_if_newer && rules.newer_column.empty())
    throw OptionError("upsert.newer.column", "must name the column that tells which row is newer with "
                                             "insert.mode=upsert_if_newer");
  if (options.pk_mode == "record_header" && options.pk_fields.empty())
    throw OptionError("pk.fields", "must name the headers that pk.mode=record_header takes the key from");
  if (rules.mode == InsertMode::sql) return check_statement_rules(options);
  if (rules.deletes && rules.mode != InsertMode::merge && options.pk_mode != "record_key" &&
      options.pk_mode != "kafka" && options.pk_mode != "record_value" && options.pk_mode != "record_header")
    throw OptionError("delete.enabled", "needs pk.mode, which says where the key of a deleted row comes from");
}

template <std::size_t kPolicy>
void read_policy(const Reader& reader, TableOptions& options) {
  const std::string_view key = kPolicyOptions[kPolicy];
  options.columns.policies[kPolicy] = parse_column_settings(key, reader.text(key));
}

// One step for each option, so that validation can go on behind a bad one.
using Step = void (*)(const Reader&, TableOptions&);
constexpr Step kSteps[] = {
    read_connection,
    [](const Reader& r, TableOptions& o) { o.connection.pooled |= r.flag("connection.pooled"); },
    [](const Reader& r, TableOptions& o) { o.session_settings = read_session_settings(r.list("session.settings")); },
    [](const Reader& r, TableOptions& o) { o.init_sql = r.text("init.sql"); },
    [](const Reader& r, TableOptions& o) { o.lock_timeout = r.duration("lock.timeout.ms"); },
    [](const Reader& r, TableOptions& o) { o.statement_timeout = r.duration("statement.timeout.ms"); },
    [](const Reader& r, TableOptions& o) { o.idle_transaction_timeout = r.duration("idle.transaction.timeout.ms"); },
    [](const Reader& r, TableOptions& o) { o.writes.mode = read_insert_mode(r); },
    [](const Reader& r, TableOptions& o) {
      o.writes.deletes = r.flag("delete.enabled") || o.writes.mode == InsertMode::merge;
    },
    [](const Reader& r, TableOptions& o) { o.writes.skip_unchanged = r.flag("skip.unchanged"); },
    [](const Reader& r, TableOptions& o) { o.writes.present_fields = r.text("upsert.fields") == "present"; },
    [](const Reader& r, TableOptions& o) { o.writes.newer_column = r.text("upsert.newer.column"); },
    [](const Reader& r, TableOptions& o) { o.writes.soft_delete_column = r.text("soft.delete.column"); },
    [](const Reader& r, TableOptions& o) { o.batch_rows = static_cast<std::size_t>(r.number("batch.size")); },
    [](const Reader& r, TableOptions& o) {
      o.copy_min_rows = static_cast<std::size_t>(r.number("copy.min.rows"));
      o.measures_round_trip = !r.is_written("copy.min.rows");
    },
    [](const Reader& r, TableOptions& o) { o.routing.format = read_name_format(r.text("table.name.format")); },
    [](const Reader& r, TableOptions& o) { o.routing.topics = read_topic_map(r.list("topics.to.tables.mapping")); },
    [](const Reader& r, TableOptions& o) { read_rewriting(r, o.routing); },
    [](const Reader& r, TableOptions& o) { o.routing.normalize = r.flag("table.name.normalize"); },
    [](const Reader& r, TableOptions& o) { read_unmatched(r.text("unmatched"), o.fields); },
    [](const Reader& r, TableOptions& o) { o.fields.included = r.list("fields.whitelist"); },
    [](const Reader& r, TableOptions& o) { o.fields.include = read_patterns(r, "field.include.list"); },
    [](const Reader& r, TableOptions& o) { o.fields.exclude = read_patterns(r, "field.exclude.list"); },
    [](const Reader& r, TableOptions& o) {
      for (auto& [field, column] : read_pairs("field.rename", r.list("field.rename")))
        o.fields.renamed.insert_or_assign(std::move(field), std::move(column));
    },
    [](const Reader& r, TableOptions& o) {
      const std::string nested = r.text("nested");
      o.fields.nested = nested == "flatten" ? Nested::flatten : nested == "fail" ? Nested::fail : Nested::jsonb;
    },
    [](const Reader& r, TableOptions& o) { o.fields.separator = r.text("nested.separator"); },
    [](const Reader& r, TableOptions& o) { o.fields.value_column = r.text("value.column"); },
    [](const Reader& r, TableOptions& o) { read_metadata(r, o.fields); },
    [](const Reader& r, TableOptions& o) { o.fields.nulls_for_defaults = !r.flag("replace.null.with.default"); },
    [](const Reader& r, TableOptions& o) { o.fields.operation_field = r.text("merge.op.field"); },
    [](const Reader& r, TableOptions& o) { o.delete_values = r.list("merge.delete.values"); },
    [](const Reader& r, TableOptions& o) {
      o.envelope = r.is_written("envelope") || !r.is_debezium() ? r.text("envelope") : "auto";
    },
    [](const Reader& r, TableOptions& o) { o.evolution = read_evolution(r, o.fields); },
    [](const Reader& r, TableOptions& o) { o.fields.name_case = read_case(r.text("identifier.case")); },
    [](const Reader& r, TableOptions& o) { o.truncates = r.flag("truncate.enabled"); },
    [](const Reader& r, TableOptions& o) { o.pk_mode = r.text("pk.mode"); },
    [](const Reader& r, TableOptions& o) { o.pk_fields = r.list("pk.fields"); },
    read_statements,
    [](const Reader&, TableOptions& o) { check_write_rules(o); },
    [](const Reader& r, TableOptions& o) {
      o.delivery = r.text("delivery") == "exactly_once" ? Delivery::exactly_once : Delivery::at_least_once;
    },
    [](const Reader& r, TableOptions& o) {
      if (const std::string name = r.text("dlq.table"); !name.empty())
        o.dead_letter_table = parse_table_name("dlq.table", name);
    },
    [](const Reader& r, TableOptions& o) { o.errors_budget = read_budget(r.text("errors.budget")); },
    [](const Reader& r, TableOptions& o) { o.offsets_table = parse_table_name("offsets.table", r.text("offsets.table"));
      },
    [](const Reader& r, TableOptions& o) { o.offsets_start = read_start(r, o.delivery); },
    [](const Reader& r, TableOptions& o) {
      o.columns.hints = parse_column_settings("type.hints", r.text("type.hints"));
    },
    [](const Reader& r, TableOptions& o) { o.columns.timestamp_fields = r.list("timestamp.fields.list"); },
    [](const Reader& r, TableOptions& o) { o.columns.time_zone = r.text("db.timezone"); },
    read_policy<0>,
    read_policy<1>,
    read_policy<2>,
    read_policy<3>,
    read_policy<4>,
    read_policy<5>,
};

}  // namespace

TableOptions read_table_options(const sdk::Config& config, std::string connector) {
  TableOptions options;
  options.connector = std::move(connector);
  const Reader reader(config);
  for (const Step step : kSteps) step(reader, options);
  if (options.connection.get("application_name").empty()) {
    options.connection.set("application_name", "sinkway " + options.connector);
  }
  return options;
}

std::vector<OptionError> check_table_options(const sdk::Config& config) {
  std::vector<OptionError> errors;
  TableOptions options;
  const Reader reader(config);
  for (const Step step : kSteps) {
    try {
      step(reader, options);
    } catch (const OptionError& error) {
      errors.push_back(error);
    }
  }
  return errors;
}

}  // namespace sinkway::table
