// How long one weather row takes from values to COPY BINARY, COPY text and arrays.
#include <benchmark/benchmark.h>

#include <string>

#include "plugins/table/rows/column_arrays.hpp"
#include "plugins/table/rows/fetch_ahead.hpp"
#include "plugins/table/rows/key_fold.hpp"
#include "plugins/table/rows/row_encoder.hpp"
#include "tests/support/weather_table.hpp"

namespace sinkway::table {
namespace {

constexpr std::size_t kRows = 1'000;
constexpr std::size_t kChunk = 64 << 10;

constexpr std::size_t kBatch = 50'000;  // rows of a full batch, more than the nearer caches hold

// Records as the JSON converter makes them: one shape, texts and numbers, the keys in no order. Few enough to stay in the
// cache, unless asked otherwise: the encoder is measured.
class Records {
 public:
  explicit Records(std::size_t count = kRows) {
    const auto* shape = arena_.shape(test::weather_fields());
    for (std::size_t n = 0; n < count; ++n) {
      const std::string id = "A_" + std::to_string(10'000 + n * 618'033 % 989'999);
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

void report(benchmark::State& state, std::size_t rows = kRows) {
  state.SetItemsProcessed(state.iterations() * static_cast<std::int64_t>(rows));
}

void encode(benchmark::State& state, const Binding& binding, const std::vector<Row>& rows, CopyFormat format) {
  ByteBuffer out;
  RowFault fault;
  for (auto _ : state) {
    for (std::size_t n = 0; n < rows.size(); ++n) {
      fetch_ahead(rows, n);
      if (!append_row(binding, rows[n], format, out, fault)) state.SkipWithError("a good row was refused");
      if (out.size() >= kChunk) out.clear();
    }
    benchmark::DoNotOptimize(out.data());
  }
  report(state, rows.size());
}

void encode_rows(benchmark::State& state, CopyFormat format) {
  const Records records;
  encode(state, records.binding(), records.rows(), format);
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
  const Records records(kBatch);
  RowGroup group{&records.table(), &records.binding(), {}};
  for (auto _ : state) {
    group.rows = records.rows();
    if (!sort_by_key(group)) state.SkipWithError("nothing was sorted");
  }
  report(state, kBatch);
}

// What an upsert does with its batch: equal keys found, rows put into the order of their keys.
void fold_scattered_keys(benchmark::State& state) {
  const Records records(kBatch);
  std::vector<BoundRow> rows;
  for (const Row& row : records.rows()) rows.push_back({row, &records.binding()});
  WriteRules rules;
  rules.mode = InsertMode::upsert;
  KeyFold fold;
  for (auto _ : state) {
    const Folded folded = fold.fold(rows, records.table(), rules);
    if (folded.groups.size() != 1) state.SkipWithError("the keys are not different ones");
    benchmark::DoNotOptimize(folded.groups[0].rows.data());
  }
  report(state, kBatch);
}

// As the rows lie in memory, and in the order of their keys.
void copy_batch_as_it_lies(benchmark::State& state) {
  const Records records(kBatch);
  encode(state, records.binding(), records.rows(), CopyFormat::binary);
}

void copy_sorted_batch(benchmark::State& state) {
  const Records records(kBatch);
  RowGroup group{&records.table(), &records.binding(), records.rows()};
  if (!sort_by_key(group)) state.SkipWithError("nothing was sorted");
  encode(state, records.binding(), group.rows, CopyFormat::binary);
}

BENCHMARK(copy_binary);
BENCHMARK(copy_text);
BENCHMARK(column_arrays);
BENCHMARK(bind_rows);
BENCHMARK(sort_scattered_keys);
BENCHMARK(fold_scattered_keys);
BENCHMARK(copy_batch_as_it_lies);
BENCHMARK(copy_sorted_batch);

}  // namespace
}  // namespace sinkway::table

BENCHMARK_MAIN();
