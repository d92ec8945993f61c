// Consumers that nobody owns any more and that still leave their group.
#pragma once

#include <cstddef>

#include "host/base/clock.hpp"
#include "host/kafka/handles.hpp"

namespace sinkway::kafka {

// Ends a consumer whose close has begun, with the queue that its events come to; nothing else of it may be alive, and
// no rebalance that was taken from the queue may be left unanswered. Waits for at most `patience`. While its
// coordinator is away librdkafka keeps an offset commit for the session timeout (45 s) and longer, and whoever destroys
// a client meanwhile waits, busily, for as long: such a client is kept, asleep, and destroyed by a later call of either
// function. What is left when the process ends, ends with it. [any-thread]
//
// `keeps`: the client must not be destroyed at all, before the process ends (must_be_kept).
void part_with(ClientHandle client, QueueHandle events, Milliseconds patience, bool keeps = false);

// For a member under the cooperative protocol that has had no assignment yet and whose close has not begun: takes back its
// subscription, so that an answer to its joining changes nothing any more, and says whether destroying it would end the
// process, which librdkafka before 2.3 does between such an answer and the assignment (its issue 4312). [any-thread]
[[nodiscard]] bool must_be_kept(rd_kafka_t& client);

// Whether the group that the client has joined rebalances incrementally. Never answered after a close has begun. [any-thread]
[[nodiscard]] bool is_cooperative(rd_kafka_t& client);

// Destroys those that have left meanwhile; how many still wait. [any-thread]
std::size_t sweep_parting();

}  // namespace sinkway::kafka
