#include "host/kafka/reporting_producer.hpp"

#include <atomic>
#include <string>

#include "host/kafka/client_conf.hpp"
#include "host/kafka/outgoing.hpp"

namespace sinkway::kafka {
namespace {

constexpr std::uint64_t kWake = 1;

}  // namespace

struct ReportingProducer::State {
  ClientHandle client;
  QueueHandle reports;
  std::atomic<bool> dead{false};
};

ReportingProducer::ReportingProducer(std::unique_ptr<State> state) : state_(std::move(state)) {}

ReportingProducer::~ReportingProducer() {
  rd_kafka_purge(state_->client.get(),
                 RD_KAFKA_PURGE_F_QUEUE | RD_KAFKA_PURGE_F_INFLIGHT | RD_KAFKA_PURGE_F_NON_BLOCKING);
  state_->reports.reset();
}

Result<std::unique_ptr<ReportingProducer>> ReportingProducer::make(const ConfigMap& properties, int event_descriptor) {
  ConfigMap all{{"acks", "all"}, {"partitioner", "murmur2_random"}};
  for (const auto& [key, value] : properties) all.set(key, value);
  auto conf = make_conf(all);
  if (!conf) return std::move(conf).error();
  rd_kafka_conf_set_log_cb(conf->get(), nullptr);  // what it has to say comes with the reports
  rd_kafka_conf_set_events(conf->get(), RD_KAFKA_EVENT_DR | RD_KAFKA_EVENT_ERROR);
  auto client = make_client(RD_KAFKA_PRODUCER, std::move(*conf));
  if (!client) return std::move(client).error();
  auto state = std::make_unique<State>();
  state->client = std::move(*client);
  state->reports.reset(rd_kafka_queue_get_main(state->client.get()));
  rd_kafka_queue_io_event_enable(state->reports.get(), event_descriptor, &kWake, sizeof kWake);
  return std::unique_ptr<ReportingProducer>(new ReportingProducer(std::move(state)));
}

void ReportingProducer::learn(const std::string& topic, Milliseconds timeout) {
  std::int64_t low = 0, high = 0;  // any question about a partition leaves in the client's cache where it lives
  (void)rd_kafka_query_watermark_offsets(state_->client.get(), topic.c_str(), 0, &low, &high,
                                         static_cast<int>(timeout.count()));
}

Result<bool> ReportingProducer::produce(const OutgoingRecord& record, void* tag) {
  const auto code = enqueue(state_->client.get(), record, tag);
  if (code == RD_KAFKA_RESP_ERR__QUEUE_FULL) return false;
  if (code) return client_error("topic " + std::string(record.topic), code);
  return true;
}

void ReportingProducer::serve(const Heard& heard) {
  while (const EventHandle event{rd_kafka_queue_poll(state_->reports.get(), 0)}) {
    if (rd_kafka_event_type(event.get()) == RD_KAFKA_EVENT_ERROR && rd_kafka_event_error_is_fatal(event.get()))
      state_->dead = true;
    if (rd_kafka_event_type(event.get()) != RD_KAFKA_EVENT_DR) continue;
    while (const rd_kafka_message_t* const message = rd_kafka_event_message_next(event.get())) {
      std::optional<Error> error;
      if (message->err) error = client_error(std::string("topic ") + rd_kafka_topic_name(message->rkt), message->err);
      heard(message->_private, error);
    }
  }
}

bool ReportingProducer::is_dead() const { return state_->dead; }

}  // namespace sinkway::kafka
