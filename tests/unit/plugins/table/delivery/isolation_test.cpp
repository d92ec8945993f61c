#include "plugins/table/delivery/isolation.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <set>
#include <vector>

namespace sinkway::table {
namespace {

struct Outcome {
  std::vector<std::pair<std::size_t, std::size_t>> written;  // group, row; in the order of writing
  std::set<std::pair<std::size_t, std::size_t>> bad;
  std::size_t statements = 0;
};

// A server that refuses every statement with a bad row in it, and names the first such row or does not.
Outcome isolate(const std::vector<std::size_t>& sizes, const std::set<std::pair<std::size_t, std::size_t>>& bad,
                bool names_line) {
  Outcome outcome;
  Isolation isolation(sizes);
  while (const auto piece = isolation.next()) {
    ++outcome.statements;
    const auto first = bad.lower_bound({piece->group, piece->begin});
    if (first == bad.end() || first->first != piece->group || first->second >= piece->end) {
      for (std::size_t row = piece->begin; row < piece->end; ++row) outcome.written.emplace_back(piece->group, row);
      continue;
    }
    const auto row = names_line ? std::optional(first->second - piece->begin) : std::nullopt;
    if (const auto found = isolation.failed(row)) outcome.bad.emplace(piece->group, *found);
  }
  return outcome;
}

TEST(Isolation, finds_exactly_the_bad_rows_and_writes_every_neighbour_in_order) {
  const std::set<std::pair<std::size_t, std::size_t>> cases[] = {
      {}, {{0, 0}}, {{0, 4999}}, {{0, 0}, {0, 1}, {0, 2}}, {{1, 0}}, {{0, 999}, {0, 1000}, {1, 6}, {2, 0}, {2, 1}},
  };
  const std::vector<std::size_t> sizes{5000, 7, 2, 0};
  for (const auto& bad : cases) {
    for (const bool names_line : {true, false}) {
      const Outcome outcome = isolate(sizes, bad, names_line);
      EXPECT_EQ(outcome.bad, bad);
      EXPECT_EQ(outcome.written.size(), 5009 - bad.size());
      EXPECT_TRUE(std::ranges::is_sorted(outcome.written));
    }
  }
}

TEST(Isolation, needs_few_statements) {
  std::set<std::pair<std::size_t, std::size_t>> bad;
  for (std::size_t i = 0; i < 200; ++i) bad.emplace(0, i * 100 + 7);
  EXPECT_LE(isolate({20'000}, bad, true).statements, 20u + 3 * 200u);
  EXPECT_LE(isolate({20'000}, {{0, 12'345}}, true).statements, 3u);
  EXPECT_LE(isolate({20'000}, {{0, 1'234}, {0, 12'345}}, true).statements, 7u);
  EXPECT_LE(isolate({20'000}, {{0, 12'345}}, false).statements, 36u);
  EXPECT_EQ(isolate({20'000}, {}, false).statements, 1u);
}

TEST(Isolation, of_rows_that_are_all_bad_ends) {
  std::set<std::pair<std::size_t, std::size_t>> bad;
  for (std::size_t i = 0; i < 2000; ++i) bad.emplace(0, i);
  for (const bool names_line : {true, false}) {
    const Outcome outcome = isolate({2000}, bad, names_line);
    EXPECT_EQ(outcome.bad.size(), 2000u);
    EXPECT_TRUE(outcome.written.empty());
  }
}

TEST(Isolation, begins_after_a_failure_that_is_known_and_keeps_the_order_of_groups) {
  Isolation isolation(std::vector<std::size_t>{3, 10, 4});
  EXPECT_EQ(isolation.begin_after(1, 6), 6u);
  std::vector<Piece> pieces;
  while (const auto piece = isolation.next()) pieces.push_back(*piece);
  EXPECT_EQ(pieces, (std::vector<Piece>{{0, 0, 3}, {1, 0, 6}, {1, 7, 10}, {2, 0, 4}}));
}

TEST(Isolation, gives_a_piece_again_that_nothing_was_found_out_about) {
  Isolation isolation(std::vector<std::size_t>{10});
  (void)isolation.begin_after(0, 4);
  EXPECT_EQ(isolation.next(), (Piece{0, 0, 4}));
  isolation.again();
  EXPECT_EQ(isolation.next(), (Piece{0, 0, 4}));
  EXPECT_EQ(isolation.next(), (Piece{0, 5, 10}));
}

TEST(Isolation, tries_suspects_one_by_one_behind_the_rest) {
  Isolation isolation(std::vector<std::size_t>{10});
  (void)isolation.next();
  isolation.failed_at_end(2);
  EXPECT_EQ(isolation.next(), (Piece{0, 0, 8}));
  EXPECT_EQ(isolation.next(), (Piece{0, 8, 9}));
  EXPECT_EQ(isolation.failed(std::nullopt), 8u);
  EXPECT_EQ(isolation.next(), (Piece{0, 9, 10}));
  EXPECT_FALSE(isolation.next());
}

TEST(Isolation, does_not_trust_a_line_beyond_the_piece) {
  Isolation isolation(std::vector<std::size_t>{10});
  (void)isolation.next();
  EXPECT_FALSE(isolation.failed(10));
  EXPECT_EQ(isolation.next(), (Piece{0, 0, 5}));
}

}  // namespace
}  // namespace sinkway::table
