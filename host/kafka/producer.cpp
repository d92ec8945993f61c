#include "host/kafka/producer.hpp"

#include <atomic>
#include <utility>

#include "host/kafka/client_conf.hpp"
#include "host/kafka/outgoing.hpp"

namespace sinkway::kafka {

struct Producer::State {
  std::atomic<std::uint64_t> acknowledged{0};
  std::atomic<std::uint64_t> refused{0};
  std::uint64_t told = 0;     // refusals that flush() has told
  std::string first_refusal;  // since then; written by the reports, which are served by the owner's own calls
  ClientHandle client;

  static void on_report(rd_kafka_t*, const rd_kafka_message_t* message, void* opaque) {
    auto* const state = static_cast<State*>(opaque);
    if (!message->err) {
      ++state->acknowledged;
      return;
    }
    ++state->refused;
    if (state->first_refusal.empty())
      state->first_refusal = std::string("topic ") + rd_kafka_topic_name(message->rkt) + ": " +
          rd_kafka_err2str(message->err);
  }
};

Producer::Producer(std::unique_ptr<State> state) : state_(std::move(state)) {}
Producer::~Producer() = default;

Result<std::unique_ptr<Producer>> Producer::make(const ConfigMap& properties) {
  ConfigMap all{{"acks", "all"}, {"partitioner", "murmur2_random"}, {"compression.type", "lz4"}};
  for (const auto& [key, value] : properties) all.set(key, value);
  auto conf = make_conf(all);
  if (!conf) return std::move(conf).error();
  auto state = std::make_unique<State>();
  rd_kafka_conf_set_dr_msg_cb(conf->get(), &State::on_report);
  rd_kafka_conf_set_opaque(conf->get(), state.get());
  auto client = make_client(RD_KAFKA_PRODUCER, std::move(*conf));
  if (!client) return std::move(client).error();
  state->client = std::move(*client);
  return std::unique_ptr<Producer>(new Producer(std::move(state)));
}

Result<void> Producer::produce(const OutgoingRecord& record) {
  while (const auto code = enqueue(state_->client.get(), record, nullptr)) {
    if (code != RD_KAFKA_RESP_ERR__QUEUE_FULL) return client_error("topic " + std::string(record.topic), code);
    rd_kafka_poll(state_->client.get(), 100);
  }
  rd_kafka_poll(state_->client.get(), 0);
  return {};
}

Result<void> Producer::flush(Milliseconds timeout) {
  const auto code = rd_kafka_flush(state_->client.get(), static_cast<int>(timeout.count()));
  const std::uint64_t refused = state_->refused - std::exchange(state_->told, state_->refused.load());
  if (refused > 0)
    return Error(std::to_string(refused) + " records were refused, the first one for " +
                 std::exchange(state_->first_refusal, {}));
  if (code)
    return Error::transient(std::to_string(rd_kafka_outq_len(state_->client.get())) +
                            " records were not acknowledged within " +
                            std::to_string(timeout.count()) + " ms");
  return {};
}

std::uint64_t Producer::acknowledged() const { return state_->acknowledged; }
std::uint64_t Producer::refused() const { return state_->refused; }

}  // namespace sinkway::kafka
