#include "plugins/table/options/named_sql.hpp"

#include <gtest/gtest.h>

#include "plugins/table/options/connection_url.hpp"

namespace sinkway::table {
namespace {

std::string reason_for(std::string_view text) {
  try {
    (void)parse_named_sql("sql", text);
  } catch (const OptionError& error) {
    EXPECT_EQ(error.key(), "sql");
    return error.what();
  }
  return "";
}

TEST(NamedSql, NamesBecomeNumbersInTheOrderInWhichTheyComeEachOnce) {
  const NamedSql sql = parse_named_sql("sql", "INSERT INTO t(id, n) VALUES (:id, :n) ON CONFLICT (id) DO UPDATE SET n = :n + :\"Wind \"\"x\"\"\";  ");
  EXPECT_EQ(sql.text, "INSERT INTO t(id, n) VALUES ($1, $2) ON CONFLICT (id) DO UPDATE SET n = $2 + $3");
  EXPECT_EQ(sql.names, (std::vector<std::string>{"id", "n", "Wind \"x\""}));
}

TEST(NamedSql, WhatOnlyLooksLikeANameIsLeftAlone) {
  struct Case {
    const char* text;
    const char* expected;
  };
  const Case cases[] = {
      {"SELECT :a::int, b::text", "SELECT $1::int, b::text"},
      {"SELECT ':b', :a, 'it''s :c'", "SELECT ':b', $1, 'it''s :c'"},
      {R"(SELECT E'\':b', :a)", R"(SELECT E'\':b', $1)"},
      {R"(SELECT '\', :a)", R"(SELECT '\', $1)"},
      {R"(SELECT some'\', :a)", R"(SELECT some'\', $1)"},
      {"SELECT $$:b$$, $q$ $$ :b $q$, :a", "SELECT $$:b$$, $q$ $$ :b $q$, $1"},
      {"SELECT a$b, :a, c$d", "SELECT a$b, $1, c$d"},
      {"SELECT \":b\".\"x\"\":c\", :a", "SELECT \":b\".\"x\"\":c\", $1"},
      {"SELECT :a -- :b; it's\n, 1", "SELECT $1 -- :b; it's\n, 1"},
      {"SELECT /* :b /* ' */ ; */ :a", "SELECT /* :b /* ' */ ; */ $1"},
      {"SELECT f(x := :a), y[1:2], z[:a : 3]", "SELECT f(x := $1), y[1:2], z[$1 : 3]"},
      {"/* first */ -- second\n CALL p(:a) ; -- last", "/* first */ -- second\n CALL p($1)"},
      {"(SELECT :a)", "(SELECT $1)"},
      {"SELECT 1e5, 0x1F, :a", "SELECT 1e5, 0x1F, $1"},
  };
  for (const Case& one : cases) {
    const NamedSql sql = parse_named_sql("sql", one.text);
    EXPECT_EQ(sql.text, one.expected) << one.text;
    EXPECT_EQ(sql.names, std::vector<std::string>{"a"}) << one.text;
  }
  EXPECT_EQ(parse_named_sql("sql", "SELECT :größe").names, std::vector<std::string>{"größe"});
}

TEST(NamedSql, OneStatementOfRowsOnlyAndNoWordOfTransactions) {
  struct Case {
    const char* text;
    const char* word;
  };
  const Case cases[] = {
      {"INSERT INTO t VALUES (:a); DELETE FROM t", "more than one"},
      {"INSERT INTO t VALUES (:a);;SELECT 1", "more than one"},
      {"begin; INSERT INTO t VALUES (:a)", "more than one"},
      {"BEGIN", "transaction"},
      {"  /* x */ commit -- :a", "transaction"},
      {"ROLLBACK TO :a", "transaction"},
      {"savepoint :a", "transaction"},
      {"CREATE TABLE t (a int DEFAULT :a)", "must begin with"},
      {"COPY t FROM :a", "must begin with"},
      {"SET x = :a", "must begin with"},
      {"INSERT INTO t VALUES ($1)", "have names"},
      {"INSERT INTO t VALUES (1)", "names no field"},
      {"SELECT ':a'", "names no field"},
      {"SELECT ':a", "without its end"},
      {"SELECT $x$:a$y$", "without its end"},
      {"SELECT \":a", "without its end"},
      {"SELECT :a /* /* */", "without its end"},
      {"SELECT :\"\"", "without a name"},
      {" -- nothing", "must be a statement"},
      {";", "must be a statement"},
  };
  for (const Case& one : cases) EXPECT_NE(reason_for(one.text).find(one.word), std::string::npos) << one.text << ": " << reason_for(one.text);
}

}  // namespace
}  // namespace sinkway::table
