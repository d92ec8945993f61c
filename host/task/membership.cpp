#include "host/task/membership.hpp"

#include <algorithm>

namespace sinkway::task {
namespace {

constexpr Milliseconds kFirstBuild{250};
constexpr Milliseconds kMostBuild{30'000};
constexpr Milliseconds kFirstRejoin{500};
constexpr Milliseconds kMostRejoin{30'000};
constexpr Milliseconds kTroubleShown{15'000};  // trouble of the client that is not repeated is over

std::uint64_t seed_of(const TaskSpec& spec) {
  return std::hash<std::string>{}(spec.connector) + static_cast<std::uint64_t>(spec.index);
}

std::optional<Instant> earlier(std::optional<Instant> one, std::optional<Instant> other) {
  if (!one || (other && *other < *one)) return other;
  return one;
}

}  // namespace

Membership::Membership(Parts parts)
    : parts_(std::move(parts)),
      make_backoff_(kFirstBuild, kMostBuild, seed_of(parts_.spec)),
      openings_(parts_.channel, std::clamp<Milliseconds>(parts_.spec.max_poll_interval / 6, Milliseconds(100), Milliseconds(2'000))),
      rejoin_backoff_(kFirstRejoin, kMostRejoin, seed_of(parts_.spec) + 1) {}

void Membership::join(Instant now) {
  if (phase_ != Phase::outside) return;
  phase_ = Phase::absent;
  make_at_ = now;
}

void Membership::listen(Instant now) {
  while (consumer_) {
    auto event = consumer_->next_event();
    if (!event) return;
    std::visit([&](auto&& one) { on(std::forward<decltype(one)>(one), now); }, std::move(*event));
  }
}

void Membership::work(Instant now) {
  revocation_due(now);
  if (phase_ == Phase::absent && revocation_.settled() && now >= make_at_) make_consumer(now);
  if (phase_ == Phase::member) {
    if (auto asked = openings_.work(*consumer_, parts_.clock); !asked) {
      if (!asked.error().retriable()) return parts_.fail("start of a partition: " + asked.error().text());
      trouble("start of a partition: " + asked.error().text(), now);
    }
    if (rejoin_at_ && now >= *rejoin_at_ && revocation_.settled()) {
      rejoin_at_.reset();
      consumer_->rejoin();
    }
  }
  if (phase_ == Phase::leaving && now >= leave_by_) {
    parts_.spec.log.warn("the group was not left in time; the consumer is given up");
    consumer_.reset();
    phase_ = Phase::left;
    if (revocation_.on(RevokeEvent::deadline_over)) settle();
  }
  if (trouble_until_ && now >= *trouble_until_) {
    trouble_until_.reset();
    parts_.board.reader_trouble({});
  }
}

void Membership::make_consumer(Instant now) {
  auto made = parts_.spec.make_consumer(parts_.channel.reader_wakeup.descriptor(), parts_.names);
  if (!made) return retry_later(made.error(), "Kafka consumer", now);
  if (auto done = (*made)->subscribe(parts_.spec.topics, parts_.spec.topics_regex); !done)
    return retry_later(done.error(), "subscription", now);
  consumer_ = std::move(*made);
  phase_ = Phase::member;
}

void Membership::retry_later(const Error& error, std::string_view what, Instant now) {
  const std::string text = std::string(what) + ": " + error.text();
  if (!error.retriable()) return parts_.fail(text);
  make_at_ = now + make_backoff_.next();
  trouble(text, now);
}

// Answered by the consumer already; nothing is fetched until the plugin has opened.
void Membership::on(kafka::Assigned event, Instant now) {
  if (event.partitions.empty() || phase_ != Phase::member) return;
  ++generation_;
  for (const auto& at : event.partitions) {
    assigned_.push_back(at);
    parts_.ledger.add(at, generation_);
    parts_.channel.live.add(at, generation_);
  }
  parts_.spec.log.info("{} partitions assigned, generation {}", event.partitions.size(), generation_);
  openings_.add(generation_, std::move(event.partitions), now);
}

void Membership::on(kafka::Revoked event, Instant now) {
  if (revocation_.on(RevokeEvent::deadline_over)) settle();  // the group did not wait for the one before
  parts_.spec.log.info("{} partitions {}", event.partitions.size(), event.lost ? "lost" : "revoked");
  begin_revocation(std::move(event.partitions), event.lost || fenced_, now);
}

void Membership::begin_revocation(std::vector<kafka::TopicPartition> partitions, bool lost, Instant now) {
  losing_ = lost;
  leaving_ = std::move(partitions);
  for (const auto& at : leaving_) {
    std::erase(assigned_, at);
    openings_.remove(at);
    parts_.channel.live.remove(at);
    if (Ledgered* const one = parts_.ledger.find(at)) one->fetching = false;
    if (lost) parts_.ledger.remove(at);  // rule D5: what is lost is never committed
  }
  parts_.feeder.drop([&](const Position& position) {
    return std::find(leaving_.begin(), leaving_.end(), kafka::TopicPartition{position.topic, position.partition}) != leaving_.end();
  });
  const Milliseconds allowance =
      leave_budget_ ? std::max<Milliseconds>(std::chrono::duration_cast<Milliseconds>(leave_by_ - now) * 2 / 3, Milliseconds(1))
                    : revoke_allowance(parts_.spec.max_poll_interval);
  revocation_.begin(now, allowance);
  if (leaving_.empty()) {
    if (revocation_.on(RevokeEvent::answered_empty)) settle();
    return;
  }
  parts_.channel.to_writer.post(CloseCommand{revocation_.ticket(), leaving_, lost});
}

void Membership::revocation_due(Instant now) {
  const auto event = revocation_.due(now);
  if (!event) return;
  const bool answered = revocation_.phase() == RevokePhase::committing;
  if (!revocation_.on(*event)) return;
  if (!answered) parts_.channel.cancel.raise(revocation_.ticket());
  if (!revocation_.settled()) return;
  parts_.spec.log.warn("{} partitions left without {}", leaving_.size(),
                       answered ? "an answer to their last offset commit" : "the plugin: it has not returned in time");
  settle();
}

void Membership::closed(const CloseDone& done, Instant now) {
  if (done.ticket != revocation_.ticket() || revocation_.settled() || revocation_.phase() == RevokePhase::committing) return;
  awaited_.clear();
  if (!losing_ && consumer_) {
    parts_.ledger.allow(done.allowed);
    awaited_ = parts_.committer.send_last(leaving_, *consumer_, now);
  }
  if (revocation_.on(awaited_.empty() ? RevokeEvent::answered_empty : RevokeEvent::answered) && revocation_.settled()) settle();
}

void Membership::settle() {
  for (const auto& at : leaving_) parts_.ledger.remove(at);
  leaving_.clear();
  awaited_.clear();
  if (assigned_.empty()) {  // whatever was fenced is gone: a new assignment decides
    fenced_ = false;
    rejoin_at_.reset();
  }
  if (consumer_) consumer_->answer_revoked();
}

void Membership::on(kafka::CommitDone event, Instant now) {
  parts_.committer.answered(event, now);
  const bool last = std::any_of(event.offsets.begin(), event.offsets.end(), [&](const kafka::PartitionOffset& one) {
    return std::any_of(awaited_.begin(), awaited_.end(), [&](const kafka::PartitionOffset& awaited) {
      return awaited.at == one.at && awaited.offset == one.offset;
    });
  });
  if (last && revocation_.on(RevokeEvent::commit_answered)) settle();
}

void Membership::on(const kafka::ClientTrouble& event, Instant now) {
  if (event.ends_task) return parts_.fail(event.error.text());
  if (event.fatal) return lose_consumer(now, event.error.text());
  trouble(event.error.text(), now);
}

void Membership::on(kafka::Closed, Instant) {
  consumer_.reset();
  phase_ = Phase::left;
  if (revocation_.on(RevokeEvent::deadline_over)) settle();
}

// As lost: the group will give the partitions to somebody, perhaps to us again.
void Membership::lose_consumer(Instant now, const std::string& why) {
  parts_.spec.log.error("Kafka client: {}; a new one is made", why);
  trouble(why, now);
  const bool ending = phase_ == Phase::leaving;
  phase_ = ending ? Phase::left : Phase::absent;
  consumer_.reset();
  if (revocation_.on(RevokeEvent::deadline_over)) settle();
  auto partitions = assigned_;
  disown_all();
  fenced_ = false;
  rejoin_at_.reset();
  parts_.committer.forget(now);
  make_at_ = now + make_backoff_.next();
  begin_revocation(std::move(partitions), true, now);
}

void Membership::disown_all() {
  openings_.clear();
  parts_.channel.live.clear();
  parts_.ledger.clear();
  parts_.feeder.drop([](const Position&) { return true; });
}

void Membership::opened(const OpenDone& done) {
  if (!openings_.finish(done.generation) || !consumer_) return;
  std::vector<kafka::PartitionOffset> starts;
  for (const auto& [at, offset] : done.partitions) {
    // A partition that is leaving is still in the ledger, for its last commit: it must not be fetched any more.
    Ledgered* const one = parts_.ledger.find(at, done.generation);
    if (!one || !parts_.channel.live.is_current(at, done.generation)) continue;
    parts_.ledger.start(*one, offset);
    starts.push_back({at, offset});
  }
  if (starts.empty()) return;
  if (auto begun = consumer_->start_fetching(starts); !begun) return lose_consumer(parts_.clock.now(), begun.error().text());
  for (const auto& start : starts)
    if (const Ledgered* const one = parts_.ledger.find(start.at); one && one->held) consumer_->hold(start.at);
}

void Membership::fenced(const WriterFenced& fenced, Instant now) {
  const bool ours = std::any_of(fenced.positions.begin(), fenced.positions.end(), [&](const Position& position) {
    return parts_.ledger.find({position.topic, position.partition}, position.generation) != nullptr;
  });
  if (!ours) return;
  const Milliseconds delay = rejoin_backoff_.next();
  parts_.spec.log.warn("another owner of the partitions exists: {}; leaving the group and joining again in {} ms", fenced.reason,
                       delay.count());
  trouble("another owner of the partitions exists: " + fenced.reason, now);
  disown_all();
  fenced_ = true;
  losing_ = true;
  if (!assigned_.empty() && phase_ == Phase::member) rejoin_at_ = now + delay;
}

void Membership::prospered() {
  make_backoff_.reset();
  rejoin_backoff_.reset();
}

void Membership::hold(const HoldPartition& wish) {
  const kafka::TopicPartition at{parts_.names.intern(wish.topic), wish.partition};
  Ledgered* const one = parts_.ledger.find(at);
  if (!one || one->held == wish.hold) return;
  one->held = wish.hold;
  if (!one->fetching || !consumer_) return;
  wish.hold ? consumer_->hold(at) : consumer_->release(at);
}

void Membership::leave(Instant now, Milliseconds budget) {
  if (phase_ == Phase::leaving || phase_ == Phase::left) return;
  openings_.clear();
  rejoin_at_.reset();
  leave_budget_ = budget;
  leave_by_ = now + budget * 9 / 10;
  revocation_.shorten(now, budget * 6 / 10);
  if (!consumer_) {
    phase_ = Phase::left;
    return;
  }
  phase_ = Phase::leaving;
  consumer_->begin_close();
}

void Membership::abandon() {
  disown_all();
  assigned_.clear();
  consumer_.reset();
  phase_ = Phase::left;
  if (revocation_.on(RevokeEvent::deadline_over)) settle();
}

// The same trouble is told once as long as it lasts.
void Membership::trouble(const std::string& text, Instant now) {
  if (!trouble_until_ || text != trouble_) parts_.spec.log.warn("{}", text);
  trouble_ = text;
  trouble_until_ = now + kTroubleShown;
  parts_.board.reader_trouble(text);
}

std::optional<Instant> Membership::next() const {
  std::optional<Instant> first = revocation_.next();
  if (phase_ == Phase::absent && revocation_.settled()) first = earlier(first, make_at_);
  if (phase_ == Phase::member) first = earlier(earlier(first, openings_.next()), revocation_.settled() ? rejoin_at_ : std::nullopt);
  if (phase_ == Phase::leaving) first = earlier(first, leave_by_);
  return earlier(first, trouble_until_);
}

}  // namespace sinkway::task
