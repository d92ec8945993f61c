#include "host/kafka/admin.hpp"

#include <algorithm>
#include <array>
#include <tuple>

#include "host/kafka/client_conf.hpp"
#include "host/kafka/handles.hpp"
#include "host/kafka/topic_pattern.hpp"

namespace sinkway::kafka {
namespace {

using OptionsHandle = Handle<rd_kafka_AdminOptions_t, rd_kafka_AdminOptions_destroy>;

constexpr Milliseconds kGrace{1'000};  // the library ends a request by itself; this is for its answer to arrive

// Sends a request by `send(options, queue)` and waits for its event. `what` begins the error, e.g. "create topic
// weather".
template <typename Send>
Result<EventHandle> ask(rd_kafka_t* client, const std::string& what, Milliseconds timeout, Send send) {
  std::array<char, 512> why{};
  const OptionsHandle options(rd_kafka_AdminOptions_new(client, RD_KAFKA_ADMIN_OP_ANY));
  const int wait = static_cast<int>(std::max<Milliseconds::rep>(timeout.count(), 1));
  if (const auto code = rd_kafka_AdminOptions_set_request_timeout(options.get(), wait, why.data(), why.size()))
    return client_error(what, code);
  // How long the brokers may take before they answer; requests without such a wait ignore it.
  rd_kafka_AdminOptions_set_operation_timeout(options.get(), wait, why.data(), why.size());
  const QueueHandle answers(rd_kafka_queue_new(client));
  send(options.get(), answers.get());
  EventHandle event(rd_kafka_queue_poll(answers.get(), wait + static_cast<int>(kGrace.count())));
  if (!event) return Error::transient(what + ": the cluster did not answer");
  if (const auto code = rd_kafka_event_error(event.get())) return client_error(what, code);
  return event;
}

// Done; not needed; failed.
Result<bool> done_unless(rd_kafka_resp_err_t code, rd_kafka_resp_err_t not_needed, const std::string& what) {
  if (code == not_needed) return false;
  if (code) return client_error(what, code);
  return true;
}

}  // namespace

struct Admin::State {
  ClientHandle client;
};

Admin::Admin(std::unique_ptr<State> state) : state_(std::move(state)) {}
Admin::~Admin() = default;

Result<std::unique_ptr<Admin>> Admin::make(const ConfigMap& properties) {
  auto conf = make_conf(properties);
  if (!conf) return std::move(conf).error();
  // A program may ask for the cluster id for hours while Kafka is away: what the client has to say of that is not news.
  rd_kafka_conf_set_log_cb(conf->get(), nullptr);
  auto client = make_client(RD_KAFKA_PRODUCER, std::move(*conf));
  if (!client) return std::move(client).error();
  auto state = std::make_unique<State>();
  state->client = std::move(*client);
  return std::unique_ptr<Admin>(new Admin(std::move(state)));
}

Result<std::string> Admin::cluster_id(Milliseconds timeout) {
  char* const id = rd_kafka_clusterid(state_->client.get(), static_cast<int>(timeout.count()));
  if (id == nullptr) return Error::transient("the cluster did not tell its id");
  std::string text(id);
  rd_kafka_mem_free(state_->client.get(), id);
  return text;
}

Result<std::vector<std::string>> Admin::topics(Milliseconds timeout) {
  return list_topics(state_->client.get(), timeout);
}

Result<bool> Admin::create_topic(const std::string& topic, int partitions, int replication_factor,
                                 Milliseconds timeout) {
  const std::string what = "create topic " + topic;
  std::array<char, 512> why{};
  const Handle<rd_kafka_NewTopic_t, rd_kafka_NewTopic_destroy> wanted(
      rd_kafka_NewTopic_new(topic.c_str(), partitions, replication_factor, why.data(), why.size()));
  if (!wanted) return Error(what + ": " + why.data());
  auto event = ask(state_->client.get(), what, timeout, [&](auto* options, auto* queue) {
    rd_kafka_NewTopic_t* list[] = {wanted.get()};
    rd_kafka_CreateTopics(state_->client.get(), list, 1, options, queue);
  });
  if (!event) return std::move(event).error();
  std::size_t count = 0;
  const auto* const answer = rd_kafka_event_CreateTopics_result(event->get());
  const auto* const results = rd_kafka_CreateTopics_result_topics(answer, &count);
  if (count == 0) return Error(what + ": empty answer");
  return done_unless(rd_kafka_topic_result_error(results[0]), RD_KAFKA_RESP_ERR_TOPIC_ALREADY_EXISTS, what);
}

Result<bool> Admin::delete_topic(const std::string& topic, Milliseconds timeout) {
  const std::string what = "delete topic " + topic;
  const Handle<rd_kafka_DeleteTopic_t, rd_kafka_DeleteTopic_destroy> unwanted(rd_kafka_DeleteTopic_new(topic.c_str()));
  auto event = ask(state_->client.get(), what, timeout, [&](auto* options, auto* queue) {
    rd_kafka_DeleteTopic_t* list[] = {unwanted.get()};
    rd_kafka_DeleteTopics(state_->client.get(), list, 1, options, queue);
  });
  if (!event) return std::move(event).error();
  std::size_t count = 0;
  const auto* const answer = rd_kafka_event_DeleteTopics_result(event->get());
  const auto* const results = rd_kafka_DeleteTopics_result_topics(answer, &count);
  if (count == 0) return Error(what + ": empty answer");
  return done_unless(rd_kafka_topic_result_error(results[0]), RD_KAFKA_RESP_ERR_UNKNOWN_TOPIC_OR_PART, what);
}

Result<std::vector<GroupOffset>> Admin::group_offsets(const std::string& group, Milliseconds timeout) {
  const std::string what = "offsets of group " + group;
  using Request = Handle<rd_kafka_ListConsumerGroupOffsets_t, rd_kafka_ListConsumerGroupOffsets_destroy>;
  const Request request(rd_kafka_ListConsumerGroupOffsets_new(group.c_str(), nullptr));  // null: all partitions
  auto event = ask(state_->client.get(), what, timeout, [&](auto* options, auto* queue) {
    rd_kafka_ListConsumerGroupOffsets_t* list[] = {request.get()};
    rd_kafka_ListConsumerGroupOffsets(state_->client.get(), list, 1, options, queue);
  });
  if (!event) return std::move(event).error();
  std::size_t count = 0;
  const auto* const answer = rd_kafka_event_ListConsumerGroupOffsets_result(event->get());
  const auto* const results = rd_kafka_ListConsumerGroupOffsets_result_groups(answer, &count);
  if (count == 0) return Error(what + ": empty answer");
  const auto* const error = rd_kafka_group_result_error(results[0]);
  if (error) return client_error(what, rd_kafka_error_code(error));
  std::vector<GroupOffset> offsets;
  const auto* const list = rd_kafka_group_result_partitions(results[0]);
  for (int n = 0; list && n < list->cnt; ++n) {
    const auto& one = list->elems[n];
    if (one.offset >= 0) offsets.push_back({one.topic, one.partition, one.offset});
  }
  std::sort(offsets.begin(), offsets.end(), [](const GroupOffset& one, const GroupOffset& other) {
    return std::tie(one.topic, one.partition) < std::tie(other.topic, other.partition);
  });
  return offsets;
}

Result<bool> Admin::delete_group(const std::string& group, Milliseconds timeout) {
  const std::string what = "delete group " + group;
  const Handle<rd_kafka_DeleteGroup_t, rd_kafka_DeleteGroup_destroy> unwanted(rd_kafka_DeleteGroup_new(group.c_str()));
  auto event = ask(state_->client.get(), what, timeout, [&](auto* options, auto* queue) {
    rd_kafka_DeleteGroup_t* list[] = {unwanted.get()};
    rd_kafka_DeleteGroups(state_->client.get(), list, 1, options, queue);
  });
  if (!event) return std::move(event).error();
  std::size_t count = 0;
  const auto* const answer = rd_kafka_event_DeleteGroups_result(event->get());
  const auto* const results = rd_kafka_DeleteGroups_result_groups(answer, &count);
  if (count == 0) return Error(what + ": empty answer");
  const auto* const error = rd_kafka_group_result_error(results[0]);
  const auto code = error ? rd_kafka_error_code(error) : RD_KAFKA_RESP_ERR_NO_ERROR;
  return done_unless(code, RD_KAFKA_RESP_ERR_GROUP_ID_NOT_FOUND, what);
}

}  // namespace sinkway::kafka
