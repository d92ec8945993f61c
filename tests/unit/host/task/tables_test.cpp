#include <gtest/gtest.h>

#include <array>
#include <map>
#include <utility>

#include "host/task/pause.hpp"
#include "host/task/rebalance.hpp"
#include "host/task/task_state.hpp"

namespace sinkway::task {
namespace {

TEST(TaskState, MovesAsTheTableSaysAndIgnoresTheRest) {
  using S = TaskState;
  using E = TaskEvent;
  const std::map<std::pair<S, E>, S> expected{
      {{S::unassigned, E::started}, S::running},         {{S::unassigned, E::pause_done}, S::paused},
      {{S::unassigned, E::failure}, S::failed},          {{S::unassigned, E::stop_done}, S::stopped},
      {{S::unassigned, E::restart_asked}, S::restarting}, {{S::running, E::pause_done}, S::paused},
      {{S::running, E::failure}, S::failed},             {{S::running, E::stop_done}, S::stopped},
      {{S::running, E::restart_asked}, S::restarting},   {{S::paused, E::started}, S::running},
      {{S::paused, E::resume_done}, S::running},         {{S::paused, E::failure}, S::failed},
      {{S::paused, E::stop_done}, S::stopped},           {{S::paused, E::restart_asked}, S::restarting},
      {{S::failed, E::restart_asked}, S::restarting},    {{S::failed, E::stop_done}, S::stopped},
      {{S::restarting, E::started}, S::running},         {{S::restarting, E::pause_done}, S::paused},
      {{S::restarting, E::failure}, S::failed},          {{S::restarting, E::stop_done}, S::stopped},
      {{S::stopped, E::restart_asked}, S::restarting}};
  for (const S from : {S::unassigned, S::running, S::paused, S::failed, S::restarting, S::stopped})
    for (const E event : {E::started, E::pause_done, E::resume_done, E::failure, E::stop_done, E::restart_asked}) {
      const auto found = expected.find({from, event});
      const auto to = found == expected.end() ? std::nullopt : std::optional(found->second);
      EXPECT_EQ(transition(from, event), to) << name_of(from) << " " << static_cast<int>(event);
    }
}

TEST(TaskState, IsSpelledAsTheRestContractSpellsIt) {
  EXPECT_EQ(name_of(TaskState::unassigned), "UNASSIGNED");
  EXPECT_EQ(name_of(TaskState::running), "RUNNING");
  EXPECT_EQ(name_of(TaskState::paused), "PAUSED");
  EXPECT_EQ(name_of(TaskState::failed), "FAILED");
  EXPECT_EQ(name_of(TaskState::restarting), "RESTARTING");
  EXPECT_EQ(name_of(TaskState::stopped), "UNASSIGNED");
}

TEST(Revocation, MovesAsTheTableSaysAndIgnoresLateAnswers) {
  using P = RevokePhase;
  using E = RevokeEvent;
  const std::map<std::pair<P, E>, P> expected{
      {{P::settled, E::revoked}, P::closing},          {{P::closing, E::half_over}, P::cancelled},
      {{P::closing, E::answered}, P::committing},      {{P::closing, E::answered_empty}, P::settled},
      {{P::closing, E::deadline_over}, P::settled},    {{P::cancelled, E::answered}, P::committing},
      {{P::cancelled, E::answered_empty}, P::settled}, {{P::cancelled, E::deadline_over}, P::settled},
      {{P::committing, E::commit_answered}, P::settled}, {{P::committing, E::deadline_over}, P::settled}};
  for (const P from : {P::settled, P::closing, P::cancelled, P::committing})
    for (const E event : {E::revoked, E::half_over, E::answered, E::answered_empty, E::commit_answered, E::deadline_over}) {
      const auto found = expected.find({from, event});
      const auto to = found == expected.end() ? std::nullopt : std::optional(found->second);
      EXPECT_EQ(transition(from, event), to) << static_cast<int>(from) << " " << static_cast<int>(event);
    }
}

TEST(Revocation, CancelsAtHalfAndGoesOnAtTheDeadline) {
  const Instant begin(std::chrono::hours(1));
  Revocation revocation;
  EXPECT_EQ(revocation.next(), std::nullopt);
  revocation.begin(begin, Milliseconds(1'000));
  EXPECT_EQ(revocation.due(begin + Milliseconds(499)), std::nullopt);
  EXPECT_EQ(revocation.next(), begin + Milliseconds(500));
  EXPECT_EQ(revocation.due(begin + Milliseconds(500)), RevokeEvent::half_over);
  EXPECT_TRUE(revocation.on(RevokeEvent::half_over));
  EXPECT_EQ(revocation.due(begin + Milliseconds(999)), std::nullopt);
  EXPECT_EQ(revocation.next(), begin + Milliseconds(1'000));
  EXPECT_EQ(revocation.due(begin + Milliseconds(1'000)), RevokeEvent::deadline_over);
  EXPECT_TRUE(revocation.on(RevokeEvent::deadline_over));
  EXPECT_TRUE(revocation.settled());
  EXPECT_FALSE(revocation.on(RevokeEvent::answered));
}

TEST(Revocation, GetsLessTimeWhenTheTaskEnds) {
  const Instant begin(std::chrono::hours(1));
  Revocation revocation;
  revocation.begin(begin, Milliseconds(30'000));
  revocation.shorten(begin, Milliseconds(100));
  EXPECT_EQ(revocation.next(), begin + Milliseconds(50));
  revocation.shorten(begin, Milliseconds(60'000));
  EXPECT_EQ(revocation.next(), begin + Milliseconds(50));
}

TEST(Revocation, NeverTakesLongerThanTheGroupWaits) {
  EXPECT_EQ(revoke_allowance(Milliseconds(300'000)), Milliseconds(30'000));
  EXPECT_EQ(revoke_allowance(Milliseconds(9'000)), Milliseconds(3'000));
}

TEST(Pause, DrainsThenCommitsThenIsPaused) {
  using P = PausePhase;
  using E = PauseEvent;
  const std::map<std::pair<P, E>, P> expected{
      {{P::flowing, E::pause_asked}, P::draining},     {{P::draining, E::drained}, P::committing},
      {{P::committing, E::committed}, P::paused},      {{P::draining, E::resume_asked}, P::flowing},
      {{P::committing, E::resume_asked}, P::flowing}, {{P::paused, E::resume_asked}, P::flowing}};
  for (const P from : {P::flowing, P::draining, P::committing, P::paused})
    for (const E event : {E::pause_asked, E::drained, E::committed, E::resume_asked}) {
      const auto found = expected.find({from, event});
      EXPECT_EQ(transition(from, event), found == expected.end() ? std::nullopt : std::optional(found->second));
    }
}

}  // namespace
}  // namespace sinkway::task
