#include "plugins/table/rows/key_fold.hpp"

#include <gtest/gtest.h>

#include <random>
#include <string>
#include <vector>

#include "tests/support/weather_table.hpp"

namespace sinkway::table {
namespace {

// A row of the story: p put with id and location, q put with id alone, d delete.
struct Step {
  char what;
  std::string id;
};

class KeyFoldTest : public testing::Test {
 protected:
  Folded fold(const std::vector<Step>& steps, WriteRules rules, KeyFold::Replaces replaces = KeyFold::Replaces::yes) {
    std::vector<BoundRow> rows;
    for (const Step& step : steps) {
      const bool whole = step.what == 'p';
      std::vector<sinkway_value> values{arena.text(step.id)};
      if (whole) values.push_back(arena.text("here"));
      const auto* record = arena.record(test::null_value(), arena.object(whole ? both : only, values));
      Row row = plain_row(*record, rows.size());
      row.operation = step.what == 'd' ? Operation::remove : Operation::put;
      rows.push_back({row, binder.bind(row, fault)});
    }
    return folder.fold(rows, table, rules, replaces);
  }
  // "put 0 2 | delete 1": groups in their order, with the places of their rows.
  std::string told(const std::vector<Step>& steps, WriteRules rules, KeyFold::Replaces replaces = KeyFold::Replaces::yes) {
    std::string text;
    for (const RowGroup& group : fold(steps, std::move(rules), replaces).groups) {
      text += (text.empty() ? "" : " | ") + std::string(group.operation == Operation::put ? "put" : "delete");
      if (group.fold_on_server) text += "*";
      for (const Row& row : group.rows) text += " " + std::to_string(row.index);
    }
    return text;
  }
  static Table small() {
    Table made = test::weather_table();
    made.columns.resize(2);  // id, location
    made.primary_key = {"id"};
    return made;
  }
  static WriteRules rules(InsertMode mode, std::string soft = "") {
    WriteRules made;
    made.mode = mode;
    made.deletes = true;
    made.soft_delete_column = std::move(soft);
    return made;
  }

