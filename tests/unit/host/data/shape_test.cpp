#include "host/data/shape.hpp"

#include <string>
#include <vector>

#include <gtest/gtest.h>

namespace sinkway {
namespace {

using Names = std::vector<std::string_view>;

Names names_of(const Shape& shape) {
  Names names;
  for (std::uint32_t i = 0; i < shape.field_count; ++i) names.push_back(view(shape.names[i]));
  return names;
}

TEST(ShapeTable, EqualNamesInEqualOrderShareOneShape) {
  ShapeTable shapes;
  const Schema schema{};
  const Shape* const ab = shapes.intern(Names{"a", "b"}, nullptr);
  EXPECT_EQ(shapes.intern(Names{"a", "b"}, nullptr), ab);
  EXPECT_NE(shapes.intern(Names{"b", "a"}, nullptr), ab);
  EXPECT_NE(shapes.intern(Names{"a"}, nullptr), ab);
  EXPECT_NE(shapes.intern(Names{"a", "b"}, &schema), ab);
  EXPECT_EQ(names_of(*ab), (Names{"a", "b"}));
  EXPECT_EQ(ab->id, 1U);
  EXPECT_EQ(shapes.size(), 3U) << "those of schemas count apart";
}

TEST(ShapeTable, AShapeKeepsItsNamesAndItsAddress) {
  ShapeTable shapes;
  const Shape* first = nullptr;
  {
    const std::string name = "a name that goes away";
    first = shapes.intern(Names{name}, nullptr);
  }
  for (int i = 0; i < 500; ++i) {
    const std::string other = std::to_string(i);
    EXPECT_NE(shapes.intern(Names{other}, nullptr), nullptr);
  }
  EXPECT_EQ(names_of(*first), (Names{"a name that goes away"}));
  EXPECT_EQ(shapes.intern(Names{"a name that goes away"}, nullptr), first);
}

TEST(ShapeTable, AShapeWithoutNamesIsAShapeToo) {
  ShapeTable shapes;
  const Shape* const empty = shapes.intern(Names{}, nullptr);
  ASSERT_NE(empty, nullptr);
  EXPECT_EQ(empty->field_count, 0U);
  EXPECT_EQ(shapes.intern(Names{}, nullptr), empty);
}

TEST(ShapeTable, FindKnowsOnlyWhatWasInterned) {
  ShapeTable shapes;
  EXPECT_EQ(shapes.find(Names{"a"}, nullptr), nullptr);
  const Shape* const a = shapes.intern(Names{"a"}, nullptr);
  EXPECT_EQ(shapes.find(Names{"a"}, nullptr), a);
  EXPECT_EQ(shapes.size(), 1U);
}

TEST(ShapeTable, AtTheLimitKnownShapesStayAndNewOnesAreRefused) {
  ShapeTable shapes(2);
  const Shape* const a = shapes.intern(Names{"a"}, nullptr);
  EXPECT_NE(shapes.intern(Names{"b"}, nullptr), nullptr);
  EXPECT_EQ(shapes.intern(Names{"c"}, nullptr), nullptr);
  EXPECT_EQ(shapes.intern(Names{"a"}, nullptr), a);
}

TEST(ShapeTable, ShapesOfSchemasTakeNothingOfTheLimit) {
  ShapeTable shapes(2);
  const Schema schemas[5]{};
  for (const Schema& schema : schemas) EXPECT_NE(shapes.intern(Names{"a"}, &schema), nullptr);
  EXPECT_EQ(shapes.size(), 0U);
  EXPECT_NE(shapes.intern(Names{"a"}, nullptr), nullptr);
  EXPECT_NE(shapes.intern(Names{"b"}, nullptr), nullptr);
  EXPECT_EQ(shapes.intern(Names{"c"}, nullptr), nullptr);
  EXPECT_NE(shapes.intern(Names{"c"}, &schemas[0]), nullptr);
}

TEST(ShapeTable, ASupersetGrowsAndItsOlderFormsStayValid) {
  ShapeTable shapes(1);
  const Shape* const first = shapes.superset(Names{"a", "b"});
  EXPECT_EQ(shapes.superset(Names{"b"}), first);
  const Shape* const second = shapes.superset(Names{"b", "c", "c"});
  EXPECT_NE(second, first);
  EXPECT_EQ(names_of(*first), (Names{"a", "b"}));
  EXPECT_EQ(names_of(*second), (Names{"a", "b", "c"}));
  EXPECT_EQ(ShapeTable::position(*second, "c"), 2);
  EXPECT_EQ(ShapeTable::position(*first, "c"), -1);
}

TEST(ShapeTable, ASupersetEndsAtTheColumnsOfATable) {
  ShapeTable shapes;
  std::vector<std::string> many;
  for (std::size_t i = 0; i < ShapeTable::kMostFields; ++i) many.push_back("n" + std::to_string(i));
  const Names names(many.begin(), many.end());
  const Shape* const widest = shapes.superset(names);
  ASSERT_NE(widest, nullptr);
  EXPECT_EQ(widest->field_count, ShapeTable::kMostFields);
  EXPECT_EQ(shapes.superset(Names{"one more"}), nullptr);
  EXPECT_EQ(shapes.superset(Names{"n7"}), widest);
}

TEST(ShapeTable, EachMemberHasASupersetOfItsOwnUntilItsNamesAreData) {
  ShapeTable shapes;
  EXPECT_EQ(names_of(*shapes.superset_of_member("after", Names{"a"})), Names{"a"});
  EXPECT_EQ(names_of(*shapes.superset_of_member("tags", Names{"b"})), Names{"b"});
  EXPECT_EQ(names_of(*shapes.superset_of_member("after", Names{"c", "a"})), (Names{"a", "c"}));
  EXPECT_EQ(names_of(*shapes.superset(Names{"d"})), Names{"d"});
  std::vector<std::string> many;
  for (std::size_t i = 0; i < ShapeTable::kMostMemberFields; ++i) many.push_back("n" + std::to_string(i));
  EXPECT_EQ(shapes.superset_of_member("tags", Names(many.begin(), many.end())), nullptr);
  EXPECT_EQ(shapes.superset_of_member("tags", Names{"b"}), nullptr);
  EXPECT_NE(shapes.superset_of_member("after", Names{"b"}), nullptr);
}

TEST(ShapeTable, SupersetsOfMembersEnd) {
  ShapeTable shapes;
  for (std::size_t i = 0; i < ShapeTable::kMostMembers; ++i)
    EXPECT_NE(shapes.superset_of_member("m" + std::to_string(i), Names{"a"}), nullptr);
  EXPECT_EQ(shapes.superset_of_member("one more", Names{"a"}), nullptr);
  EXPECT_NE(shapes.superset_of_member("m0", Names{"b"}), nullptr);
}

}  // namespace
}  // namespace sinkway
