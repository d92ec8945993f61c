// How long one weather row takes from values to COPY BINARY, COPY text and arrays.
#include <benchmark/benchmark.h>

#include <string>

#include "plugins/table/rows/column_arrays.hpp"
#include "plugins/table/rows/row_encoder.hpp"
#include "tests/support/weather_table.hpp"

namespace sinkway::table {
namespace {

constexpr std::size_t kRows = 1'000;
constexpr std::size_t kChunk = 64 << 10;

// Records as the JSON converter makes them: one shape, texts and numbers. Few enough to stay in the cache: the encoder
// is measured.
class Records {
 public:
  Records() {
    const auto* shape = arena_.shape(test::weather_fields());
    for (std::size_t n = 0; n < kRows; ++n) {
      const std::string id = "A_" + std::to_string(10'000 + n * 7'919 % kRows);
      rows_.push_back(plain_row(*test::weather_record(arena_, shape, id), n));
    }
    RowFault fault;
    binding_ = binder_.bind(rows_[0], fault);
  }
  [[nodiscard]] const std::vector<Row>& rows() const { return rows_; }
  [[nodiscard]] const Binding& binding() const { return *binding_; }
  [[nodiscard]] Binder& binder() { return binder_; }
  [[nodiscard]] const Table& table() const { return table_; }

 private:
  static Table keyed() {
    Table table = test::weather_table();
    table.primary_key = {"id"};
    return table;
  }
  Table table_ = keyed();
  test::ValueArena arena_;
  Binder binder_{table_, {}};
  std::vector<Row> rows_;
  const Binding* binding_ = nullptr;
};

void report(benchmark::State& state) { state.SetItemsProcessed(state.iterations() * static_cast<std::int64_t>(kRows)); }

void encode_rows(benchmark::State& state, CopyFormat format) {
  const Records records;
  ByteBuffer out;
  RowFault fault;
  for (auto _ : state) {
    for (const Row& row : records.rows()) {
      if (!append_row(records.binding(), row, format, out, fault)) state.SkipWithError("a good row was refused");
      if (out.size() >= kChunk) out.clear();
    }
    benchmark::DoNotOptimize(out.data());
  }
  report(state);
}

void copy_binary(benchmark::State& state) { encode_rows(state, CopyFormat::binary); }
void copy_text(benchmark::State& state) { encode_rows(state, CopyFormat::text); }

void column_arrays(benchmark::State& state) {
  const Records records;
  ColumnArrays arrays;
  RowFault fault;
  for (auto _ : state) {
    arrays.begin(records.binding());
    for (const Row& row : records.rows())
      if (!arrays.append(row, fault)) state.SkipWithError("a good row was refused");
    arrays.end();
    benchmark::DoNotOptimize(arrays.rows());
  }
  report(state);
}

void bind_rows(benchmark::State& state) {
  Records records;
  RowFault fault;
  for (auto _ : state)
    for (const Row& row : records.rows()) benchmark::DoNotOptimize(records.binder().bind(row, fault));
  report(state);
}

void sort_scattered_keys(benchmark::State& state) {
  const Records records;
  RowGroup group{&records.table(), &records.binding(), {}};
  for (auto _ : state) {
    group.rows = records.rows();
    if (!sort_by_key(group)) state.SkipWithError("nothing was sorted");
  }
  report(state);
}

BENCHMARK(copy_binary);
BENCHMARK(copy_text);
BENCHMARK(column_arrays);
BENCHMARK(bind_rows);
BENCHMARK(sort_scattered_keys);

}  // namespace
}  // namespace sinkway::table

BENCHMARK_MAIN();
