// Prints the options of the table sink as the pages of its README, for the test that compares them.
#include <cstdio>

#include "plugins/table/options/option_definitions.hpp"
#include "tests/support/option_reference.hpp"

int main() {
  const auto sections = sinkway::test::option_sections(sinkway::table::table_option_definitions(), "###");
  std::printf("\n%s\n", sections.c_str());
}
