#include "host/herder/connector_state.hpp"

#include <gtest/gtest.h>

#include <array>

#include "host/herder/target_state.hpp"

namespace sinkway::herder {
namespace {

using S = ConnectorState;

constexpr std::array kStates = {S::unassigned, S::running, S::paused, S::stopped, S::failed, S::restarting};

// Rows as kStates, columns as the events started, paused, stopped, failure, renewed, restart_asked; "." changes
// nothing.
constexpr const char* kExpected[6][6] = {
    {"RUNNING", "PAUSED", "STOPPED", "FAILED", ".", "RESTARTING"},
    {".", "PAUSED", "STOPPED", "FAILED", "UNASSIGNED", "RESTARTING"},
    {"RUNNING", ".", "STOPPED", "FAILED", "UNASSIGNED", "RESTARTING"},
    {"RUNNING", "PAUSED", ".", "FAILED", "UNASSIGNED", "RESTARTING"},
    {".", ".", "STOPPED", ".", "UNASSIGNED", "RESTARTING"},
    {"RUNNING", "PAUSED", "STOPPED", "FAILED", "UNASSIGNED", "."},
};

TEST(ConnectorTransition, FollowsItsTable) {
  for (std::size_t from = 0; from < kStates.size(); ++from)
    for (int event = 0; event < 6; ++event) {
      const auto to = transition(kStates[from], static_cast<ConnectorEvent>(event));
      EXPECT_EQ(to ? name_of(*to) : ".", kExpected[from][event]) << name_of(kStates[from]) << " event " << event;
    }
}

TEST(InitialState, IsReadWhateverItsCase) {
  EXPECT_EQ(parse_initial_state("running"), TargetState::started);
  EXPECT_EQ(parse_initial_state("Paused"), TargetState::paused);
  EXPECT_EQ(parse_initial_state("STOPPED"), TargetState::stopped);
  for (const auto* text : {"", "STARTED", "RUNNING ", "x"}) EXPECT_FALSE(parse_initial_state(text)) << text;
}

}  // namespace
}  // namespace sinkway::herder
