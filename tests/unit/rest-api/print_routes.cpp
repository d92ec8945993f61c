// Prints every route of the worker, one a line, for the test that compares them with the OpenAPI document.

#include <cstdio>

#include "rest-api/api.hpp"
#include "tests/support/fake_herder.hpp"

int main() {
  sinkway::test::FakeHerder herder;
  for (const auto& route : sinkway::rest::worker_routes(herder, [] { return std::string(); }).routes()) std::puts(route.c_str());
}
