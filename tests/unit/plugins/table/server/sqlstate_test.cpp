#include "plugins/table/server/sqlstate.hpp"

#include <gtest/gtest.h>

namespace sinkway::table {
namespace {

struct Case {
  std::string_view sqlstate;
  AnswerContext context;
  Answer answer;
};

class Sqlstate : public testing::TestWithParam<Case> {};

TEST_P(Sqlstate, SaysWhatIsToBeDone) {
  EXPECT_EQ(classify(GetParam().sqlstate, GetParam().context), GetParam().answer);
}

constexpr AnswerContext kFirst{};
constexpr AnswerContext kLately{.connected_lately = true, .in_copy = false};
constexpr AnswerContext kCopy{.connected_lately = true, .in_copy = true};

INSTANTIATE_TEST_SUITE_P(
    ExactlyOncePage, Sqlstate,
    testing::Values(Case{"", kLately, Answer::trouble}, Case{"57P01", kLately, Answer::trouble},
                    Case{"57P03", kFirst, Answer::trouble}, Case{"57014", kCopy, Answer::trouble},
                    Case{"53100", kCopy, Answer::trouble}, Case{"53300", kFirst, Answer::trouble},
                    Case{"55P03", kLately, Answer::trouble}, Case{"40001", kCopy, Answer::trouble},
                    Case{"40P01", kLately, Answer::trouble}, Case{"25006", kLately, Answer::trouble},
                    Case{"25P03", kLately, Answer::trouble}, Case{"58030", kLately, Answer::trouble},
                    Case{"08006", kLately, Answer::trouble}, Case{"28P01", kLately, Answer::trouble},
                    Case{"3D000", kLately, Answer::trouble}, Case{"28P01", kFirst, Answer::configuration},
                    Case{"3D000", kFirst, Answer::configuration}, Case{"42501", kLately, Answer::configuration},
                    Case{"3F000", kFirst, Answer::configuration}, Case{"22001", kCopy, Answer::row_fault},
                    Case{"23505", kLately, Answer::row_fault}, Case{"23502", kCopy, Answer::row_fault},
                    Case{"08P01", kCopy, Answer::row_fault}, Case{"22P03", kCopy, Answer::row_fault},
                    Case{"22P04", kCopy, Answer::row_fault}, Case{"54000", kCopy, Answer::row_fault},
                    Case{"XX000", kCopy, Answer::row_fault}, Case{"08P01", kLately, Answer::trouble},
                    Case{"XX000", kLately, Answer::unknown}, Case{"54000", kLately, Answer::unknown},
                    Case{"P0001", kCopy, Answer::unknown}, Case{"42703", kLately, Answer::table_changed},
                    Case{"42P01", kLately, Answer::table_changed}, Case{"42804", kLately, Answer::table_changed},
                    Case{"0A000", kLately, Answer::table_changed}, Case{"99999", kLately, Answer::unknown}));

}  // namespace
}  // namespace sinkway::table
