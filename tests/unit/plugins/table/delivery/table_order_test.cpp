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

TEST(WritingOrder, KeepsWavesInsideATableAndReferencesBetweenThem) {
  const Table parent = table(1, {}), child = table(2, {1});
  struct Case {
    const char* name;
    std::vector<GroupPlace> groups;
    std::vector<std::size_t> order;
  };
  const Case cases[] = {
      {"parents first", {{&child, 0, true}, {&parent, 0, true}}, {1, 0}},
      {"removed children first", {{&parent, 0, false}, {&child, 0, false}}, {1, 0}},
      {"a later wave of parents before children", {{&parent, 0, true}, {&parent, 1, false}, {&parent, 2, true}, {&child, 0, true}}, {0, 1, 2, 3}},
      {"a child that moves before the parent it leaves goes", {{&parent, 0, false}, {&child, 0, true}}, {1, 0}},
      {"each its own", {{&child, 0, false}, {&child, 0, true}, {&parent, 0, false}, {&parent, 0, true}}, {0, 2, 3, 1}},
      {"removed in a later wave", {{&child, 0, true}, {&child, 1, false}, {&parent, 0, false}}, {0, 1, 2}}};
  for (const Case& each : cases) EXPECT_EQ(writing_order(each.groups), each.order) << each.name;
}

TEST(TableOrder, ACircleEnds) {
  const Table a = table(1, {2}), b = table(2, {1});
  const std::array<const Table*, 2> tables{&a, &b};
  EXPECT_EQ(reference_ranks(tables).size(), 2U);
}

}  // namespace
}  // namespace sinkway::table
