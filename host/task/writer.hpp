// The writer thread: the only one that calls into the plugin.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "host/plugin/sink_task_proxy.hpp"
#include "host/task/channel.hpp"
#include "host/task/owned_partitions.hpp"
#include "host/task/redelivery.hpp"
#include "host/task/status_board.hpp"
#include "host/task/task_metrics.hpp"
#include "host/task/task_services.hpp"

namespace sinkway::task {

// Serves commands before batches, one batch a step, the same one until the plugin takes it. What the plugin answers decides
// (task-engine, writer loop). [writer-thread]
class Writer {
 public:
  // All outlive the writer.
  struct Parts {
    const TaskSpec& spec;
    Channel& channel;
    Services& services;
    WriterMetrics& metrics;
    StatusBoard& board;
    const Clock& clock;
  };
  explicit Writer(Parts parts);
  ~Writer();

  // Does what can be done now. The instant of the next thing to do; Instant::max(): only a wake-up will bring one.
  Instant step();
  [[nodiscard]] bool ended() const { return phase_ == Phase::ended; }

 private:
  enum class Phase { waiting, starting, working, failed, ended };
  struct PendingOpen {
    OpenCommand command;
    RetryDelay delay;
  };

  void on(const StartCommand&);
  void on(const OpenCommand& command);
  void on(const CloseCommand& command);
  void on(const PreCommitCommand&);
  void on(const StopCommand&);

  void start();
  [[nodiscard]] plugin::Outcome prepare_letters();
  void open_due();
  // True: done with, in one way or the other.
  bool open(PendingOpen& pending);
  void report_opened(const OpenCommand& command, const std::vector<sinkway_open_partition>& partitions);
  void put_due();
  // Rule D6: the batch in hand has dead letters that are not acknowledged yet.
  [[nodiscard]] bool lacks_letters() const;
  void put();
  void taken(std::size_t left_out);
  // Hands what the plugin tells of its work to the board, once a second at most.
  void report();
  void accept();
  void data_error(const plugin::Outcome& outcome, std::vector<std::size_t> reported);
  void leave_out_gone();
  void give_back(bool accepted);
  std::vector<Position> ask_pre_commit(std::vector<Position> positions);
  void close(const std::vector<Position>& positions, bool lost);

  void retry(RetryDelay& delay, const plugin::Outcome& outcome, std::string_view what);
  void fenced(const std::vector<Position>& positions, const plugin::Outcome& outcome);
  void fail(const std::string& trace);
  [[nodiscard]] std::string failure(std::string_view what, const plugin::Outcome& outcome) const;
  [[nodiscard]] Instant next() const;

  Parts parts_;
  Phase phase_ = Phase::waiting;
  bool started_ = false;
  bool announced_ = false;  // the reader knows that the first try to start is over
  bool asks_pre_commit_ = true;
  bool letters_ready_ = false;
  std::unique_ptr<plugin::SinkTaskProxy> plugin_;
  RetryDelay start_delay_;
  std::vector<PendingOpen> opens_;
  OwnedPartitions owned_;
  Instant report_due_;
  Redelivery redelivery_;
};

}  // namespace sinkway::task
