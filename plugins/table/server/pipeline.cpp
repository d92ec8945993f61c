#include "plugins/table/server/pipeline.hpp"

#include <numeric>

namespace sinkway::table {
namespace {

constexpr std::size_t kChunkBytes = 32 << 10;
constexpr std::size_t kChunkRows = 256;
constexpr std::size_t kChunksUnderWay = 2;

}  // namespace

Pipeline::Pipeline(Connection& connection) : connection_(connection) {
  Wire& wire = connection_.wire_;
  wire.require(wire.is_open() && PQenterPipelineMode(wire.get()) == 1);
}

bool Pipeline::send(const TypedSql& sql, const ExecutionValues& values) {
  if (has_failed_ || cancelled_) return false;
  Wire& wire = connection_.wire_;
  const auto count = static_cast<int>(values.values.size());
  int sent = 0;
  if (const auto name = connection_.prepared_.find(sql.text); name != connection_.prepared_.end()) {
    sent = PQsendQueryPrepared(wire.get(), name->second.c_str(), count, values.values.data(), values.lengths.data(),
                               values.formats.data(), 0);
  } else {
    sent = PQsendQueryParams(wire.get(), sql.text.c_str(), count, sql.types.data(), values.values.data(),
                             values.lengths.data(), values.formats.data(), 0);
  }
  wire.require(sent == 1);
  ++open_;
  bytes_ += std::accumulate(values.lengths.begin(), values.lengths.end(), std::size_t{0},
                            [](std::size_t sum, int length) { return sum + static_cast<std::size_t>(length); });
  if (open_ >= kChunkRows || bytes_ >= kChunkBytes) end_chunk();
  return !has_failed_ && !cancelled_;
}

void Pipeline::end_chunk() {
  Wire& wire = connection_.wire_;
  wire.require(PQpipelineSync(wire.get()) == 1);
  cancelled_ |= !wire.flush(OnCancel::interrupt);
  chunks_.push_back(open_);
  open_ = bytes_ = 0;
  while (chunks_.size() >= kChunksUnderWay) take_chunk();
}

// Each execution answers its results and then nothing; the sync point one result alone.
void Pipeline::take_chunk() {
  Wire& wire = connection_.wire_;
  for (std::size_t n = 0; n < chunks_.front(); ++n) {
    while (ResultHandle result = wire.next_result(OnCancel::interrupt)) {
      Reply reply(std::move(result));
      if (has_failed_ || reply.ok()) continue;
      has_failed_ = true;
      failed_ = std::move(reply);
    }
    if (!has_failed_) ++done_;
  }
  (void)wire.next_result(OnCancel::interrupt);
  chunks_.pop_front();
}

Pipeline::End Pipeline::finish() {
  Wire& wire = connection_.wire_;
  if (open_ > 0) end_chunk();
  while (!chunks_.empty()) take_chunk();
  wire.require(PQexitPipelineMode(wire.get()) == 1);
  connection_.last_worked_ = std::chrono::steady_clock::now();
  if (has_failed_) return {std::move(failed_), done_};
  if (cancelled_) throw WireCancelled();
  return {Reply::good(), done_};
}

}  // namespace sinkway::table
