// A task as a member of its group: the consumer's life, partitions that arrive and leave.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "host/base/backoff.hpp"
#include "host/task/committer.hpp"
#include "host/task/feeder.hpp"
#include "host/task/openings.hpp"
#include "host/task/rebalance.hpp"
#include "host/task/status_board.hpp"

namespace sinkway::task {

// Follows task-engine.md, "Assignment" and "Revocation, loss, end", step by step. The group never waits for a database: an
// assignment is answered at once, a revocation at its deadline at the latest. [reader-thread]
class Membership {
 public:
  struct Parts {
    const TaskSpec& spec;
    TopicNames& names;
    Channel& channel;
    OffsetLedger& ledger;
    Feeder& feeder;
    Committer& committer;
    StatusBoard& board;
    const Clock& clock;
    std::function<void(std::string)> fail;  // ends the task
  };
  explicit Membership(Parts parts);

  void join(Instant now);
  // Everything that the main queue has to say.
  void listen(Instant now);
  // What time has brought: retries and deadlines.
  void work(Instant now);

  // Answers of the writer; those of a generation that is over change nothing.
  void opened(const OpenDone& done);
  void closed(const CloseDone& done, Instant now);
  void fenced(const WriterFenced& fenced, Instant now);
  // A batch was accepted: later trouble begins with short delays again.
  void prospered();
  void hold(const HoldPartition& wish);

  // Leaves the group within `budget`, its partitions closed and committed.
  void leave(Instant now, Milliseconds budget);
  // At once: nothing is closed or committed.
  void abandon();
  [[nodiscard]] bool left() const { return phase_ == Phase::left && revocation_.settled(); }

  // Null: none at present.
  [[nodiscard]] kafka::Consumer* consumer() { return consumer_.get(); }
  // Messages may be taken.
  [[nodiscard]] bool feeds() const { return phase_ == Phase::member && parts_.ledger.any_fetching(); }
  [[nodiscard]] std::optional<Instant> next() const;

 private:
  enum class Phase { outside, absent, member, leaving, left };

  void on(kafka::Assigned event, Instant now);
  void on(kafka::Revoked event, Instant now);
  void on(kafka::CommitDone event, Instant now);
  void on(const kafka::ClientTrouble& event, Instant now);
  void on(kafka::Closed event, Instant now);

  void make_consumer(Instant now);
  void lose_consumer(Instant now, const std::string& why);
  void disown_all();
  void begin_revocation(std::vector<kafka::TopicPartition> partitions, bool lost, Instant now);
  void revocation_due(Instant now);
  void settle();
  void retry_later(const Error& error, std::string_view what, Instant now);
  void trouble(const std::string& text, Instant now);

  Parts parts_;
  Phase phase_ = Phase::outside;
  std::unique_ptr<kafka::Consumer> consumer_;
  Instant make_at_{};
  Backoff make_backoff_;
  std::uint64_t generation_ = 0;
  std::vector<kafka::TopicPartition> assigned_;  // by the group
  Openings openings_;
  Revocation revocation_;
  std::vector<kafka::TopicPartition> leaving_;
  std::vector<kafka::PartitionOffset> awaited_;  // the last commit of leaving partitions
  bool losing_ = false;                          // what leaves is lost
  bool fenced_ = false;                          // another owner exists; until all partitions are gone
  std::optional<Instant> rejoin_at_;
  Backoff rejoin_backoff_;
  std::optional<Milliseconds> leave_budget_;
  Instant leave_by_{};
  std::string trouble_;
  std::optional<Instant> trouble_until_;
};

}  // namespace sinkway::task
