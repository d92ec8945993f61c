#include "plugins/table/options/column_options.hpp"

#include <gtest/gtest.h>

#include "plugins/table/options/connection_url.hpp"

namespace sinkway::table {
namespace {

TEST(ColumnSettings, AreListsOfColumnAndWord) {
  struct Case {
    const char* text;
    std::vector<ColumnSetting> settings;
  };
  for (const auto& [text, settings] : {
           Case{"", {}},
           Case{"dlq", {{"", "dlq"}}},
           Case{" keep , a:null,, b : fail ", {{"", "keep"}, {"a", "null"}, {"b", "fail"}}},
           Case{"tm:yyyy/MM/dd HH:mm:ss", {{"tm", "yyyy/MM/dd HH:mm:ss"}}},
           Case{"day:\"MMM d, yyyy\",\"a:b\":epoch_s", {{"day", "MMM d, yyyy"}, {"a:b", "epoch_s"}}},
           Case{"\"a \"\"b\"\"\": hex", {{"a \"b\"", "hex"}}},
           Case{"when:yyyy-MM-dd'T'HH:mm", {{"when", "yyyy-MM-dd'T'HH:mm"}}},
       })
    EXPECT_EQ(parse_column_settings("k", text), settings) << text;
}

TEST(ColumnSettings, MissNothing) {
  for (const char* text : {"a:", ":null", "a: ,b:null", "\"a:null"}) {
    try {
      (void)parse_column_settings("type.hints", text);
      ADD_FAILURE() << text;
    } catch (const OptionError& error) {
      EXPECT_EQ(error.key(), "type.hints");
    }
  }
}

}  // namespace
}  // namespace sinkway::table
