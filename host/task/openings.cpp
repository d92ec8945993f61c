#include "host/task/openings.hpp"

#include <algorithm>

namespace sinkway::task {
namespace {

constexpr Milliseconds kFirstSlice{250};
constexpr Milliseconds kFirstRetry{50};
constexpr Milliseconds kMostRetry{1'000};

}  // namespace

void Openings::add(std::uint64_t generation, std::vector<kafka::TopicPartition> partitions, Instant now) {
  entries_.push_back({generation, std::move(partitions), true, now, std::min(kFirstSlice, longest_slice_),
                      Backoff(kFirstRetry, kMostRetry, generation)});
}

void Openings::remove(const kafka::TopicPartition& at) {
  for (Entry& entry : entries_) std::erase(entry.partitions, at);
  std::erase_if(entries_, [](const Entry& entry) { return entry.partitions.empty(); });
}

bool Openings::finish(std::uint64_t generation) {
  return std::erase_if(entries_, [&](const Entry& entry) { return entry.generation == generation; }) > 0;
}

Result<void> Openings::work(kafka::Consumer& consumer, const Clock& clock) {
  for (Entry& entry : entries_) {
    if (!entry.asking || clock.now() < entry.next_try) continue;
    if (auto asked = ask(entry, consumer); !asked) {
      entry.next_try = clock.now() + entry.backoff.next();
      entry.slice = std::min(entry.slice * 2, longest_slice_);
      return asked;
    }
  }
  return {};
}

Result<void> Openings::ask(Entry& entry, kafka::Consumer& consumer) {
  auto starts = consumer.start_offsets(entry.partitions, entry.slice);
  if (!starts) return std::move(starts).error();
  if (starts->size() != entry.partitions.size())
    return Error::transient("Kafka told the start of " + std::to_string(starts->size()) + " partitions of " +
                            std::to_string(entry.partitions.size()));
  entry.asking = false;
  channel_.to_writer.post(OpenCommand{entry.generation, std::move(*starts)});
  return {};
}

std::optional<Instant> Openings::next() const {
  std::optional<Instant> first;
  for (const Entry& entry : entries_)
    if (entry.asking && (!first || entry.next_try < *first)) first = entry.next_try;
  return first;
}

}  // namespace sinkway::task
