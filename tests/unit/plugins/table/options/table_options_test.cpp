#include "plugins/table/options/table_options.hpp"

#include <gtest/gtest.h>

#include <map>
#include <set>

#include "plugins/table/options/idle_options.hpp"
#include "plugins/table/options/option_definitions.hpp"

namespace sinkway::table {
namespace {

using Map = std::map<std::string, std::string, std::less<>>;

sdk::Config from(const Map& map) { return {table_option_definitions(), {map.begin(), map.end()}}; }

Map with(Map more) {
  more.emplace("connection.url", "jdbc:postgresql://h/w");
  return more;
}

TEST(TableOptions, need_only_a_url) {
  const TableOptions options = read_table_options(from(with({})), "weather-sink");
  EXPECT_EQ(options.connection.get("host"), "h");
  EXPECT_EQ(options.connection.get("application_name"), "sinkway weather-sink");
  ASSERT_EQ(options.routing.format.size(), 1u);
  EXPECT_EQ(options.routing.format[0].kind, NamePart::Kind::topic);
  EXPECT_EQ(options.batch_rows, 50'000u);
  EXPECT_EQ(options.copy_min_rows, 4'000u);
  EXPECT_EQ(options.delivery, Delivery::exactly_once);
  EXPECT_EQ(options.offsets_table, (TableName{"", "sinkway_offsets"}));
  EXPECT_EQ(options.connector, "weather-sink");
  EXPECT_FALSE(options.connection.pooled);
}

TEST(TableOptions, are_read_in_both_dialects) {
  const TableOptions options = read_table_options(
      from(with({{"connection.username", "u"}, {"connection.password", " p "}, {"collection.name.format", "s.${topic}"},
                 {"primary.key.mode", "record_key"}, {"primary.key.fields", " a , b,"}, {"insert.mode", "INSERT"},
                 {"delivery", "at_least_once"}, {"connection.pooled", "true"}})),
      "c");
  EXPECT_EQ(options.connection.get("user"), "u");
  EXPECT_EQ(options.connection.get("password"), " p ");
  EXPECT_EQ(options.routing.format.at(0).text, "s.");
  EXPECT_EQ(options.pk_fields, (std::vector<std::string>{"a", "b"}));
  EXPECT_EQ(options.delivery, Delivery::at_least_once);
  EXPECT_TRUE(options.connection.pooled);
}

TEST(TableOptions, have_the_defaults_of_the_sink_that_the_class_names) {
  const auto of = [](const char* name, Map more = {}) {
    more.emplace("connector.class", name);
    return read_table_options(from(with(std::move(more))), "c");
  };
  const char* const kOurs = "io.sinkway.table.TableSinkConnector";
  const char* const kConfluents = "io.confluent.connect.jdbc.JdbcSinkConnector";
  const char* const kDebeziums = "io.debezium.connector.jdbc.JdbcSinkConnector";
  for (const char* const name : {kOurs, kConfluents}) {
    EXPECT_EQ(of(name).envelope, "none");
    EXPECT_FALSE(of(name).routing.underscores || of(name).routing.lower);
    EXPECT_EQ(of(name).fields.name_case, NameCase::keep);
  }
  EXPECT_TRUE(of(kOurs).fields.nulls_for_defaults && of(kDebeziums).fields.nulls_for_defaults);
  EXPECT_FALSE(of(kConfluents).fields.nulls_for_defaults);
  EXPECT_TRUE(of(kConfluents, {{"replace.null.with.default", "false"}}).fields.nulls_for_defaults);
  EXPECT_EQ(of(kDebeziums).envelope, "auto");
  EXPECT_EQ(of(" io.debezium.connector.jdbc.JdbcSinkConnector ").envelope, "auto") << "the host finds it so, too";
  EXPECT_TRUE(of(kDebeziums).routing.underscores && of(kDebeziums).routing.lower);
  EXPECT_EQ(of(kDebeziums).fields.name_case, NameCase::lower);
  EXPECT_EQ(of(kDebeziums, {{"identifier.case", "snake"}}).fields.name_case, NameCase::snake);
  const TableOptions quoted = of(kDebeziums, {{"quote.identifiers", "true"}});
  EXPECT_TRUE(quoted.routing.underscores && !quoted.routing.lower);
  EXPECT_EQ(quoted.fields.name_case, NameCase::keep);
  EXPECT_TRUE(of(kOurs, {{"quote.identifiers", "false"}}).routing.lower);
  EXPECT_TRUE(of(kConfluents, {{"quote.sql.identifiers", "NEVER"}}).routing.lower);
  EXPECT_FALSE(of(kDebeziums, {{"quote.identifiers", "TRUE"}}).routing.lower);
  EXPECT_EQ(of(kOurs).columns.timestamp_unit, TimestampUnit::milliseconds);
  EXPECT_EQ(of(kConfluents).columns.timestamp_unit, TimestampUnit::microseconds);
  EXPECT_EQ(of(kConfluents, {{"timestamp.precision.mode", "nanoseconds"}}).columns.timestamp_unit, TimestampUnit::nanoseconds);
}

TEST(TableOptions, of_columns_are_kept_as_they_are_written) {
  const TableOptions options = read_table_options(
      from(with({{"type.hints", "tm:yyyy/MM/dd HH:mm:ss, seen:epoch_us"}, {"timestamp.fields.list", "a, b"},
                 {"use.time.zone", "Europe/Berlin"}, {"policy.nul", "replace,note:null"}, {"policy.too_long", "truncate"}})),
      "c");
  EXPECT_EQ(options.columns.hints, (std::vector<ColumnSetting>{{"tm", "yyyy/MM/dd HH:mm:ss"}, {"seen", "epoch_us"}}));
  EXPECT_EQ(options.columns.timestamp_fields, (std::vector<std::string>{"a", "b"}));
  EXPECT_EQ(options.columns.time_zone, "Europe/Berlin");
  EXPECT_EQ(options.columns.policies[0], (std::vector<ColumnSetting>{{"", "replace"}, {"note", "null"}}));
  EXPECT_EQ(options.columns.policies[1], (std::vector<ColumnSetting>{{"", "keep"}}));
  EXPECT_EQ(options.columns.policies[3], (std::vector<ColumnSetting>{{"", "truncate"}}));
  EXPECT_EQ(read_table_options(from(with({})), "c").columns.time_zone, "UTC");
}

TEST(TableOptions, of_the_own_key_win_over_those_of_the_url) {
  const TableOptions options = read_table_options(from({{"connection.url", "postgresql://a:b@h/w"},
                                                        {"connection.user", "c"},
                                                        {"connection.password", "d"}}), "c");
  EXPECT_EQ(options.connection.get("user"), "c");
  EXPECT_EQ(options.connection.get("password"), "d");
}

TEST(TableOptions, that_are_wrong_are_named_by_their_key) {
  const std::pair<std::string, std::string> cases[] = {
      {"connection.url", "jdbc:oracle:thin"}, {"insert.mode", "replace"},  {"delete.enabled", "true"},
      {"upsert.fields", "some"},
          {"batch.size", "0"},
      {"batch.size", "many"},                 {"copy.min.rows", "0"},     {"table.name.format", "${x}"},
          {"pk.mode", "fields"},
      {"delivery", "exactly-once"},           {"offsets.start", "first"}, {"offsets.start", "-5"},
      {"offsets.start", "99999999999999999999"}, {"offsets.table", "a.b.c.d"}, {"lock.timeout.ms", "0"},
          {"connection.pooled", "yes"},
      {"connection.url", " "},                {"type.hints", "tm:"},      {"policy.nul", "\"a"}};
  for (const auto& [key, value] : cases) {
    Map map = with({});
    map[key] = value;
    const auto errors = check_table_options(from(map));
    ASSERT_EQ(errors.size(), 1u) << key << "=" << value;
    EXPECT_EQ(errors[0].key(), key);
    EXPECT_THROW((void)read_table_options(from(map), "c"), OptionError);
  }
}

// Two of them would be a key that many records share.
TEST(TableOptions, of_coordinates_are_three_names_or_none) {
  const auto errors_of = [](const char* fields) { return check_table_options(from(with({{"pk.mode", "kafka"}, {"pk.fields", fields}}))); };
  EXPECT_TRUE(errors_of("").empty());
  EXPECT_TRUE(errors_of("t,p,o").empty());
  for (const char* const fields : {"id", "t,p", "t,p,o,more"}) {
    const auto errors = errors_of(fields);
    ASSERT_EQ(errors.size(), 1U) << fields;
    EXPECT_EQ(errors[0].key(), "pk.fields");
  }
}

TEST(TableOptions, are_words_in_any_case) {
  const TableOptions options = read_table_options(
      from(with({{"pk.mode", "RECORD_KEY"}, {"schema.evolution", "BASIC"}, {"nested", "Flatten"}, {"envelope", "AUTO"},
                 {"unmatched", "IGNORE"}, {"delivery", "AT_LEAST_ONCE"}, {"auto.evolve", "TRUE"}})), "c");
  EXPECT_EQ(options.pk_mode, "record_key");
  EXPECT_TRUE(options.evolution.create && options.evolution.add);
  EXPECT_EQ(options.fields.nested, Nested::flatten);
  EXPECT_EQ(options.envelope, "auto");
  EXPECT_EQ(options.fields.unmatched, Unmatched::ignore);
  EXPECT_EQ(options.delivery, Delivery::at_least_once);
}

TEST(TableOptions, have_one_value_under_all_their_names) {
  EXPECT_NO_THROW((void)read_table_options(from(with({{"pk.fields", "id"}, {"primary.key.fields", "id"}})), "c"));
  const auto errors = check_table_options(from(with({{"pk.fields", "id"}, {"primary.key.fields", "location"}})));
  ASSERT_EQ(errors.size(), 1U);
  EXPECT_EQ(errors[0].key(), "primary.key.fields");
  EXPECT_NE(std::string(errors[0].what()).find("pk.fields"), std::string::npos);
}

TEST(TableOptions, that_mean_nothing_beside_the_others_are_told) {
  const auto idle = [](Map map) {
    const sdk::Config config = from(with(std::move(map)));
    std::string keys;
    for (const ForeignNote& note : idle_option_notes(config, read_table_options(config, "c"))) keys += note.key + " ";
    return keys;
  };
  EXPECT_EQ(idle({}), "");
  EXPECT_EQ(idle({{"skip.unchanged", "true"}, {"upsert.fields", "present"}, {"upsert.newer.column", "tm"}}),
            "skip.unchanged upsert.fields upsert.newer.column ");
  EXPECT_EQ(idle({{"skip.unchanged", "true"}, {"upsert.fields", "present"}, {"insert.mode", "upsert"}, {"pk.fields", "id"}}), "");
  EXPECT_EQ(idle({{"nested.separator", "."}, {"table.name.replacement", "x"}, {"merge.delete.values", "D"}}),
            "table.name.replacement nested.separator merge.delete.values ");
  EXPECT_EQ(idle({{"truncate.enabled", "true"}, {"schema.evolution.rewrite", "true"}, {"delivery", "at_least_once"}, {"offsets.table", "o"}}),
            "schema.evolution.rewrite truncate.enabled offsets.table ");
  EXPECT_EQ(idle({{"insert.mode", "sql"}, {"sql", "SELECT :id"}, {"collection.name.format", "t"}}), "collection.name.format ");
}

TEST(TableOptions, of_the_first_position_need_positions_of_ones_own) {
  for (const char* start : {"kafka", "db", "earliest", "latest", "0", "123456789012345678"})
    EXPECT_EQ(read_table_options(from(with({{"offsets.start", start}})), "c").offsets_start, start);
  EXPECT_EQ(read_table_options(from(with({})), "c").offsets_start, "kafka");
  EXPECT_NO_THROW((void)read_table_options(from(with({{"delivery", "at_least_once"}})), "c"));
  EXPECT_THROW((void)read_table_options(from(with({{"delivery", "at_least_once"}, {"offsets.start", "earliest"}})), "c"),
               OptionError);
}

TEST(TableOptions, name_the_mode_and_what_belongs_to_it) {
  const auto options = read_table_options(
      from(with({{"insert.mode", "UPSERT"}, {"pk.mode", "record_key"}, {"delete.enabled", "true"}, {"skip.unchanged", "true"},
                 {"upsert.fields", "present"}, {"soft.delete.column", "gone"}})), "c");
  EXPECT_EQ(options.writes.mode, InsertMode::upsert);
  EXPECT_TRUE(options.writes.deletes && options.writes.skip_unchanged && options.writes.present_fields);
  EXPECT_EQ(options.writes.soft_delete_column, "gone");
  EXPECT_TRUE(read_table_options(from(with({{"insert.mode", "merge"}})), "c").writes.deletes);
  EXPECT_FALSE(read_table_options(from(with({})), "c").writes.keyed());
  EXPECT_THROW((void)read_table_options(from(with({{"insert.mode", "upsert_if_newer"}})), "c"), OptionError);
  for (const char* const mode : {"record_key", "record_value"})
    EXPECT_NO_THROW((void)read_table_options(from(with({{"delete.enabled", "true"}, {"pk.mode", mode}})), "c"));
  EXPECT_THROW((void)read_table_options(from(with({{"delete.enabled", "true"}, {"pk.mode", "kafka"}})), "c"), OptionError)
      << "no row has the coordinates of a tombstone";
  EXPECT_THROW((void)read_table_options(from(with({{"insert.mode", "merge"}, {"pk.mode", "kafka"}})), "c"), OptionError);
}

TEST(TableOptions, tell_whether_headers_are_part_of_rows) {
  const auto reads = [](const Map& map) { return read_table_options(from(with(map)), "c").reads_headers(); };
  EXPECT_FALSE(reads({}));
  EXPECT_FALSE(reads({{"table.name.format", "${topic}_${field:place}"}, {"metadata.columns", "offset:o,key:k"}}));
  EXPECT_TRUE(reads({{"table.name.format", "${topic}_${header:place}"}}));
  EXPECT_TRUE(reads({{"metadata.columns", "offset:o,headers:h"}}));
  EXPECT_TRUE(reads({{"insert.mode", "upsert"}, {"pk.mode", "record_header"}, {"pk.fields", "id"}}));
  EXPECT_FALSE(reads({{"insert.mode", "sql"}, {"sql", "CALL p(:id, :__offset)"}}));
  EXPECT_TRUE(reads({{"insert.mode", "sql"}, {"sql", "CALL p(:id, :__headers)"}}));
}

TEST(TableOptions, of_statements_belong_to_their_mode) {
  const auto options = read_table_options(
      from(with({{"insert.mode", "sql"}, {"sql", "CALL p(:id, :__offset)"}, {"delete.sql", "CALL d(:id)"}})), "c");
  EXPECT_EQ(options.statements.put.text, "CALL p($1, $2)");
  EXPECT_TRUE(options.writes.deletes) << "delete.sql asks for them";
  EXPECT_FALSE(options.writes.keyed());
  EXPECT_EQ(options.fields.unmatched, Unmatched::ignore);
  EXPECT_EQ(options.fields.metadata, (decltype(options.fields.metadata){{Metadata::offset, "__offset"}}));
  const auto key_at_fault = [](const Map& entries) {
    const auto errors = check_table_options(from(with(entries)));
    return errors.empty() ? std::string() : errors.front().key();
  };
  EXPECT_EQ(key_at_fault({{"insert.mode", "sql"}}), "sql");
  EXPECT_EQ(key_at_fault({{"sql", "CALL p(:id)"}}), "sql");
  EXPECT_EQ(key_at_fault({{"delete.sql", "CALL p(:id)"}}), "delete.sql");
  EXPECT_EQ(key_at_fault({{"insert.mode", "sql"}, {"sql", "CALL p(:id)"}, {"delete.enabled", "true"}}), "delete.enabled");
  EXPECT_EQ(key_at_fault({{"insert.mode", "sql"}, {"sql", "CALL p(:id)"}, {"unmatched", "add"}}), "insert.mode");
  EXPECT_EQ(key_at_fault({{"insert.mode", "sql"}, {"sql", "CALL p(:id)"}, {"merge.op.field", "op"}}), "merge.op.field");
}

TEST(TableOptions, that_are_wrong_are_all_found_at_once) {
  const auto errors = check_table_options(from({{"insert.mode", "replace"}, {"batch.size", "-1"}}));
  std::set<std::string> keys;
  for (const auto& error : errors) keys.insert(error.key());
  EXPECT_EQ(keys, (std::set<std::string>{"batch.size", "connection.url", "insert.mode"}));
}

TEST(TableOptions, have_definitions_with_distinct_names_and_orders_and_a_text_each) {
  std::set<std::string_view> names;
  std::set<std::pair<std::string_view, int>> places;
  for (const sinkway_option& option : table_option_definitions()) {
    EXPECT_EQ(option.struct_size, sizeof(sinkway_option));
    EXPECT_TRUE(names.insert({option.name.data, option.name.size}).second) << option.name.data;
    EXPECT_TRUE(places.emplace(std::string_view(option.group.data, option.group.size), option.order).second) <<
        option.name.data;
    EXPECT_GT(option.documentation.size, 20u) << option.name.data;
    for (std::size_t i = 0; i < option.alias_count; ++i) {
      EXPECT_TRUE(names.insert({option.aliases[i].data, option.aliases[i].size}).second);
    }
  }
}

}  // namespace
}  // namespace sinkway::table
