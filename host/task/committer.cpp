#include "host/task/committer.hpp"

#include <algorithm>

namespace sinkway::task {

Committer::Committer(Milliseconds interval, OffsetLedger& ledger, Channel& channel, ReaderMetrics& metrics, Logger log)
    : schedule_(interval, kTimeout), ledger_(ledger), channel_(channel), metrics_(metrics), log_(std::move(log)) {}

void Committer::work(Instant now) {
  if (const auto limit = schedule_.give_up_at(); limit && now >= *limit) {
    log_.warn("Kafka has not answered an offset commit within {} ms; it is tried again at the next interval", kTimeout.count());
    metrics_.commit_skipped();
    schedule_.finished(now);
  }
  const auto at = schedule_.ask_at();
  if (!at || now < *at) return;
  if (!ledger_.has_news()) return schedule_.finished(now);
  schedule_.asked(now);
  channel_.to_writer.post(PreCommitCommand{});
}

void Committer::allowed(std::span<const Position> positions, kafka::Consumer* consumer, Instant now) {
  if (const auto ignored = ledger_.allow(positions))
    log_.warn("{} positions of pre_commit lie beyond what the plugin has taken; they are ignored", ignored);
  const auto offsets = ledger_.to_commit();
  if (offsets.empty() || !consumer || channel_.given_up) return schedule_.finished(now);
  schedule_.sent(now);
  send(offsets, *consumer);
}

std::vector<kafka::PartitionOffset> Committer::send_last(std::span<const kafka::TopicPartition> partitions,
                                                         kafka::Consumer& consumer, Instant now) {
  auto offsets = ledger_.to_commit();
  std::erase_if(offsets, [&](const kafka::PartitionOffset& one) {
    return std::find(partitions.begin(), partitions.end(), one.at) == partitions.end();
  });
  if (offsets.empty() || channel_.given_up) return {};
  schedule_.sent(now);
  send(offsets, consumer);
  return offsets;
}

void Committer::send(std::span<const kafka::PartitionOffset> offsets, kafka::Consumer& consumer) {
  metrics_.commit_sent(++sequence_);
  consumer.commit(offsets);
}

void Committer::answered(const kafka::CommitDone& done, Instant now) {
  if (done.error) {
    log_.warn("offset commit: {}; it is tried again at the next interval", done.error->text());
    metrics_.commit_skipped();
  } else {
    ledger_.commit(done.offsets);
    if (schedule_.step() == CommitSchedule::Step::sent) metrics_.commit_done(schedule_.sent_at(), now);
  }
  if (schedule_.step() == CommitSchedule::Step::sent) schedule_.finished(now);
}

std::optional<Instant> Committer::next() const {
  if (const auto limit = schedule_.give_up_at()) return limit;
  const auto at = schedule_.ask_at();
  // Without anything to tell it is not a deadline that can be acted on.
  return at && (ledger_.has_news() || schedule_.is_requested()) ? at : std::nullopt;
}

}  // namespace sinkway::task
