#include "host/kafka/admin.hpp"

#include <array>
#include <cstdlib>

#include "host/kafka/handles.hpp"
#include "host/kafka/topic_pattern.hpp"

namespace sinkway::kafka {

struct Admin::State {
  ClientHandle client;
};

Admin::Admin(std::unique_ptr<State> state) : state_(std::move(state)) {}
Admin::~Admin() = default;

Result<std::unique_ptr<Admin>> Admin::make(const ConfigMap& properties) {
  ConfHandle conf(rd_kafka_conf_new());
  std::array<char, 512> why{};
  for (const auto& [key, value] : properties)
    if (value && rd_kafka_conf_set(conf.get(), key.c_str(), value->c_str(), why.data(), why.size()) != RD_KAFKA_CONF_OK)
      return Error("Kafka client property " + key + ": " + (key.find("password") == key.npos ? why.data() : "not allowed"));
  auto state = std::make_unique<State>();
  // A program may ask for the cluster id for hours while Kafka is away: what the client has to say of that is not news.
  rd_kafka_conf_set_log_cb(conf.get(), nullptr);
  state->client.reset(rd_kafka_new(RD_KAFKA_PRODUCER, conf.get(), why.data(), why.size()));
  if (!state->client) return Error("Kafka client: " + std::string(why.data()));
  (void)conf.release();  // the client owns it now
  return std::unique_ptr<Admin>(new Admin(std::move(state)));
}

Result<std::string> Admin::cluster_id(Milliseconds timeout) {
  char* const id = rd_kafka_clusterid(state_->client.get(), static_cast<int>(timeout.count()));
  if (id == nullptr) return Error::transient("the cluster did not tell its id");
  std::string text(id);
  rd_kafka_mem_free(state_->client.get(), id);
  return text;
}

Result<std::vector<std::string>> Admin::topics(Milliseconds timeout) { return list_topics(state_->client.get(), timeout); }

Result<bool> Admin::create_topic(const std::string& topic, int partitions, int replication_factor, Milliseconds timeout) {
  std::array<char, 512> why{};
  using NewTopic = Handle<rd_kafka_NewTopic_t, rd_kafka_NewTopic_destroy>;
  NewTopic wanted(rd_kafka_NewTopic_new(topic.c_str(), partitions, replication_factor, why.data(), why.size()));
  if (!wanted) return Error("topic " + topic + ": " + why.data());
  const Handle<rd_kafka_AdminOptions_t, rd_kafka_AdminOptions_destroy> options(
      rd_kafka_AdminOptions_new(state_->client.get(), RD_KAFKA_ADMIN_OP_CREATETOPICS));
  const int wait = static_cast<int>(timeout.count());
  rd_kafka_AdminOptions_set_request_timeout(options.get(), wait, why.data(), why.size());
  rd_kafka_AdminOptions_set_operation_timeout(options.get(), wait, why.data(), why.size());
  const QueueHandle answers(rd_kafka_queue_new(state_->client.get()));
  rd_kafka_NewTopic_t* list[] = {wanted.get()};
  rd_kafka_CreateTopics(state_->client.get(), list, 1, options.get(), answers.get());
  const EventHandle event(rd_kafka_queue_poll(answers.get(), wait + 1'000));
  if (!event) return Error::transient("topic " + topic + ": the cluster did not answer");
  if (const auto code = rd_kafka_event_error(event.get())) return client_error("create topic " + topic, code);
  std::size_t count = 0;
  const auto* const results = rd_kafka_CreateTopics_result_topics(rd_kafka_event_CreateTopics_result(event.get()), &count);
  if (count == 0) return Error("create topic " + topic + ": empty answer");
  const auto code = rd_kafka_topic_result_error(results[0]);
  if (code == RD_KAFKA_RESP_ERR_TOPIC_ALREADY_EXISTS) return false;
  if (code) return client_error("create topic " + topic, code);
  return true;
}

}  // namespace sinkway::kafka
