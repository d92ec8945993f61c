// What the outside sees of a task, and who is told of changes.
#pragma once

#include <string>
#include <vector>

#include "host/base/synchronized.hpp"
#include "host/task/task.hpp"

namespace sinkway::task {

// Written by both threads of the task, read by anybody. After silence() nothing changes any more and nobody is told (a task that
// was given up). [any-thread]
class StatusBoard {
 public:
  explicit StatusBoard(Task::Listener listener) : listener_(std::move(listener)) {}

  // Moves the state along its table; events that do not belong to the present state are ignored.
  void publish(TaskEvent event, const std::string& trace = {}) {
    TaskState state{};
    {
      auto board = board_.lock();
      const auto to = transition(board->status.state, event);
      if (board->silent || !to) return;
      board->status.state = state = *to;
      board->status.trace = trace;
    }
    if (listener_) listener_(state, trace);
  }
  void partitions(std::vector<PartitionStatus> partitions) {
    board_.with([&](Board& board) { board.status.partitions = std::move(partitions); });
  }
  void report(std::string text) {
    board_.with([&](Board& board) { board.status.report = std::move(text); });
  }
  // What it waits for; empty: nothing.
  void writer_trouble(const std::string& text) {
    board_.with([&](Board& board) { board.writer_trouble = text; });
  }
  void reader_trouble(const std::string& text) {
    board_.with([&](Board& board) { board.reader_trouble = text; });
  }
  void silence() {
    board_.with([](Board& board) { board.silent = true; });
  }

  [[nodiscard]] TaskStatus snapshot() const {
    Board board = board_.copy();
    if (board.status.state == TaskState::running)
      board.status.trouble = board.writer_trouble.empty() ? board.reader_trouble : board.writer_trouble;
    return std::move(board.status);
  }

 private:
  struct Board {
    TaskStatus status;
    std::string writer_trouble;
    std::string reader_trouble;
    bool silent = false;
  };
  Task::Listener listener_;
  Synchronized<Board> board_;
};

}  // namespace sinkway::task
