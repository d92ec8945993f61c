// What is read out of the texts of libpq and the server.
#include <gtest/gtest.h>

#include "plugins/table/server/connection.hpp"
#include "plugins/table/server/connection_parameters.hpp"
#include "plugins/table/server/copy_place.hpp"
#include "plugins/table/server/wire.hpp"

namespace sinkway::table {
namespace {

TEST(ConnectMessage, gives_the_code_and_one_line) {
  struct Case {
    const char* message;
    const char* sqlstate;
    const char* text;
  };
  const Case cases[] = {
      {"connection to server at \"h\", port 1 failed: Connection refused\n\tIs the server running on that host?\n", "",
       "connection to server at \"h\", port 1 failed: Connection refused"},
      {"connection to server at \"h\", port 1 failed: FATAL:  28P01: password authentication failed for user "
       "\"u\"\nLOCATION:  auth_failed, "
       "auth.c:335\n",
       "28P01", "connection to server at \"h\", port 1 failed: FATAL: password authentication failed for user \"u\""},
      {"connection to server at \"a\" failed: Connection refused\n\tIs the server running?\nconnection to server at "
       "\"b\" failed: FATAL:  "
       "3D000: database \"w\" does not exist\nLOCATION:  InitPostgres, postinit.c:1\n",
       "3D000", "connection to server at \"b\" failed: FATAL: database \"w\" does not exist"},
      {"", "", ""},
  };
  for (const Case& one : cases) {
    const ConnectMessage read = read_connect_message(one.message);
    EXPECT_EQ(read.sqlstate, one.sqlstate) << one.message;
    EXPECT_EQ(read.text, one.text) << one.message;
  }
}

TEST(CopyPlace, IsTheLineOfTheOneFrameOfThisCopy) {
  struct Case {
    const char* context;
    std::optional<std::size_t> line;
    bool is_copy = true;
  };
  const Case cases[] = {
      {"COPY weather, line 3", 3},
      {"COPY weather, line 12, column id", 12},
      {"COPY weather, line 2: \"a, line 9\"", 2},
      {"COPY weather, line 2, column id: \"x\nweather, line 9\"", 2},
      {"PL/pgSQL function f() line 3 at RAISE\nCOPY weather, line 5", 5},
      {"SQL statement \"COPY weather, line 1\"\nPL/pgSQL function f() line 3 at EXECUTE\nCOPY weather, line 7, column b", 7},
      {"COPY weather", std::nullopt},
      {"COPY weather\n", std::nullopt},
      {"COPY weather, line 0", std::nullopt},
      {"COPY weather, line", std::nullopt},
      {"COPY weather, column a: \"7\"", std::nullopt},
      {"COPY weather, line 99999999999999999999", std::nullopt},
      {"COPY weather2, line 4", std::nullopt, false},
      {"COPY other, line 4", std::nullopt, false},
      {"weather line 3", std::nullopt, false},
      {"SQL statement \"SELECT 1 FROM ONLY p\"", std::nullopt, false},
      {"", std::nullopt, false},
      // A value of a record, or a trigger's statement, that looks like a frame.
      {"COPY weather, line 8, column kind: \"x\nCOPY weather, line 1\"", std::nullopt},
      {"SQL statement \"SELECT '\nCOPY weather, line 1'\"\nCOPY weather, line 8", std::nullopt},
  };
  for (const Case& one : cases) {
    const CopyPlace place = copy_place(one.context, "weather");
    EXPECT_EQ(place.line, one.line) << one.context;
    EXPECT_EQ(place.is_copy, one.is_copy) << one.context;
  }
  EXPECT_EQ(copy_place("COPY odd, line 7, line 4", "odd, line 7").line, 4U);
  EXPECT_EQ(copy_place("PL/pgSQL function f() line 3 at RAISE", "PL").line, std::nullopt);
}

// As PostgreSQL's own translations have it.
TEST(CopyPlace, IsReadInAnyLanguageOfTheServer) {
  for (const char* context : {"COPY t1, Zeile 42, Spalte id: »5«", "t1のCOPY、行 42、列 id", "t1 복사, 42번째 줄, id 열: \"5\"", "COPY t1, 42행, id 열: null 입력",
                              "COPY t1, línea 42: «5»", "COPY t1, строка 42, столбец id", "COPY t1, рядок 42", "COPY t1, ligne 42, colonne id : « 5 »",
                              "COPY t1, riga 42", "COPY t1, ხაზი 42, სვეტი id", "COPY t1, rad 42, kolumn id", "COPY t1, 行 42, 列 id"}) {
    EXPECT_EQ(copy_place(context, "t1").line, 42U) << context;
    EXPECT_TRUE(copy_place(context, "t1").is_copy) << context;
  }
}

TEST(ConnectionParameters, know_the_keywords_of_libpq) {
  EXPECT_EQ(unknown_keyword(parse_connection_url("postgresql://h/w?sslmode=require&application_name=x")), std::nullopt);
  EXPECT_EQ(unknown_keyword(parse_connection_url("postgresql://h/w?sllmode=require")), "sllmode");
}

TEST(ConnectionParameters, set_a_session_up_once_or_in_each_transaction) {
  TableOptions options;
  options.lock_timeout = std::chrono::seconds(1);
  options.statement_timeout = std::chrono::seconds(2);
  options.idle_transaction_timeout = std::chrono::seconds(3);
  options.connection.search_path = "a,it's";
  EXPECT_EQ(session_settings(options, false),
            "SET lock_timeout=1000;SET statement_timeout=2000;SET idle_in_transaction_session_timeout=3000;SET "
            "datestyle='ISO, YMD';"
            "SET intervalstyle='postgres';SET lc_monetary='C';SET timezone='UTC';SET standard_conforming_strings=on;"
            "SELECT pg_catalog.set_config('search_path','a,it''s',false)");
  options.connection.search_path.clear();
  EXPECT_TRUE(session_settings(options,
                               true).starts_with("SET LOCAL lock_timeout=1000;SET LOCAL statement_timeout=2000;"));
}

TEST(ConnectionParameters, bound_the_wait_for_a_server_that_says_nothing) {
  TableOptions options;
  options.connection = parse_connection_url("jdbc:postgresql://a,b/w?connectTimeout=3");
  options.statement_timeout = std::chrono::seconds(60);
  EXPECT_EQ(data_wire(options, -1).connect_timeout, std::chrono::seconds(6));
  EXPECT_EQ(data_wire(options, -1).silence_limit, std::chrono::seconds(90));
  options.connection.socket_timeout = std::chrono::seconds(5);
  EXPECT_EQ(data_wire(options, -1).silence_limit, std::chrono::seconds(5));
}

}  // namespace
}  // namespace sinkway::table
