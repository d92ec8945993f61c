#include "plugins/table/delivery/answers.hpp"

#include <gtest/gtest.h>

#include "plugins/sdk/cpp/sink_error.hpp"

namespace sinkway::table {
namespace {

// What becomes of an answer: the code of the outcome, and its texts.
struct Outcome {
  int code = SINKWAY_OK;
  std::string reason, hint, id;
};

template <typename Call>
Outcome outcome_of(Call call) {
  try {
    call();
  } catch (const sdk::SinkError& error) {
    return {error.code(), error.what(), error.details().hint, error.details().error_id};
  }
  return {};
}

TEST(Answers, of_a_server_in_trouble_are_tried_again_and_all_others_fail) {
  struct Case {
    const char* sqlstate;
    bool worked_lately;
    int code;
  };
  const Case cases[] = {
      {"57P01", false, SINKWAY_RETRIABLE}, {"57P03", false, SINKWAY_RETRIABLE}, {"53100", true, SINKWAY_RETRIABLE},
      {"53300", false, SINKWAY_RETRIABLE}, {"55P03", true, SINKWAY_RETRIABLE},  {"40001", true, SINKWAY_RETRIABLE},
      {"40P01", true, SINKWAY_RETRIABLE},  {"25006", true, SINKWAY_RETRIABLE},  {"57014", true, SINKWAY_RETRIABLE},
      {"58030", true, SINKWAY_RETRIABLE},  {"28P01", true, SINKWAY_RETRIABLE},  {"28000", true, SINKWAY_RETRIABLE},
      {"3D000", true, SINKWAY_RETRIABLE},  {"28P01", false, SINKWAY_FATAL},     {"28000", false, SINKWAY_FATAL},
      {"3D000", false, SINKWAY_FATAL},     {"42501", true, SINKWAY_FATAL},      {"42501", false, SINKWAY_FATAL},
      {"3F000", false, SINKWAY_FATAL},     {"42P01", true, SINKWAY_FATAL},      {"42601", true, SINKWAY_FATAL},
  };
  for (const Case& one : cases) {
    EXPECT_EQ(outcome_of([&] { throw_refusal(one.sqlstate, "COMMIT", one.worked_lately); }).code, one.code) <<
        one.sqlstate;
    const WireLost lost(one.sqlstate, "refused");
    EXPECT_EQ(outcome_of([&] { throw_lost(lost, "h/d", one.worked_lately); }).code, one.code) << one.sqlstate;
  }
}

TEST(Answers, without_a_word_of_the_server_are_tried_again) {
  const Outcome outcome = outcome_of([] { throw_lost(WireLost("", "connection refused"), "h:1/d", false); });
  EXPECT_EQ(outcome.code, SINKWAY_RETRIABLE);
  EXPECT_EQ(outcome.id, "table.connection");
  EXPECT_EQ(outcome.reason, "database h:1/d: connection refused");
  EXPECT_NE(outcome.hint.find("connection.url"), std::string::npos);
}

TEST(Answers, to_a_certificate_say_where_to_look) {
  for (const char* text : {"SSL error: certificate verify failed", "root certificate file \"ca.crt\" does not exist"}) {
    const Outcome outcome = outcome_of([&] { throw_lost(WireLost("", text), "h:1/d", true); });
    EXPECT_EQ(outcome.code, SINKWAY_RETRIABLE) << "it may be renewed";
    EXPECT_NE(outcome.hint.find("sslrootcert"), std::string::npos) << outcome.hint;
    EXPECT_EQ(outcome.hint.find("port"), std::string::npos) << outcome.hint;
  }
}

TEST(Answers, say_what_to_change) {
  const std::pair<const char*, const char*> cases[] = {{"28P01", "connection.password"}, {"28000", "pg_hba.conf"},
                                                       {"3D000", "connection.url"},      {"3F000", "schema"},
                                                       {"42501", "GRANT"},               {"25006", "targetServerType=primary"},
                                                       {"55P03", "pg_locks"},            {"57014", "statement.timeout.ms"}};
  for (const auto& [sqlstate, word] : cases) {
    EXPECT_NE(hint_for(sqlstate).find(word), std::string_view::npos) << sqlstate;
    EXPECT_TRUE(id_for(sqlstate).starts_with("table.")) << sqlstate;
  }
  EXPECT_EQ(hint_for("ZZ000"), "");
  EXPECT_EQ(id_for("ZZ000"), "table.server");
}

}  // namespace
}  // namespace sinkway::table
