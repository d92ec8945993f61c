#include "host/plugin/lent_text.hpp"

#include <gtest/gtest.h>

#include <string_view>

namespace sinkway::plugin {
namespace {

std::string copy_of(std::string_view text) { return copied({text.data(), text.size()}); }

TEST(LentText, GoodTextIsCopiedAsItIs) {
  for (const std::string_view text : {"", "plain", "Grüße", "\xE2\x82\xAC", "\xF0\x9F\x8C\xA7", "\xEF\xBF\xBD", "\xF4\x8F\xBF\xBF"})
    EXPECT_EQ(copy_of(text), text);
}

TEST(LentText, BytesThatAreNoCharacterBecomeQuestionMarks) {
  const struct {
    std::string_view text, copy;
  } cases[] = {
      {"a\xFFz", "a?z"},           {"\x80", "?"},                 {"\xC3", "?"},         {"\xC0\xAF", "??"},
      {"\xE0\x80\x80", "???"},     {"\xED\xA0\x80", "???"},       {"\xE2\x82", "??"},    {"\xF4\x90\x80\x80", "????"},
      {"\xF0\x8F\xBF\xBF", "????"}, {"\xE2\x82\xAC\xE2\x82", "\xE2\x82\xAC??"},
  };
  for (const auto& each : cases) EXPECT_EQ(copy_of(each.text), each.copy);
}

TEST(LentText, NothingIsAnEmptyText) { EXPECT_EQ(copied({nullptr, 12}), ""); }

}  // namespace
}  // namespace sinkway::plugin