  KeyFold folder;
  Table table = small();
  test::ValueArena arena;
  const sinkway_shape* both = arena.shape({"id", "location"});
  const sinkway_shape* only = arena.shape({"id"});
  Binder binder{table, {}};
  RowFault fault;
};

TEST_F(KeyFoldTest, NoRowCrossesADeleteWhereTheTableRefersToItself) {
  const std::vector<Step> steps = {{'p', "a"}, {'p', "a"}, {'d', "b"}, {'q', "c"}, {'p', "a"}, {'d', "a"}, {'d', "c"}};
  EXPECT_EQ(told(steps, rules(InsertMode::upsert)), "delete 5 2 6") << "a, b, c";
  table.references = {table.oid};
  EXPECT_EQ(told(steps, rules(InsertMode::upsert)), "put 1 | delete 2 | put 3 | put 4 | delete 5 6");
}

// Another unique index may refuse the later one: which that is, no address may say.
TEST_F(KeyFoldTest, GroupsOfDifferentColumnsComeAsTheirFirstRowsCame) {
  EXPECT_EQ(told({{'p', "a"}, {'q', "b"}, {'p', "c"}}, rules(InsertMode::upsert)), "put 0 2 | put 1");
  EXPECT_EQ(told({{'q', "a"}, {'p', "b"}, {'q', "c"}}, rules(InsertMode::upsert)), "put 0 2 | put 1");
}

TEST_F(KeyFoldTest, TheLastOperationOfAKeyWins) {
  struct Case {
    std::vector<Step> steps;
    std::string upsert;
  };
  const std::vector<Case> cases = {
      {{{'p', "a"}, {'p', "b"}}, "put 0 1"},
      {{{'p', "a"}, {'p', "a"}}, "put 1"},
      {{{'p', "a"}, {'d', "a"}}, "delete 1"},
      {{{'d', "a"}, {'d', "a"}}, "delete 1"},
      {{{'d', "a"}, {'p', "a"}}, "put 1"},               // every column of the table is set
      {{{'d', "a"}, {'q', "a"}}, "delete 0 | put 1"},    // location would survive otherwise
      {{{'p', "a"}, {'q', "a"}}, "put 0 | put 1"},       // the later one lacks a column of the earlier
      {{{'q', "a"}, {'p', "a"}}, "put 1"},
      {{{'p', "a"}, {'q', "a"}, {'d', "a"}}, "put 0 | delete 2"},
      {{{'p', "a"}, {'d', "b"}, {'p', "c"}}, "delete 1 | put 0 2"},
      {{{'p', "a"}, {'p', "b"}, {'p', "a"}, {'d', "b"}, {'p', "b"}}, "put 2 4"},
  };
  for (const Case& one : cases) EXPECT_EQ(told(one.steps, rules(InsertMode::upsert)), one.upsert);
}

TEST_F(KeyFoldTest, EachModeFoldsByItsMeaning) {
  const std::vector<Step> twice = {{'p', "a"}, {'p', "a"}};
  EXPECT_EQ(told(twice, rules(InsertMode::insert)), "put 0 | put 1");  // a duplicate that the server refuses
  EXPECT_EQ(told(twice, rules(InsertMode::insert_ignore)), "put 0");
  EXPECT_EQ(told(twice, rules(InsertMode::update)), "put 1");
  EXPECT_EQ(told(twice, rules(InsertMode::merge)), "put 1");
  EXPECT_EQ(told(twice, rules(InsertMode::upsert_if_newer)), "put* 0 1");
  EXPECT_EQ(told({{'d', "a"}, {'p', "a"}}, rules(InsertMode::update)), "delete 0 | put 1");
  EXPECT_EQ(told({{'d', "a"}, {'p', "a"}, {'p', "a"}}, rules(InsertMode::insert_ignore)), "delete 0 | put 1");
}

TEST_F(KeyFoldTest, RowsOfAGroupAreInTheOrderOfTheirKeys) {
  EXPECT_EQ(told({{'p', "c"}, {'p', "a"}, {'q', "d"}, {'p', "b"}, {'q', "bb"}}, rules(InsertMode::merge)), "put 1 3 0 | put 4 2");
}

TEST_F(KeyFoldTest, RowsThatReplaceNoneStayInOrder) {
  const std::vector<Step> steps = {{'p', "a"}, {'p', "b"}, {'p', "a"}, {'p', "c"}, {'p', "b"}, {'p', "c"}};
  EXPECT_EQ(told(steps, rules(InsertMode::upsert), KeyFold::Replaces::no), "put 0 1 | put 2 3 4 | put 5");
}

TEST_F(KeyFoldTest, ASoftDeleteKeepsWhatWasPut) {
  const WriteRules soft = rules(InsertMode::upsert, "deleted");
  EXPECT_EQ(told({{'p', "a"}, {'d', "a"}}, soft), "put 0 | delete 1");
  EXPECT_EQ(told({{'d', "a"}, {'q', "a"}}, soft), "put 1");
}

TEST_F(KeyFoldTest, KeysThatTheClientCannotCompareStayInOrder) {
  table.columns[0].deterministic = false;
  EXPECT_EQ(told({{'p', "a"}, {'p', "A"}, {'d', "a"}, {'p', "a"}}, rules(InsertMode::upsert)),
            "put* 0 1 | delete* 2 | put* 3");
}

TEST_F(KeyFoldTest, ARowWithoutAKeyStandsForItself) {
  std::vector<BoundRow> rows;
  for (int n = 0; n < 2; ++n) {
    const auto* record = arena.record(test::null_value(), arena.object(both, {test::null_value(), arena.text("x")}));
    rows.push_back({plain_row(*record, rows.size()), nullptr});
    rows.back().binding = binder.bind(rows.back().row, fault);
  }
  const Folded folded = folder.fold(rows, table, rules(InsertMode::upsert));
  ASSERT_EQ(folded.groups.size(), 1U);
  EXPECT_EQ(folded.groups[0].rows.size(), 2U);
}

// Random stories told to a model of the table row by row, and to one that takes the folded groups one after the other.
TEST_F(KeyFoldTest, AgreesWithRowByRowExecutionOnRandomStories) {
  using Model = std::map<std::string, std::string>;  // id to "location"; "-" null
  std::mt19937 random(7);
  for (int story = 0; story < 2'000; ++story) {
    std::vector<Step> steps;
    for (unsigned n = random() % 12; n > 0; --n)
      steps.push_back({"ppqd"[random() % 4], std::string(1, static_cast<char>('a' + random() % 3))});
    for (const InsertMode mode : {InsertMode::upsert, InsertMode::update, InsertMode::insert_ignore}) {
      Model before;
      for (const char* id : {"a", "b"}) if (random() % 2 == 0) before[id] = "old";
      const auto apply = [&](Model& model, std::size_t place) {
        const auto& [what, id] = steps[place];
        const bool exists = model.contains(id);
        if (what == 'd') {
          model.erase(id);
        } else if (exists ? mode != InsertMode::insert_ignore : mode != InsertMode::update) {
          if (what == 'p') model[id] = std::to_string(place);
          if (what == 'q' && !exists) model[id] = "-";
        }
      };
      Model wanted = before;
      for (std::size_t place = 0; place < steps.size(); ++place) apply(wanted, place);
      Model got = before;
      for (const RowGroup& group : fold(steps, rules(mode)).groups)
        for (const Row& row : group.rows) apply(got, row.index);
      ASSERT_EQ(got, wanted) << "story " << story << " mode " << static_cast<int>(mode);
    }
  }
}

}  // namespace
}  // namespace sinkway::table
