#include "plugins/table/rows/time_zone.hpp"

#include <gtest/gtest.h>

#include "plugins/table/rows/datetime.hpp"

namespace sinkway::table {
namespace {

std::int64_t micros(std::string_view text) {
  std::int64_t value = 0;
  EXPECT_EQ(parse_timestamp(text, value), Fault::none) << text;
  return value;
}
std::string shown(std::int64_t value) {
  ByteBuffer out;
  print_timestamp(value, false, out);
  return std::string(out.view());
}

std::string with_count(std::string file, std::size_t at, std::uint32_t count) {
  for (int n = 0; n < 4; ++n) file[at + static_cast<std::size_t>(n)] = static_cast<char>(count >> (24 - 8 * n));
  return file;
}

// A file of one change, on 2000-01-01T00:00:00Z from +1 h to +2 h, and a rule after it.
std::string zone_file(const std::string& rule) {
  std::string header("TZif2");
  header.resize(44, '\0');
  const std::string empty = with_count(with_count(header, 36, 1), 40, 4);  // one type, four letters
  std::string file = empty + std::string(6, '\0') + "ABC" + std::string(1, '\0');
  file += with_count(with_count(with_count(header, 32, 1), 36, 2), 40, 4);
  const std::int64_t change = 946'684'800;
  for (int n = 7; n >= 0; --n) file += static_cast<char>(change >> (8 * n));
  file += '\1';
  for (const std::uint32_t offset : {3'600U, 7'200U}) {
    for (int n = 3; n >= 0; --n) file += static_cast<char>(offset >> (8 * n));
    file += std::string(2, '\0');
  }
  return file + "ABC" + std::string(1, '\0') + "\n" + rule + "\n";
}

TEST(TimeZones, AreNamedByOffset) {
  struct Case {
    const char* name;
    const char* wall;
  };
  for (const auto& [name, wall] :
       {Case{"UTC", "2024-05-01 12:00:00"}, Case{"Z", "2024-05-01 12:00:00"}, Case{"GMT", "2024-05-01 12:00:00"},
        Case{"+02:00", "2024-05-01 14:00:00"}, Case{"-0330", "2024-05-01 08:30:00"},
        Case{"UTC+2", "2024-05-01 14:00:00"}, Case{"GMT-11:00", "2024-05-01 01:00:00"}}) {
    std::string problem;
    const auto zone = TimeZone::named(name, problem, "/nowhere");
    ASSERT_TRUE(zone) << name << ": " << problem;
    EXPECT_EQ(shown(zone->wall_of(micros("2024-05-01 12:00:00"))), wall) << name;
    EXPECT_EQ(shown(zone->moment_of(micros(wall))), "2024-05-01 12:00:00") << name;
    EXPECT_EQ(zone->is_utc(), std::string_view(wall) == "2024-05-01 12:00:00") << name;
  }
}

TEST(TimeZones, ThatAreNoneOrMissingAreSaidSo) {
  for (const char* name : {"", "Mars/Olympus Mons", "../../etc/passwd", "+25:00", "UTC+1:2:3", "/etc/localtime"}) {
    std::string problem;
    EXPECT_FALSE(TimeZone::named(name, problem)) << name;
    EXPECT_FALSE(problem.empty()) << name;
  }
  std::string problem;
  EXPECT_FALSE(TimeZone::named("Europe/Berlin", problem, "/nowhere"));
  EXPECT_NE(problem.find("/nowhere/Europe/Berlin"), std::string::npos) << problem;
}

TEST(TimeZones, AreReadFromFiles) {
  const auto zone = TimeZone::read(zone_file("CET-1CEST,M3.5.0,M10.5.0/3"));
  ASSERT_TRUE(zone);
  EXPECT_EQ(shown(zone->wall_of(micros("1999-06-01 00:00:00"))), "1999-06-01 01:00:00") << "before the change";
  EXPECT_EQ(shown(zone->wall_of(micros("2100-07-01 00:00:00"))), "2100-07-01 02:00:00") << "by the rule";
  EXPECT_EQ(shown(zone->wall_of(micros("2100-01-01 00:00:00"))), "2100-01-01 01:00:00");
  const auto without = TimeZone::read(zone_file(""));
  ASSERT_TRUE(without);
  EXPECT_EQ(shown(without->wall_of(micros("2100-07-01 00:00:00"))), "2100-07-01 02:00:00") << "by the last change";
  EXPECT_EQ(without->wall_of(kInfinity), kInfinity);
  EXPECT_EQ(without->moment_of(kMinusInfinity), kMinusInfinity);
}

TEST(TimeZones, RefuseFilesThatAreBroken) {
  const std::string good = zone_file("CET-1CEST,M3.5.0,M10.5.0/3");
  for (std::size_t size = 0; size < good.size(); size += 3) (void)TimeZone::read(good.substr(0, size));  // never crashes
  EXPECT_FALSE(TimeZone::read(""));
  EXPECT_FALSE(TimeZone::read("TZif1" + good.substr(5)));
  EXPECT_FALSE(TimeZone::read(good.substr(0, 100)));
  EXPECT_FALSE(TimeZone::read(with_count(good, 44 + 10 + 32, 0xffffffff))) << "more changes than the file has";
  EXPECT_FALSE(TimeZone::read(zone_file("nonsense")));
}

TEST(TimeZones, SkipAndRepeatAnHourAsTheServerDoes) {
  const auto zone = TimeZone::read(zone_file("CET-1CEST,M3.5.0,M10.5.0/3"));
  ASSERT_TRUE(zone);
  struct Case {
    const char* wall;
    const char* moment;
  };
  for (const auto& [wall, moment] : {
           Case{"2026-03-29 01:59:59", "2026-03-29 00:59:59"}, Case{"2026-03-29 02:30:00", "2026-03-29 01:30:00"},
           Case{"2026-03-29 03:00:00", "2026-03-29 01:00:00"}, Case{"2026-10-25 01:59:59", "2026-10-24 23:59:59"},
           Case{"2026-10-25 02:30:00", "2026-10-25 01:30:00"}, Case{"2026-10-25 03:00:00", "2026-10-25 02:00:00"}})
    EXPECT_EQ(shown(zone->moment_of(micros(wall))), moment) << wall;
}

TEST(PosixZones, HaveRulesOfAllKinds) {
  struct Case {
    const char* rule;
    const char* moment;
    int offset;
  };
  for (const auto& [rule, moment, offset] : {
           Case{"UTC0", "2026-07-01 00:00:00", 0}, Case{"<+0330>-3:30", "2026-07-01 00:00:00", 12'600},
           Case{"EST5EDT,M3.2.0,M11.1.0", "2026-03-08 06:59:59", -18'000},
           Case{"EST5EDT,M3.2.0,M11.1.0", "2026-03-08 07:00:00", -14'400},
           Case{"EST5EDT,M3.2.0,M11.1.0", "2026-11-01 06:00:00", -18'000},
           Case{"AEST-10AEDT,M10.1.0,M4.1.0/3", "2026-01-01 00:00:00", 39'600},
           Case{"AEST-10AEDT,M10.1.0,M4.1.0/3", "2026-07-01 00:00:00", 36'000},
           Case{"<-02>2<-01>,M3.5.0/-1,M10.5.0/0", "2026-06-01 00:00:00", -3'600},
           Case{"AAA1BBB,J60/0,J300/0", "2024-03-01 00:59:59", -3'600}, Case{"AAA1BBB,J60/0,J300/0", "2024-03-01 01:00:00", 0},
           Case{"AAA1BBB,59/0,300/0", "2024-02-29 01:00:00", 0}}) {
    const auto zone = PosixZone::parse(rule);
    ASSERT_TRUE(zone) << rule;
    EXPECT_EQ(zone->offset_at(micros(moment) / 1'000'000 + 946'684'800), offset) << rule << " at " << moment;
  }
  for (const char* rule : {"", "CE-1", "CET", "CET-1CEST", "CET-1CEST,M13.1.0,M10.5.0", "CET-1CEST,M3.5.0",
                           "CET-1CEST,M3.5.0,M10.5.0/3x", "<CET-1"})
    EXPECT_FALSE(PosixZone::parse(rule)) << rule;
}

}  // namespace
}  // namespace sinkway::table
