// What a record costs in the JSON converter, with full validation, its arena and its shape.

#include <benchmark/benchmark.h>

#include <cstdlib>
#include <cstring>
#include <string>
#include <vector>

#include <fmt/format.h>

#include "host/convert/begins_with.hpp"
#include "host/convert/json_converter.hpp"
#include "tests/support/edge_of_memory.hpp"

namespace {

using namespace sinkway;  // NOLINT

constexpr std::size_t kRecords = 4096;

std::vector<std::string> weather(std::string_view format) {
  std::vector<std::string> texts;
  for (std::size_t i = 0; i < kRecords; ++i)
    texts.push_back(fmt::format(fmt::runtime(format), fmt::arg("id", i),
                                fmt::arg("t", 9.0 + static_cast<double>(i % 865) / 10.0),
                                fmt::arg("h", 54.8 + static_cast<double>(i % 359) / 10.0), fmt::arg("s", i % 60)));
  return texts;
}

void convert_all(benchmark::State& state, const std::vector<std::string>& texts,
                 const convert::JsonConverter::Options& options) {
  convert::JsonConverter converter(options);
  Arena arena;
  ShapeTable shapes;
  const convert::Target target{arena, shapes};
  for (auto _ : state) {
    arena.reset();
    for (const auto& text : texts) {
      auto converted = converter.convert("weather", text, target);
      if (!converted) std::abort();
      benchmark::DoNotOptimize(converted->value);
    }
  }
  // google-benchmark prints seconds for an inverted rate: a record counts as 1e-9, so that they read as nanoseconds.
  state.counters["ns_per_record"] = benchmark::Counter(
      static_cast<double>(kRecords) * 1e-9, benchmark::Counter::kIsIterationInvariantRate | benchmark::Counter::kInvert);
  state.SetBytesProcessed(static_cast<std::int64_t>(texts.front().size() * kRecords) * state.iterations());
}

constexpr std::string_view kFlat = R"({{"ID":"A_{id}","LOCATION":"Alachua","TEMPERATURE":{t:.1f},"HUMIDITY":{h:.1f},"TM":"2026-01-01 00:00:{s:02}.0"}})";
constexpr std::string_view kNested = R"({{"ID":"A_{id}","PLACE":{{"COUNTY":"Alachua"}},"VALUES":[{t:.1f},{h:.1f}],"TM":"2026-01-01 00:00:{s:02}.0"}})";
constexpr std::string_view kEnvelope =
    R"({{"schema":{{"type":"struct","optional":false,"fields":[{{"field":"ID","type":"string"}},{{"field":"LOCATION","type":"string"}},)"
    R"({{"field":"TEMPERATURE","type":"double"}},{{"field":"HUMIDITY","type":"double"}},{{"field":"TM","type":"string"}}]}},"payload":)"
    R"({{"ID":"A_{id}","LOCATION":"Alachua","TEMPERATURE":{t:.1f},"HUMIDITY":{h:.1f},"TM":"2026-01-01 00:00:{s:02}.0"}}}})";

void flat(benchmark::State& state) { convert_all(state, weather(kFlat), {.schemas = false}); }
void flat_thorough_way(benchmark::State& state) { convert_all(state, weather(kFlat), {.schemas = false, .fast_way = false}); }
void nested(benchmark::State& state) { convert_all(state, weather(kNested), {.schemas = false}); }
void envelope(benchmark::State& state) { convert_all(state, weather(kEnvelope), {}); }

// A name that ends where the page behind it was never touched, compared both ways.
template <typename Compare>
void name_before_an_untouched_page(benchmark::State& state, Compare compare) {
  const test::EdgeOfMemory edge;
  const std::string_view name = edge.put("TEMPERATURE");
  const std::string text = R"(TEMPERATURE":71.5,"HUMIDITY":60.2)";
  for (auto _ : state) {
    const char* at = text.data();
    benchmark::DoNotOptimize(at);
    benchmark::DoNotOptimize(compare(at, name));
  }
}

void name_before_an_untouched_page_in_words(benchmark::State& state) {
  name_before_an_untouched_page(state, [](const char* at, std::string_view name) { return convert::begins_with(at, name); });
}
void name_before_an_untouched_page_by_memcmp(benchmark::State& state) {
  name_before_an_untouched_page(
      state, [](const char* at, std::string_view name) { return std::memcmp(at, name.data(), name.size()) == 0; });
}

BENCHMARK(name_before_an_untouched_page_in_words);
BENCHMARK(name_before_an_untouched_page_by_memcmp);
BENCHMARK(flat);
BENCHMARK(flat_thorough_way);
BENCHMARK(nested);
BENCHMARK(envelope);

}  // namespace

BENCHMARK_MAIN();
