#include "host/convert/begins_with.hpp"

#include <gtest/gtest.h>

#include <string>

#include "tests/support/edge_of_memory.hpp"

namespace sinkway::convert {
namespace {

TEST(BeginsWith, ComparesTextsOfEveryLength) {
  for (std::size_t size = 0; size <= 40; ++size) {
    std::string text(size, 'a');
    for (std::size_t n = 0; n < size; ++n) text[n] = static_cast<char>('a' + n % 26);
    EXPECT_TRUE(begins_with((text + "tail").data(), text)) << size;
    for (std::size_t n = 0; n < size; ++n) {
      std::string other = text;
      other[n] = '!';
      EXPECT_FALSE(begins_with(other.data(), text)) << "byte " << n << " of " << size;
    }
  }
}

TEST(BeginsWith, ReadsNothingBehindEither) {
  const test::EdgeOfMemory left;
  const test::EdgeOfMemory right;
  const std::string text = "TEMPERATURE_OF_THE_AIR_IN_DEGREES";
  for (std::size_t size = 0; size <= text.size(); ++size) {
    const std::string_view head = std::string_view(text).substr(0, size);
    EXPECT_TRUE(begins_with(left.put(head).data(), right.put(head))) << size;
  }
}

}  // namespace
}  // namespace sinkway::convert
