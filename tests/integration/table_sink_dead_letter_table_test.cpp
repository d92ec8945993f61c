// dlq.table: letters are as exactly once as the rows of their batch.
#include <algorithm>

#include "tests/integration/table_sink_world.hpp"

namespace sinkway::test {
namespace {

class DeadLetterTable : public TableSinkTest {};

TEST_F(DeadLetterTable, has_bad_rows_in_the_same_transaction) {
  make_notes(", PRIMARY KEY (id)");
  client.run("INSERT INTO weather VALUES (-1, 'here already')");
  SinkTask& task = open_task({{"dlq.table", "letters"}});
  ASSERT_EQ(task.put(with_duplicates(100, {42, 43})).code, SINKWAY_OK);
  EXPECT_EQ(counts().first, 99) << "the row that was here, and the good ones";
  const auto letters = client.rows("SELECT topic, part, record_offset, error_id, sqlstate, constraint_name, reason FROM letters "
                                   "ORDER BY record_offset");
  ASSERT_EQ(letters.size(), 2u);
  EXPECT_EQ(letters[0], (std::vector<std::string>{"weather", "0", "42", "table.duplicate_key", "23505", "weather_pkey",
                                                  "table " + schema + ".weather: a row with this key exists already "
                                                  "(SQLSTATE 23505, constraint weather_pkey)"}));
}

TEST_F(DeadLetterTable, that_is_gone_or_another_one_ends_the_task) {
  make_notes(", PRIMARY KEY (id)");
  client.run("INSERT INTO weather VALUES (-1, 'here already')");
  SinkTask& task = open_task({{"dlq.table", "letters"}});
  client.run("DROP TABLE letters");
  const Told gone = task.put(with_duplicates(10, {4}));
  EXPECT_EQ(gone.code, SINKWAY_FATAL);
  EXPECT_EQ(gone.id, "table.dead_letter_table");
  EXPECT_NE(gone.reason.find("letters is gone"), std::string::npos) << gone.reason;
  EXPECT_NE(gone.hint.find("dlq.table"), std::string::npos) << gone.hint;
  client.run("CREATE TABLE letters (topic text, part int)");
  SinkTask& other = make_task({{"dlq.table", "letters"}});
  const Told another = other.open(topic());
  EXPECT_EQ(another.code, SINKWAY_FATAL);
  EXPECT_EQ(another.id, "table.dead_letter_table");
  EXPECT_NE(another.reason.find("it lacks these columns: connector, record_offset"), std::string::npos) << another.reason;
}

// A table that was made by hand may have no column for the headers: letters are written all the same.
TEST_F(DeadLetterTable, has_the_bytes_and_headers_that_kafka_held) {
  make_notes(", PRIMARY KEY (id)");
  client.run("INSERT INTO weather VALUES (-1, 'here already')");
  for (const bool has_column : {true, false}) {
    SinkTask& task = open_task({{"dlq.table", "letters"}});
    SampleBatch& made = batch();
    made.keep_raw("as it was");
    const sinkway_string null{nullptr, 0};
    made.keep_raw_headers({{sdk::lend("trace \"1\""), sdk::lend(std::string_view("\xff\0", 2))}, {sdk::lend("none"), null}});
    const std::int64_t offset = has_column ? 0 : 1;
    made.add("weather", 0, offset, note(made, -1));
    made.cover("weather", 0, offset, offset + 1);
    ASSERT_EQ(task.put(made).code, SINKWAY_OK);
    const bool warned = std::ranges::any_of(task.host.log_lines(), [](const std::string& line) {
      return line.find("no column record_headers") != std::string::npos;
    });
    EXPECT_NE(warned, has_column);
    end_tasks();
    if (has_column) {
      EXPECT_EQ(client.cell("SELECT record_value::text || record_headers::text FROM letters"),
                "\\x617320697420776173[[\"trace \\\"1\\\"\",\"ff00\"],[\"none\",null]]");
      client.run("ALTER TABLE letters DROP record_headers");
    }
  }
  EXPECT_EQ(client.number("SELECT count(*) FROM letters"), 2);
}

// Names come from whoever sends records; a letter has to be written whatever they are.
TEST_F(DeadLetterTable, takes_letters_whatever_the_names_in_them_are) {
  make_notes();
  SinkTask& task = open_task({{"dlq.table", "letters"}, {"unmatched", "dlq"}});
  SampleBatch& made = batch();
  made.keep_raw("{");
  made.keep_raw_headers({{sdk::lend("tr\xff"), sdk::lend("x")}, {sdk::lend(std::string_view("a\0b", 3)), sdk::lend("y")}});
  made.add("weather", 0, 0, made.object({{"id", sdk::testing::value_of(SINKWAY_INT64, 1)}, {std::string("wi\0nd", 5), sdk::testing::text_value("x")}}));
  made.add("weather", 0, 1, made.object({{"id", sdk::testing::value_of(SINKWAY_INT64, 2)}, {"wi\xffnd", sdk::testing::text_value("x")}}));
  made.add_unconverted("weather", 0, 2);
  made.add("weather", 0, 3, note(made, 4));
  made.cover("weather", 0, 0, 4);
  const Told told = task.put(made);
  ASSERT_EQ(told.code, SINKWAY_OK) << told.reason;
  EXPECT_EQ(client.number("SELECT count(*) FROM letters"), 3);
  EXPECT_EQ(client.number("SELECT count(*) FROM letters WHERE column_name = U&'wi\\FFFDnd'"), 2);
  EXPECT_EQ(client.number("SELECT count(*) FROM letters WHERE record_headers->0->>0 = U&'tr\\FFFD'"), 3);
  EXPECT_EQ(client.number("SELECT count(*) FROM weather"), 1);
}

// What the host cannot convert has a place in its batch, and its letter is as exactly once as the rows.
TEST_F(DeadLetterTable, has_what_cannot_be_converted_once) {
  make_notes();
  SinkTask& task = open_task({{"dlq.table", "letters"}});
  SampleBatch& mixed = batch();
  mixed.keep_raw("{not json");
  mixed.add("weather", 0, 0, note(mixed, 0));
  mixed.add_unconverted("weather", 0, 1);
  mixed.add("weather", 0, 3, note(mixed, 3));
  mixed.cover("weather", 0, 0, 4);
  ASSERT_EQ(task.put(mixed).code, SINKWAY_OK);
  ASSERT_EQ(task.put(mixed).code, SINKWAY_OK);
  SampleBatch& alone = batch();
  alone.keep_raw("{not json");
  alone.add_unconverted("weather", 0, 4);
  alone.cover("weather", 0, 4, 5);
  ASSERT_EQ(task.put(alone).code, SINKWAY_OK);
  EXPECT_EQ(client.rows("SELECT record_offset, error_id, reason, convert_from(record_value, 'UTF8') FROM letters ORDER BY 1"),
            (std::vector<std::vector<std::string>>{
                {"1", "sample.not_readable", "VALUE_CONVERTER: byte 0: not a good beginning", "{not json"},
                {"4", "sample.not_readable", "VALUE_CONVERTER: byte 0: not a good beginning", "{not json"}}));
  EXPECT_EQ(counts().first, 2);
  EXPECT_EQ(position(), 5);
  EXPECT_TRUE(task.host.errants().empty()) << "the host has told of them already";
  EXPECT_EQ(task.host.total("sinkway_table_rows_total", "outcome=errant"), 2);
}

// The host leaves a reported record out when the batch comes again: its letter must not be lost with the transaction.
TEST_F(DeadLetterTable, has_what_was_reported_before_the_transaction_was_lost) {
  make_notes(", PRIMARY KEY (id)");
  client.run("INSERT INTO weather VALUES (-1, 'here already')");
  SinkTask& task = open_task({{"dlq.table", "letters"}});
  task.host.behaviour.flushes = false;
  ASSERT_EQ(task.put(with_duplicates(10, {4})).code, SINKWAY_RETRIABLE);
  EXPECT_EQ(client.number("SELECT count(*) FROM letters"), 0);
  task.host.behaviour.flushes = true;
  SampleBatch& rest = batch();
  for (int i = 0; i < 10; ++i) if (i != 4) rest.add("weather", 0, i, note(rest, i));
  rest.cover("weather", 0, 0, 10);
  ASSERT_EQ(task.put(rest).code, SINKWAY_OK);
  EXPECT_EQ(client.rows("SELECT record_offset FROM letters"), (std::vector<std::vector<std::string>>{{"4"}}));
  EXPECT_EQ(position(), 10);
}

TEST_F(DeadLetterTable, takes_letters_whatever_the_time_of_their_records) {
  make_notes();
  SinkTask& task = open_task({{"dlq.table", "letters"}});
  SampleBatch& made = batch();
  made.add("weather", 0, 0, note(made, 0, "private words that are longer than 20"));
  made.cover("weather", 0, 0, 1);
  made.at_time(1'790'000'000'000'000'000);  // nanoseconds by mistake
  EXPECT_EQ(task.put(made).code, SINKWAY_OK);
  EXPECT_EQ(client.cell("SELECT record_time FROM letters"), "<null>");
}

}  // namespace
}  // namespace sinkway::test
