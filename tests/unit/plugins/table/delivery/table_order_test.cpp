#include "plugins/table/delivery/table_order.hpp"

#include <gtest/gtest.h>

#include <array>

namespace sinkway::table {
namespace {

Table table(std::uint32_t oid, std::vector<std::uint32_t> references) {
  Table made;
  made.oid = oid;
  made.references = std::move(references);
  return made;
}

TEST(TableOrder, ParentsComeBeforeTheirChildren) {
  const Table child = table(1, {2}), parent = table(2, {3, 99}), root = table(3, {3}), lonely = table(4, {});
  const std::array<const Table*, 4> tables{&child, &parent, &root, &lonely};
  const auto ranks = reference_ranks(tables);
  EXPECT_LT(ranks.at(&root), ranks.at(&parent));
  EXPECT_LT(ranks.at(&parent), ranks.at(&child));
  EXPECT_EQ(ranks.at(&lonely), 0);
}

TEST(TableOrder, ACircleEnds) {
  const Table a = table(1, {2}), b = table(2, {1});
  const std::array<const Table*, 2> tables{&a, &b};
  EXPECT_EQ(reference_ranks(tables).size(), 2U);
}

}  // namespace
}  // namespace sinkway::table
