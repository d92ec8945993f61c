#include "plugins/table/rows/date_pattern.hpp"

#include <gtest/gtest.h>

#include "plugins/table/rows/datetime.hpp"

namespace sinkway::table {
namespace {

struct Good {
  const char* pattern;
  const char* text;
  const char* moment;
};

class GoodPattern : public testing::TestWithParam<Good> {};

TEST_P(GoodPattern, ReadsItsText) {
  std::string problem;
  const auto pattern = DatePattern::compile(GetParam().pattern, problem);
  ASSERT_TRUE(pattern) << problem;
  DatePattern::Moment moment;
  ASSERT_EQ(pattern->parse(GetParam().text, moment), Fault::none);
  ByteBuffer out;
  print_timestamp(moment.micros, moment.has_offset, out);
  EXPECT_EQ(out.view(), GetParam().moment);
}

INSTANTIATE_TEST_SUITE_P(
    Java, GoodPattern,
    testing::Values(Good{"yyyy/MM/dd HH:mm:ss", "2024/05/01 12:34:56", "2024-05-01 12:34:56"},
                    Good{"yyyy-MM-dd'T'HH:mm:ss.SSSX", "2024-05-01T12:34:56.789Z", "2024-05-01 12:34:56.789000+00"},
                    Good{"yyyy-MM-dd'T'HH:mm:ssXXX", "2024-05-01T12:34:56+02:00", "2024-05-01 10:34:56+00"},
                    Good{"yyyyMMdd", "20240501", "2024-05-01 00:00:00"},
                    Good{"yyyyMMddHHmmssSSS", "20240501123456789", "2024-05-01 12:34:56.789000"},
                    Good{"d.M.yy H:mm", "1.5.24 7:05", "2024-05-01 07:05:00"},
                    Good{"MMM d, yyyy h:mm a", "May 1, 2024 12:05 AM", "2024-05-01 00:05:00"},
                    Good{"EEEE, dd MMMM yyyy hh:mm a", "Wednesday, 01 may 2024 01:05 pm", "2024-05-01 13:05:00"},
                    Good{"EEE, dd MMM yyyy HH:mm:ss Z", "Wed, 01 May 2024 12:00:00 -0530", "2024-05-01 17:30:00+00"},
                    Good{"EEE MMM dd HH:mm:ss z yyyy", "Wed May 01 12:00:00 UTC 2024", "2024-05-01 12:00:00+00"},
                    Good{"yyyy-MM-dd[ HH:mm[:ss]]", "2024-05-01", "2024-05-01 00:00:00"},
                    Good{"yyyy-MM-dd[ HH:mm[:ss]]", "2024-05-01 12:34", "2024-05-01 12:34:00"},
                    Good{"yyyy-MM-dd[ HH:mm[:ss]]", "2024-05-01 12:34:56", "2024-05-01 12:34:56"},
                    Good{"uuuu-DDD", "2024-366", "2024-12-31 00:00:00"},
                    Good{"HH 'o''clock'", "12 o'clock", "1970-01-01 12:00:00"},
                    Good{"ss.SSSSSSSSS", "01.123456789", "1970-01-01 00:00:01.123457"},
                    Good{"yyyy-MM-dd kk:mm", "2024-05-01 24:00", "2024-05-01 00:00:00"}));

TEST(DatePattern, DoesNotReadOtherText) {
  struct Case {
    const char* pattern;
    const char* text;
    Fault fault;
  };
  for (const auto& [pattern, text, fault] : {
           Case{"yyyy/MM/dd", "2024-05-01", Fault::bad_format}, Case{"yyyy/MM/dd", "2024/5/01", Fault::bad_format},
           Case{"yyyy/MM/dd", "2024/05/01x", Fault::bad_format}, Case{"yyyy/MM/dd", "", Fault::bad_format},
           Case{"yyyy/MM/dd", "2024/13/01", Fault::out_of_range},
           Case{"yyyy/MM/dd", "2023/02/29", Fault::out_of_range}, Case{"HH:mm", "24:00", Fault::out_of_range},
           Case{"hh:mm a", "13:00 PM", Fault::out_of_range}, Case{"hh:mm a", "11:00 XM", Fault::bad_format},
           Case{"MMM", "Foo", Fault::bad_format}, Case{"uuuu-DDD", "2023-366", Fault::out_of_range},
           Case{"yyyy", "999999", Fault::out_of_range}, Case{"HH:mmX", "12:00", Fault::bad_format},
           Case{"HH:mmX", "12:00+19:00", Fault::bad_format}}) {
    std::string problem;
    const auto compiled = DatePattern::compile(pattern, problem);
    ASSERT_TRUE(compiled) << problem;
    DatePattern::Moment moment;
    EXPECT_EQ(compiled->parse(text, moment), fault) << pattern << ": " << text;
  }
}

TEST(DatePattern, TellsWhatIsWrongWithIt) {
  for (const char* pattern : {"", "epoch", "yyyy-MM-dd'T", "yyyy[ HH", "'only text'", "yyyy-ww", "-"}) {
    std::string problem;
    EXPECT_FALSE(DatePattern::compile(pattern, problem)) << pattern;
    EXPECT_FALSE(problem.empty()) << pattern;
  }
}

}  // namespace
}  // namespace sinkway::table
