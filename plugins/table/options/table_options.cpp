#include "plugins/table/options/table_options.hpp"

#include <algorithm>
#include <array>

#include "plugins/table/options/idle_options.hpp"
#include "plugins/table/options/letter_case.hpp"
#include "plugins/table/options/option_reader.hpp"
#include "plugins/table/options/option_words.hpp"

namespace sinkway::table {
namespace {

void read_connection(const OptionReader& reader, TableOptions& options) {
  options.connection = parse_connection_url(reader.text("connection.url"));
  if (std::string user = reader.text("connection.user"); !user.empty()) options.connection.set("user", std::move(user));
  if (std::string password = reader.text("connection.password"); !password.empty()) {
    options.connection.set("password", std::move(password));
  }
}

// sql and delete.sql, which mean something with insert.mode=sql only. delete.sql asks for deletes by itself.
void read_statements(const OptionReader& reader, TableOptions& options) {
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
  if (!options.writes.soft_delete_column.empty())
    throw OptionError("soft.delete.column", "has no table with insert.mode=sql: delete.sql says what a delete does");
  if (options.writes.deletes && options.statements.remove.empty())
    throw OptionError("delete.enabled", "needs delete.sql with insert.mode=sql, which says what is executed for a delete");
  if (!options.fields.operation_field.empty() && options.statements.remove.empty())
    throw OptionError("merge.op.field", "needs delete.sql with insert.mode=sql, which says what is executed for a delete");
}

std::string read_start(const OptionReader& reader, Delivery delivery) {
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
  if (options.pk_mode == "kafka" && !options.pk_fields.empty() && options.pk_fields.size() != 3)
    throw OptionError("pk.fields", "must name three columns with pk.mode=kafka, of the topic, partition and offset, or none");
  if (rules.mode == InsertMode::sql) return check_statement_rules(options);
  if (!options.fields.operation_field.empty() && rules.mode != InsertMode::merge)
    throw OptionError("merge.op.field", "is for insert.mode=merge and sql");
  if (!rules.soft_delete_column.empty() && (rules.mode == InsertMode::insert || rules.mode == InsertMode::insert_ignore))
    throw OptionError("soft.delete.column", "needs insert.mode=upsert, upsert_if_newer, update or merge: an insert cannot take the mark "
                                            "of a row away again");
  if (rules.mode == InsertMode::merge && options.pk_mode == "kafka")
    throw OptionError("pk.mode", "kafka gives each record a key of its own, by which insert.mode=merge would find no row to delete");
  constexpr std::array<std::string_view, 3> kKeys{"record_key", "record_value", "record_header"};
  if (rules.deletes && rules.mode != InsertMode::merge && std::ranges::find(kKeys, options.pk_mode) == kKeys.end())
    throw OptionError("delete.enabled", "needs pk.mode, which says where the key of a deleted row comes from: record_key, record_value "
                                        "or record_header");
}

// As words of other sinks may be written.
std::string word_of(std::string text) {
  std::erase(text, ' ');
  return lower(std::move(text));
}

// Confluent's sink counts microseconds unless timestamp.precision.mode says nanoseconds.
void read_timestamp_fields(const OptionReader& reader, TableOptions& options) {
  options.columns.timestamp_fields = reader.list("timestamp.fields.list");
  const std::string precision = word_of(reader.foreign("timestamp.precision.mode"));
  options.columns.timestamp_unit = precision == "nanoseconds"                            ? TimestampUnit::nanoseconds
                                   : precision == "microseconds" || reader.is_confluent() ? TimestampUnit::microseconds
                                                                                         : TimestampUnit::milliseconds;
}

// Debezium's sink leaves names unquoted unless quote.identifiers says so, which makes them lower case, and writes topics with _.
void read_spelling(const OptionReader& reader, TableOptions& options) {
  const std::string quotes = word_of(reader.foreign("quote.identifiers"));
  const bool never = word_of(reader.foreign("quote.sql.identifiers")) == "never" || word_of(reader.foreign("sql.quote.identifiers")) == "false";
  const bool unquoted = never || (reader.is_debezium() ? quotes != "true" : quotes == "false");
  options.routing.underscores = reader.is_debezium();
  options.routing.lower = unquoted;
  const bool takes_lower = unquoted && !reader.is_written("identifier.case");
  options.fields.name_case = takes_lower ? NameCase::lower : read_case(reader.text("identifier.case"));
}

template <std::size_t kPolicy>
void read_policy(const OptionReader& reader, TableOptions& options) {
  const std::string_view key = kPolicyOptions[kPolicy];
  options.columns.policies[kPolicy] = parse_column_settings(key, reader.text(key));
}

// One step for each option, so that validation can go on behind a bad one.
using Step = void (*)(const OptionReader&, TableOptions&);
constexpr Step kSteps[] = {
    read_connection,
    [](const OptionReader& r, TableOptions& o) { o.connection.pooled |= r.flag("connection.pooled"); },
    [](const OptionReader& r, TableOptions& o) { o.session_settings = read_session_settings(r.list("session.settings")); },
    [](const OptionReader& r, TableOptions& o) { o.init_sql = r.text("init.sql"); },
    [](const OptionReader& r, TableOptions& o) { o.lock_timeout = r.duration("lock.timeout.ms"); },
    [](const OptionReader& r, TableOptions& o) { o.statement_timeout = r.duration("statement.timeout.ms"); },
    [](const OptionReader& r, TableOptions& o) { o.idle_transaction_timeout = r.duration("idle.transaction.timeout.ms"); },
    [](const OptionReader& r, TableOptions& o) { o.writes.mode = read_insert_mode(r); },
    [](const OptionReader& r, TableOptions& o) {
      o.writes.deletes = r.flag("delete.enabled") || o.writes.mode == InsertMode::merge;
    },
    [](const OptionReader& r, TableOptions& o) { o.writes.skip_unchanged = r.flag("skip.unchanged"); },
    [](const OptionReader& r, TableOptions& o) { o.writes.present_fields = r.text("upsert.fields") == "present"; },
    [](const OptionReader& r, TableOptions& o) { o.writes.newer_column = r.text("upsert.newer.column"); },
    [](const OptionReader& r, TableOptions& o) { o.writes.soft_delete_column = r.text("soft.delete.column"); },
    [](const OptionReader& r, TableOptions& o) { o.batch_rows = static_cast<std::size_t>(r.number("batch.size")); },
    [](const OptionReader& r, TableOptions& o) {
      o.copy_min_rows = static_cast<std::size_t>(r.number("copy.min.rows"));
      o.measures_round_trip = !r.is_written("copy.min.rows");
    },
    [](const OptionReader& r, TableOptions& o) { o.routing.format = read_name_format(r.text("table.name.format")); },
    [](const OptionReader& r, TableOptions& o) { o.routing.topics = read_topic_map(r.list("topics.to.tables.mapping")); },
    [](const OptionReader& r, TableOptions& o) { read_rewriting(r, o.routing); },
    [](const OptionReader& r, TableOptions& o) { o.routing.normalize = r.flag("table.name.normalize"); },
    [](const OptionReader& r, TableOptions& o) { read_unmatched(r.text("unmatched"), o.fields); },
    [](const OptionReader& r, TableOptions& o) { o.fields.included = r.list("fields.whitelist"); },
    [](const OptionReader& r, TableOptions& o) { o.fields.include = read_patterns(r, "field.include.list"); },
    [](const OptionReader& r, TableOptions& o) { o.fields.exclude = read_patterns(r, "field.exclude.list"); },
    [](const OptionReader& r, TableOptions& o) {
      for (auto& [field, column] : read_pairs("field.rename", r.list("field.rename")))
        o.fields.renamed.insert_or_assign(std::move(field), std::move(column));
    },
    [](const OptionReader& r, TableOptions& o) {
      const std::string nested = r.text("nested");
      o.fields.nested = nested == "flatten" ? Nested::flatten : nested == "fail" ? Nested::fail : Nested::jsonb;
    },
    [](const OptionReader& r, TableOptions& o) { o.fields.separator = r.text("nested.separator"); },
    [](const OptionReader& r, TableOptions& o) { o.fields.value_column = r.text("value.column"); },
    [](const OptionReader& r, TableOptions& o) { read_metadata(r, o.fields); },
    [](const OptionReader& r, TableOptions& o) {
      o.fields.nulls_for_defaults = !r.flag("replace.null.with.default", r.is_confluent());
    },
    [](const OptionReader& r, TableOptions& o) { o.fields.operation_field = r.text("merge.op.field"); },
    [](const OptionReader& r, TableOptions& o) { o.delete_values = r.list("merge.delete.values"); },
    [](const OptionReader& r, TableOptions& o) {
      o.envelope = r.is_written("envelope") || !r.is_debezium() ? r.text("envelope") : "auto";
    },
    [](const OptionReader& r, TableOptions& o) { o.statements.unavailable = o.unavailable_value = r.text("unavailable.value"); },
    [](const OptionReader& r, TableOptions& o) { o.evolution = read_evolution(r, o.fields); },
    read_spelling,
    [](const OptionReader& r, TableOptions& o) { o.truncates = r.flag("truncate.enabled"); },
    [](const OptionReader& r, TableOptions& o) { o.pk_mode = r.text("pk.mode"); },
    [](const OptionReader& r, TableOptions& o) {
      o.pk_fields = r.list("pk.fields");
      if (o.pk_mode == "record_value" || o.pk_mode == "none") o.fields.keys = o.pk_fields;
    },
    read_statements,
    [](const OptionReader&, TableOptions& o) { check_write_rules(o); },
    [](const OptionReader& r, TableOptions& o) {
      o.delivery = r.text("delivery") == "exactly_once" ? Delivery::exactly_once : Delivery::at_least_once;
    },
    [](const OptionReader& r, TableOptions& o) {
      if (const std::string name = r.text("dlq.table"); !name.empty())
        o.dead_letter_table = parse_table_name("dlq.table", name);
    },
    [](const OptionReader& r, TableOptions& o) { o.errors_budget = read_budget(r.text("errors.budget")); },
    [](const OptionReader& r, TableOptions& o) { o.offsets_table = parse_table_name("offsets.table", r.text("offsets.table"));
      },
    [](const OptionReader& r, TableOptions& o) { o.offsets_start = read_start(r, o.delivery); },
    [](const OptionReader& r, TableOptions& o) {
      o.columns.hints = parse_column_settings("type.hints", r.text("type.hints"));
    },
    read_timestamp_fields,
    [](const OptionReader& r, TableOptions& o) { o.columns.time_zone = r.text("db.timezone"); },
    read_policy<0>,
    read_policy<1>,
    read_policy<2>,
    read_policy<3>,
    read_policy<4>,
    read_policy<5>,
};

}  // namespace

bool TableOptions::reads_headers() const {
  const auto is_header = [](const NamePart& part) { return part.kind == NamePart::Kind::header; };
  const auto are_headers = [](const auto& column) { return column.first == Metadata::headers; };
  return pk_mode == "record_header" || std::ranges::any_of(routing.format, is_header) ||
         std::ranges::any_of(fields.metadata, are_headers);
}

TableOptions read_table_options(const sdk::Config& config, std::string connector) {
  TableOptions options;
  options.connector = std::move(connector);
  check_aliases(config);
  const OptionReader reader(config);
  for (const Step step : kSteps) step(reader, options);
  options.redrives = reader.is_written("sinkway.redrive");
  if (options.redrives) {
    if (options.dead_letter_table.name.empty()) throw OptionError("dlq.table", "must be given: letters come from there");
    options.delivery = Delivery::at_least_once;
    options.errors_budget.reset();
  }
  if (options.connection.get("application_name").empty()) {
    options.connection.set("application_name", "sinkway " + options.connector);
  }
  return options;
}

std::vector<OptionError> check_table_options(const sdk::Config& config) {
  std::vector<OptionError> errors;
  const auto attempt = [&](auto&& step) {
    try {
      step();
    } catch (const OptionError& error) {
      errors.push_back(error);
    }
  };
  TableOptions options;
  const OptionReader reader(config);
  attempt([&] { check_aliases(config); });
  for (const Step step : kSteps) attempt([&] { step(reader, options); });
  return errors;
}

}  // namespace sinkway::table
