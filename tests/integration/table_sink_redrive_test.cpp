// Letters put again: written and taken away in one transaction, so once, whoever else is at them and whatever is lost.
#include <nlohmann/json.hpp>

#include "tests/integration/table_sink_world.hpp"
#include "tests/support/cutting_proxy.hpp"

namespace sinkway::test {
namespace {

class Redrive : public TableSinkTest {
 protected:
  // Ten notes of which those with ids 3 and 7 are refused, and so letters.
  void make_letters() {
    make_notes(", CONSTRAINT open CHECK (id NOT IN (3, 7))");
    SinkTask& task = open_task({{"dlq.table", "letters"}});
    ASSERT_EQ(task.put(notes(0, 10)).code, SINKWAY_OK);
    ASSERT_EQ(offsets(), "3 7 ");
    end_tasks();
  }
  SinkTask& redriving(std::optional<std::string> url = std::nullopt) {
    return make_task({{"dlq.table", "letters"}, {"sinkway.redrive", "true"}}, std::move(url));
  }
  SampleBatch& of(std::initializer_list<std::int64_t> ids) {
    SampleBatch& made = batch();
    for (const std::int64_t id : ids) made.add("weather", 0, id, note(made, id));
    return made;
  }
  void mend() { client.run("ALTER TABLE weather DROP CONSTRAINT open"); }
  [[nodiscard]] std::string offsets() {
    std::string all;
    for (const auto& row : client.rows("SELECT record_offset FROM letters ORDER BY 1")) all += row[0] + " ";
    return all;
  }
};

TEST_F(Redrive, writes_the_records_and_takes_their_letters_away_without_touching_a_position) {
  make_letters();
  mend();
  EXPECT_EQ(redriving().put(of({3, 7})).code, SINKWAY_OK);
  EXPECT_EQ(counts(), std::pair(10L, 10L));
  EXPECT_EQ(offsets(), "");
  EXPECT_EQ(position(), 10);
}

TEST_F(Redrive, keeps_the_letter_of_a_record_that_is_refused_again_with_its_new_reason) {
  make_letters();
  client.run("ALTER TABLE weather DROP CONSTRAINT open, ADD CONSTRAINT narrower CHECK (id <> 7)");
  SinkTask& task = redriving();
  EXPECT_EQ(task.put(of({3, 7})).code, SINKWAY_OK);
  EXPECT_EQ(task.host.errants().size(), 1U);
  EXPECT_EQ(counts().first, 9);
  EXPECT_EQ(offsets(), "7 ");
  EXPECT_EQ(client.cell("SELECT constraint_name FROM letters"), "narrower");
}

// A page of letters is a page of bad rows: that all are refused says nothing of the table.
TEST_F(Redrive, keeps_the_letters_that_a_trigger_refuses_again) {
  make_letters();
  mend();
  client.run("CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RAISE EXCEPTION ''no''; END'; "
             "CREATE TRIGGER refuses BEFORE INSERT ON weather FOR EACH ROW WHEN (NEW.id IN (3, 7)) EXECUTE FUNCTION refuse()");
  SinkTask& task = redriving();
  const Told told = task.put(of({3, 7}));
  EXPECT_EQ(told.code, SINKWAY_OK) << told.reason;
  EXPECT_EQ(task.host.errants().size(), 2U);
  EXPECT_EQ(offsets(), "3 7 ");
  EXPECT_EQ(client.cell("SELECT string_agg(DISTINCT sqlstate, ',') FROM letters"), "P0001");
}

TEST_F(Redrive, of_a_letter_that_is_gone_writes_nothing) {
  make_letters();
  mend();
  client.run("DELETE FROM letters WHERE record_offset = 7");
  const Told told = redriving().put(of({3, 7}));
  EXPECT_EQ(told.code, SINKWAY_RETRIABLE);
  EXPECT_EQ(told.id, "table.letters_gone");
  EXPECT_EQ(counts().first, 8);
  EXPECT_EQ(offsets(), "3 ");
}

// A page lies in memory, so its bytes are bounded, too; the pages together have every letter once.
TEST_F(Redrive, reads_letters_in_pages_of_a_few_megabytes) {
  make_letters();
  client.run("DELETE FROM letters; INSERT INTO letters (connector, topic, part, record_offset, error_id, reason, record_value) SELECT "
             "current_schema(), 'weather', 0, n, 'x', 'y', convert_to(repeat('v', 1 << 20), 'UTF8') FROM generate_series(1, 12) n");
  client.run("ALTER TABLE letters RENAME TO \"letters$1\"");  // a name that looks like a parameter
  const Entries config = {{"connection.url", uri()}, {"topics", "weather"}, {"dlq.table", "letters$1"}};
  std::string after, offsets;
  int pages = 0;
  while (pages < 20) {
    const auto page = nlohmann::json::parse(asked(schema, config, "_letters", R"({"limit": 500)" + after + "}"));
    const auto& letters = page.at("letters");
    if (letters.empty()) break;
    ++pages;
    EXPECT_LE(letters.size(), 5U);
    for (const auto& one : letters) offsets += std::to_string(one.at("offset").get<int>()) + " ";
    after = R"(, "after": {"topic": "weather", "partition": 0, "offset": )" + std::to_string(letters.back().at("offset").get<int>()) + "}";
  }
  EXPECT_EQ(offsets, "1 2 3 4 5 6 7 8 9 10 11 12 ");
  EXPECT_EQ(pages, 3);
}

TEST_F(Redrive, of_the_same_letters_by_two_writes_them_once) {
  make_letters();
  mend();
  SinkTask& one = redriving();
  SinkTask& other = redriving();
  SampleBatch& first = of({3, 7});
  SampleBatch& second = of({3, 7});
  Told told[2];
  std::thread rival([&] { told[1] = other.put(second); });
  told[0] = one.put(first);
  rival.join();
  EXPECT_EQ((told[0].code == SINKWAY_OK) + (told[1].code == SINKWAY_OK), 1);
  EXPECT_TRUE(told[0].id == "table.letters_gone" || told[1].id == "table.letters_gone");
  EXPECT_EQ(counts(), std::pair(10L, 10L));
  EXPECT_EQ(offsets(), "");
}

// A batch that was rejected twice has two letters of one record; both go.
TEST_F(Redrive, takes_every_letter_of_a_record) {
  make_letters();
  mend();
  client.run("INSERT INTO letters SELECT * FROM letters");
  EXPECT_EQ(redriving().put(of({3, 7})).code, SINKWAY_OK);
  EXPECT_EQ(counts(), std::pair(10L, 10L));
  EXPECT_EQ(offsets(), "");
}

TEST_F(Redrive, gets_no_partition_and_needs_the_table_of_letters) {
  make_letters();
  const Told told = redriving().open(topic());
  EXPECT_EQ(told.code, SINKWAY_FATAL);
  SinkTask task(schema, {{"connection.url", uri()}, {"sinkway.redrive", "true"}});
  EXPECT_EQ(task.start().code, SINKWAY_FATAL);
}

class RedriveCut : public Redrive, public ::testing::WithParamInterface<CuttingProxy::Cut> {};

// The answer to COMMIT is lost: whoever tries again finds the letters, or finds them gone, and never writes twice.
TEST_P(RedriveCut, at_commit_is_found_out_by_the_letters) {
  make_letters();
  mend();
  CuttingProxy proxy(static_cast<std::uint16_t>(client.number("SHOW port")));
  SinkTask& task = redriving(with_parameter(uri(), "host=127.0.0.1&sslmode=disable&gssencmode=disable&port=" +
                                                       std::to_string(proxy.port())));
  ASSERT_EQ(task.put(of({3})).code, SINKWAY_OK);  // the connection stands
  SampleBatch& made = of({7});
  proxy.arm(GetParam());
  Told told = task.put(made);
  EXPECT_EQ(told.code, SINKWAY_RETRIABLE);
  for (int tries = 0; told.code == SINKWAY_RETRIABLE && told.id != "table.letters_gone" && tries < 20; ++tries)
    told = task.put(made);
  const bool acted = GetParam() == CuttingProxy::Cut::after;
  EXPECT_EQ(proxy.cuts(), 1);
  EXPECT_EQ(told.id, acted ? "table.letters_gone" : "") << told.code << told.reason;
  EXPECT_EQ(counts(), std::pair(10L, 10L));
  EXPECT_EQ(offsets(), "");
}

INSTANTIATE_TEST_SUITE_P(commit, RedriveCut, ::testing::Values(CuttingProxy::Cut::before, CuttingProxy::Cut::after));

}  // namespace
}  // namespace sinkway::test
