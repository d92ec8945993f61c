#include "host/kafka/parting_clients.hpp"

#include <algorithm>
#include <iterator>
#include <string_view>
#include <utility>
#include <vector>

#include "host/base/synchronized.hpp"

namespace sinkway::kafka {
namespace {

constexpr Milliseconds kRound{10};

constexpr int kBearsNoAssignment = 0x02030000;  // the first version of librdkafka that does

struct Parting {
  ClientHandle client;
  QueueHandle events;
  bool keeps = false;
};

// On purpose never destroyed: a client that cannot leave would hold up the end of the process.
Synchronized<std::vector<Parting>>& waiting() {
  static auto& list = *new Synchronized<std::vector<Parting>>();
  return list;
}

// Whether it has left. A revocation must be answered: the client never ends while it waits for that. An assignment that
// came as the close began is not waited for, and an answer that comes after the end would wait for ever.
bool has_left(const Parting& one, Milliseconds wait) {
  while (!rd_kafka_consumer_closed(one.client.get())) {
    const EventHandle event(rd_kafka_queue_poll(one.events.get(), static_cast<int>(wait.count())));
    if (!event) return rd_kafka_consumer_closed(one.client.get()) != 0;
    const bool revoked = rd_kafka_event_type(event.get()) == RD_KAFKA_EVENT_REBALANCE &&
                         rd_kafka_event_error(event.get()) == RD_KAFKA_RESP_ERR__REVOKE_PARTITIONS;
    if (revoked && !rd_kafka_consumer_closed(one.client.get())) (void)rd_kafka_assign(one.client.get(), nullptr);
  }
  return true;
}

void destroy(Parting one) {
  if (one.keeps) {
    static auto& kept = *new Synchronized<std::vector<Parting>>();  // to the end of the process, reachable
    return kept.lock()->push_back(std::move(one));
  }
  one.events.reset();
  rd_kafka_destroy_flags(one.client.release(), RD_KAFKA_DESTROY_F_NO_CONSUMER_CLOSE);
}

}  // namespace

void part_with(ClientHandle client, QueueHandle events, Milliseconds patience, bool keeps) {
  sweep_parting();
  Parting one{std::move(client), std::move(events), keeps};
  const Instant deadline = std::chrono::steady_clock::now() + patience;
  while (!has_left(one, kRound))
    if (std::chrono::steady_clock::now() >= deadline) return waiting().lock()->push_back(std::move(one));
  destroy(std::move(one));
}

bool is_cooperative(rd_kafka_t& client) {
  const char* const protocol = rd_kafka_rebalance_protocol(&client);
  return protocol != nullptr && std::string_view(protocol) == "COOPERATIVE";
}

bool must_be_kept(rd_kafka_t& client) {
  if (rd_kafka_version() >= kBearsNoAssignment) return false;
  rd_kafka_unsubscribe(&client);
  return is_cooperative(client);
}

std::size_t sweep_parting() {
  std::vector<Parting> gone;
  std::size_t left = 0;
  waiting().with([&](std::vector<Parting>& list) {
    const auto stays = std::partition(list.begin(), list.end(),
                                      [](const Parting& one) { return !has_left(one, Milliseconds(0)); });
    std::move(stays, list.end(), std::back_inserter(gone));
    list.erase(stays, list.end());
    left = list.size();
  });
  for (auto& one : gone) destroy(std::move(one));
  return left;
}

}  // namespace sinkway::kafka
