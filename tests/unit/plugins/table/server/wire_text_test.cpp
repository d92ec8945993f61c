// What is read out of the texts of libpq and the server.
#include <gtest/gtest.h>

#include "plugins/table/server/connection.hpp"
#include "plugins/table/server/connection_parameters.hpp"
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

TEST(CopyContext, names_the_line_and_is_not_fooled_by_names_or_values) {
  struct Case {
    const char* context;
    std::optional<std::size_t> line;
  };
  const Case cases[] = {
      {"COPY weather, line 3", 3},
      {"COPY weather, line 12, column id", 12},
      {"COPY weather, line 2: \"a, line 9\"", 2},
      {"COPY weather, line 2, column id: \"x, line 9\"", 2},
      {"COPY odd, line x, line 4", 4},
      {"PL/pgSQL function f() line 3 at RAISE\nCOPY weather, line 5", 5},
      {"SQL statement \"COPY a, line 1\"\nPL/pgSQL function f() line 3 at EXECUTE\nCOPY weather, line 7, column b", 7},
      {"COPY weather", std::nullopt},
      {"SQL statement \"SELECT 1 FROM ONLY p\"", std::nullopt},
      {"COPY weather, line 0", std::nullopt},
      {"", std::nullopt},
  };
  for (const Case& one : cases) EXPECT_EQ(line_in_context(one.context), one.line) << one.context;
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
            "SET intervalstyle='postgres';SET timezone='UTC';SET standard_conforming_strings=on;"
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
