#include "host/data/arena.hpp"

#include <cstdint>
#include <string>

#include <gtest/gtest.h>

namespace sinkway {
namespace {

TEST(Arena, MemoryIsAlignedAndDoesNotOverlap) {
  Arena arena;
  const std::string_view text = arena.copy("abc");
  const auto numbers = arena.array<std::uint64_t>(4);
  for (auto& number : numbers) number = ~std::uint64_t{0};
  EXPECT_EQ(reinterpret_cast<std::uintptr_t>(numbers.data()) % alignof(std::uint64_t), 0U);
  EXPECT_EQ(text, "abc");
}

TEST(Arena, WhatIsLargerThanABlockHasItsOwn) {
  Arena arena;
  const std::string large(Arena::kBlock * 3, 'x');
  const std::string_view small = arena.copy("small");
  EXPECT_EQ(arena.copy(large), large);
  EXPECT_EQ(small, "small");
  EXPECT_GE(arena.bytes(), large.size());
}

TEST(Arena, AResetForgetsAndKeepsBlocks) {
  Arena arena;
  for (int round = 0; round < 3; ++round) {
    for (int i = 0; i < 100; ++i) {
      const std::string piece(50'000, static_cast<char>('a' + i % 26));
      EXPECT_EQ(arena.copy(piece), piece);
    }
    EXPECT_GE(arena.bytes(), 5'000'000U);
    arena.reset();
    EXPECT_EQ(arena.bytes(), 0U);
  }
}

TEST(Arena, NothingTakesNoMemory) {
  Arena arena;
  EXPECT_EQ(arena.copy(""), "");
  EXPECT_TRUE(arena.array<int>(0).empty());
  EXPECT_EQ(arena.bytes(), 0U);
}

}  // namespace
}  // namespace sinkway
