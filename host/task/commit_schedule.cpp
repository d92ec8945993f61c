#include "host/task/commit_schedule.hpp"

namespace sinkway::task {

std::optional<Instant> CommitSchedule::ask_at() const {
  if (step_ != Step::waiting) return std::nullopt;
  return requested_ ? Instant::min() : next_;
}

std::optional<Instant> CommitSchedule::give_up_at() const {
  if (step_ != Step::sent) return std::nullopt;
  return sent_at_ + timeout_;
}

void CommitSchedule::asked(Instant now) {
  step_ = Step::asked;
  requested_ = false;
  next_ = now + interval_;
}

void CommitSchedule::sent(Instant now) {
  step_ = Step::sent;
  sent_at_ = now;
}

void CommitSchedule::finished(Instant now) {
  if (step_ == Step::waiting) {
    requested_ = false;
    next_ = now + interval_;
  }
  step_ = Step::waiting;
}

}  // namespace sinkway::task
