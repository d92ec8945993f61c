// The reader thread: the only one that calls into the consumer.
#pragma once

#include <memory>
#include <optional>
#include <string>

#include "host/data/shape.hpp"
#include "host/task/channel.hpp"
#include "host/task/committer.hpp"
#include "host/task/feeder.hpp"
#include "host/task/hint_book.hpp"
#include "host/task/lag_report.hpp"
#include "host/task/membership.hpp"
#include "host/task/pause.hpp"
#include "host/task/pipeline.hpp"
#include "host/task/status_board.hpp"

namespace sinkway::task {

// One round a step, in the order of task-engine.md's reader loop: main queue, mailbox, messages, hand-over, commits. Nothing here
// waits, save the slices of Openings. Decides the life of the task: start, pause, end. [reader-thread]
class Reader {
 public:
  // All outlive the reader.
  struct Parts {
    const TaskSpec& spec;
    TopicNames& names;
    ShapeTable& shapes;
    Channel& channel;
    StatusBoard& board;
    errors::ErrantReporter& reporter;
    MetricSink& metrics;
    MetricLabels labels;
    const Clock& clock;
  };
  explicit Reader(Parts parts);

  // Does what can be done now; the instant at which to come again unless something wakes the thread before. The wake-up must be
  // waited for after this, never cleared by the caller.
  Instant step();
  [[nodiscard]] bool ended() const { return life_ == Life::ended; }

 private:
  // fresh: nothing is done yet. waiting: paused from the start, no member of the group. leaving: the group is being left.
  // stopping: the writer was told to end.
  enum class Life { fresh, waiting, running, leaving, stopping, ended };

  // What exists while the task takes part in the group.
  struct Work {
    Work(const Parts& parts, OffsetLedger& ledger, Pipeline::Converters converters, ReaderMetrics& metrics,
         std::function<void(std::string)> fail);
    Pipeline pipeline;
    Feeder feeder;
    Committer committer;
    Membership membership;
  };

  void begin(Instant now);
  [[nodiscard]] Result<Pipeline::Converters> make_converters() const;
  void hear(Instant now);
  void on(WriterStarted, Instant now);
  void on(RawRecordsWanted, Instant now);
  void on(HeadersUnwanted, Instant now);
  void on(BatchDone message, Instant now);
  void on(OpenDone message, Instant now);
  void on(const CloseDone& message, Instant now);
  void on(const PreCommitDone& message, Instant now);
  void on(WriterFenced message, Instant now);
  void on(WriterFailed message, Instant now);
  void on(WriterEnded, Instant now);
  void on(const HoldPartition& message, Instant now);
  void on(CommitAsked, Instant now);
  void on(PauseAsked, Instant now);
  void on(ResumeAsked, Instant now);
  void on(StopAsked, Instant now);

  // True: there is more to do at once.
  bool feed(Instant now);
  void keep_fetching(Instant now, const Feeder::Fed& fed);
  void pause_on(Instant now);
  void fail(std::string trace);
  void end(Instant now);
  void stop_writer();
  void finish(Instant now);
  void report(Instant now);
  [[nodiscard]] Instant next(Instant now) const;

  Parts parts_;
  OffsetLedger ledger_;
  ReaderMetrics metrics_;
  LagReport lag_;
  HintBook hints_;
  std::unique_ptr<Work> work_;
  Life life_ = Life::fresh;
  PausePhase pause_ = PausePhase::flowing;
  std::optional<std::string> failure_;
  Instant end_began_{};
  Instant last_message_{};
  std::optional<Instant> stall_check_;
  std::optional<Instant> report_at_;
  Instant reported_{};
};

}  // namespace sinkway::task
