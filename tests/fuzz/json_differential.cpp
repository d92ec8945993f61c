// Fuzzes the ways to read JSON against each other: the entry that libFuzzer calls.

#include <cstdint>
#include <cstdio>
#include <cstdlib>

#include "tests/fuzz/json_comparison.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static sinkway::test::JsonComparison comparison;
  if (const auto difference = comparison.difference({reinterpret_cast<const char*>(data), size})) {
    std::fputs(difference->c_str(), stderr);
    std::abort();
  }
  return 0;
}
