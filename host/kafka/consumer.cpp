#include "host/kafka/consumer.hpp"

#include <algorithm>
#include <cstdlib>
#include <deque>
#include <regex>

#include "host/kafka/client_conf.hpp"
#include "host/kafka/client_config.hpp"
#include "host/kafka/consumer_events.hpp"
#include "host/kafka/data_queue.hpp"
#include "host/kafka/handles.hpp"
#include "host/kafka/parting_clients.hpp"
#include "host/kafka/start_positions.hpp"
#include "host/kafka/topic_pattern.hpp"

namespace sinkway::kafka {
namespace {

constexpr std::uint64_t kWake = 1;
constexpr Milliseconds kPatternTimeout{500};
constexpr Milliseconds kPatternRetry{2'000};  // while nothing is subscribed
constexpr Milliseconds kWakeInterval{5};
constexpr Milliseconds kPatience{1'000};  // for leaving the group when the owner could not wait for it

using Steady = std::chrono::steady_clock;

// How often topics are looked for; not at all for the -1 that librdkafka takes.
Milliseconds refresh_interval(const ConfigMap& properties) {
  const std::string text = properties.get_or("topic.metadata.refresh.interval.ms", "300000");
  const auto wanted = std::strtoll(text.c_str(), nullptr, 0);
  return wanted < 0 ? Milliseconds(std::chrono::hours(100'000)) : std::max(Milliseconds(wanted), kPatternRetry);
}

class GroupConsumer final : public Consumer {
 public:
  GroupConsumer(ClientHandle client, const ConsumerOptions& options)
      : client_(std::move(client)),
        names_(*options.names),
        log_(options.log),
        reset_(options.properties.get_or("auto.offset.reset", "earliest")),
        start_(options.start),
        refresh_(refresh_interval(options.properties)),
        may_cooperate_(options.properties.get_or("partition.assignment.strategy", "") == "cooperative-sticky"),
        events_(rd_kafka_queue_get_consumer(client_.get())),
        said_(client_.get(), names_, log_),
        data_(std::make_unique<DataQueue>(client_.get(), options.event_descriptor)) {
    rd_kafka_set_log_queue(client_.get(), events_.get());
    if (options.event_descriptor >= 0)
      rd_kafka_queue_io_event_enable(events_.get(), options.event_descriptor, &kWake, sizeof kWake);
  }

  // Messages and queues go first: the client waits for each of them.
  ~GroupConsumer() override {
    begin_close();
    answer_revoked();
    close_now();
    data_.reset();
    if (keeps_)
      log_.warn("this member left its group before it had an assignment, and librdkafka {} cannot destroy it (fixed in 2.3): "
                "its threads stay, asleep, until the worker ends", rd_kafka_version_str());
    part_with(std::move(client_), std::move(events_), kPatience, keeps_);
  }

  Result<void> subscribe(const std::vector<std::string>& topics, const std::string& regex) override {
    topics_ = topics;
    if (regex.empty()) return subscribe_now();
    auto pattern = compile_pattern(regex);
    if (!pattern) return std::move(pattern).error();
    pattern_ = std::move(*pattern);
    topics_.clear();
    return {};  // next_event() looks for topics
  }

  std::optional<ConsumerEvent> next_event() override {
    refresh_pattern();
    for (auto& one : trouble_) told_.emplace_back(std::move(one));
    trouble_.clear();
    if (!told_.empty()) {
      ConsumerEvent first = std::move(told_.front());
      told_.pop_front();
      return first;
    }
    if (auto one = from_queue()) return one;
    if (life_ == Life::closing && rd_kafka_consumer_closed(client_.get())) {
      life_ = Life::closed;
      return Closed{};
    }
    return std::nullopt;
  }

  std::size_t take(std::size_t most, MessageSink& sink) override { return data_->take(most, sink, trouble_); }

  Result<std::vector<PartitionOffset>> start_offsets(std::span<const TopicPartition> partitions,
                                                     Milliseconds timeout) override {
    return start_positions(client_.get(), partitions, reset_, start_, timeout);
  }

  // task-engine "Assignment": forward first, then assign; in the other order records are lost without a trace.
  Result<void> start_fetching(std::span<const PartitionOffset> partitions) override {
    if (life_ != Life::member) return {};
    for (const auto& [at, offset] : partitions) data_->add(at, offset);
    const ListHandle list = list_of(partitions);
    return assign(*list);
  }

  void answer_revoked() override {
    if (!std::exchange(revoking_, false)) return;
    if (!incremental_) leaving_ = assigned_;  // everything, whatever the event named
    data_->remove(leaving_);
    const auto leaves = [&](const TopicPartition& at) {
      return std::find(leaving_.begin(), leaving_.end(), at) != leaving_.end();
    };
    std::erase_if(assigned_, leaves);
    unassign();
    leaving_.clear();
    if (life_ == Life::ending) close_now();
    if (assigned_.empty()) subscribe_again();
  }

  void commit(std::span<const PartitionOffset> offsets) override {
    if (offsets.empty()) return;
    const ListHandle list = list_of(offsets);
    const auto code = rd_kafka_commit_queue(client_.get(), list.get(), events_.get(), nullptr, nullptr);
    if (code) told_.push_back(CommitDone{{offsets.begin(), offsets.end()}, client_error("commit", code)});
  }

  void hold(const TopicPartition& at) override { data_->hold(at); }
  void release(const TopicPartition& at) override { data_->release(at); }

  std::optional<Watermarks> watermarks(const TopicPartition& at) override {
    Watermarks marks;
    const std::string topic = terminated(*at.topic);
    const auto code = rd_kafka_get_watermark_offsets(client_.get(), topic.c_str(), at.partition, &marks.low,
                                                     &marks.high);
    if (code) marks = {-1, -1};
    if (const auto position = data_->position(at); position && data_->at_end(at, marks.high)) marks.high = *position;
    if (marks.high < 0) return std::nullopt;
    marks.low = std::max<std::int64_t>(marks.low, 0);
    return marks;
  }

  // Every ListOffsets request lets the broker thread look at its fetch queues again; older libraries wait a second
  // otherwise.
  void wake_fetcher(std::span<const PartitionOffset> positions) override {
    const auto now = Steady::now();
    if (has_fetch_queue_backoff() || positions.empty() || now - last_wake_ < kWakeInterval) return;
    last_wake_ = now;
    const auto& at = positions[wakes_++ % positions.size()].at;
    const ListHandle list = make_list(1);
    auto* const one = rd_kafka_topic_partition_list_add(list.get(), terminated(*at.topic).c_str(), at.partition);
    one->offset = RD_KAFKA_OFFSET_END;
    rd_kafka_offsets_for_times(client_.get(), list.get(), 0);  // times out at once, on purpose
  }

  void rejoin() override {
    if (life_ != Life::member) return;
    rejoining_ = true;
    rd_kafka_unsubscribe(client_.get());
    if (assigned_.empty() && !revoking_) subscribe_again();
  }

  // An event that is not answered when the close begins is never waited for, and answering it after the end would wait
  // for ever: so whatever the group has said is heard first, and a revocation answered (librdkafka,
  // rd_kafka_cgrp_revoke_all_rejoin).
  void begin_close() override {
    if (life_ != Life::member) return;
    while (auto one = from_queue()) told_.push_back(std::move(*one));
    life_ = Life::ending;
    if (!revoking_) close_now();
  }

 private:
  // ending: the close waits for answer_revoked().
  enum class Life { member, ending, closing, closed };

  std::optional<ConsumerEvent> from_queue() {
    while (EventHandle event{rd_kafka_queue_poll(events_.get(), 0)}) {
      const bool is_rebalance = rd_kafka_event_type(event.get()) == RD_KAFKA_EVENT_REBALANCE;
      if (auto one = is_rebalance ? rebalance(*event) : said_.translate(*event, Steady::now())) return one;
    }
    return std::nullopt;
  }

  Result<void> subscribe_now() {
    const ListHandle list = make_list(topics_.size());
    for (const auto& topic : topics_)
      rd_kafka_topic_partition_list_add(list.get(), topic.c_str(), RD_KAFKA_PARTITION_UA);
    if (const auto code = rd_kafka_subscribe(client_.get(), list.get())) return client_error("subscribe", code);
    return {};
  }

  void subscribe_again() {
    if (!std::exchange(rejoining_, false) || life_ != Life::member || topics_.empty()) return;
    if (auto done = subscribe_now(); !done) told_.push_back(ClientTrouble{std::move(done).error(), true, false});
  }

  void refresh_pattern() {
    const auto now = Steady::now();
    if (!pattern_ || life_ != Life::member || rejoining_ || now < next_refresh_) return;
    auto topics = list_topics(client_.get(), kPatternTimeout);
    next_refresh_ = now + (topics_.empty() ? kPatternRetry : refresh_);
    if (!topics) {
      if (topics_.empty()) told_.push_back(ClientTrouble{std::move(topics).error(), false, false});
      return;
    }
    auto found = matching(*pattern_, std::move(*topics));
    if (found == topics_ || found.empty()) return;
    topics_ = std::move(found);
    next_refresh_ = now + refresh_;
    if (auto done = subscribe_now(); !done) told_.push_back(ClientTrouble{std::move(done).error(), true, false});
  }

  // An assignment is answered at once, so that the group never waits for a database; what is fetched comes with
  // start_fetching.
  std::optional<ConsumerEvent> rebalance(rd_kafka_event_t& event) {
    std::vector<TopicPartition> partitions;
    const auto* const list = rd_kafka_event_topic_partition_list(&event);
    for (int n = 0; list && n < list->cnt; ++n)
      partitions.push_back({names_.intern(list->elems[n].topic), list->elems[n].partition});
    if (rd_kafka_event_error(&event) != RD_KAFKA_RESP_ERR__ASSIGN_PARTITIONS) {
      leaving_ = partitions;
      revoking_ = true;
      return Revoked{std::move(partitions), rd_kafka_assignment_lost(client_.get()) != 0};
    }
    had_assignment_ = true;
    // One that came as the close began: nobody waits for an answer.
    if (life_ == Life::closing && !(incremental_ && assigned_.empty())) return std::nullopt;
    if (life_ == Life::member) incremental_ = is_cooperative(*client_);
    const ListHandle nothing = make_list(1);
    if (auto done = assign(*nothing); !done) return ClientTrouble{std::move(done).error(), true, false};
    assigned_.insert(assigned_.end(), partitions.begin(), partitions.end());
    return Assigned{std::move(partitions)};
  }

  Result<void> assign(const rd_kafka_topic_partition_list_t& list) {
    if (!incremental_) {
      if (const auto code = rd_kafka_assign(client_.get(), &list)) return client_error("assign", code);
      return {};
    }
    const ErrorHandle error(rd_kafka_incremental_assign(client_.get(), &list));
    if (error) return client_error("assign", rd_kafka_error_code(error.get()));
    return {};
  }

  void unassign() {
    if (rd_kafka_consumer_closed(client_.get())) return;
    if (!incremental_) {
      if (const auto code = rd_kafka_assign(client_.get(), nullptr)) log_.warn("unassign: {}", rd_kafka_err2str(code));
      return;
    }
    const ListHandle list = make_list(leaving_.size());
    for (const auto& at : leaving_)
      rd_kafka_topic_partition_list_add(list.get(), terminated(*at.topic).c_str(), at.partition);
    warn_on(rd_kafka_incremental_unassign(client_.get(), list.get()), "unassign");
  }

  void warn_on(rd_kafka_error_t* raw, std::string_view what) {
    const ErrorHandle error(raw);
    if (error) log_.warn("{}: {}", what, rd_kafka_error_string(error.get()));
  }

  void close_now() {
    if (life_ != Life::ending) return;
    life_ = Life::closing;
    keeps_ = may_cooperate_ && !had_assignment_ && must_be_kept(*client_);
    warn_on(rd_kafka_consumer_close_queue(client_.get(), events_.get()), "close");
  }

  [[nodiscard]] static ListHandle list_of(std::span<const PartitionOffset> partitions) {
    ListHandle list = make_list(partitions.size());
    for (const auto& [at, offset] : partitions)
      rd_kafka_topic_partition_list_add(list.get(), terminated(*at.topic).c_str(), at.partition)->offset = offset;
    return list;
  }

  ClientHandle client_;
  TopicNames& names_;
  Logger log_;
  std::string reset_;
  std::string start_;
  Milliseconds refresh_;
  bool may_cooperate_;  // as configured
  QueueHandle events_;
  ConsumerEvents said_;
  std::unique_ptr<DataQueue> data_;
  std::vector<std::string> topics_;
  std::optional<std::regex> pattern_;
  Steady::time_point next_refresh_{};
  Steady::time_point last_wake_{};
  std::size_t wakes_ = 0;
  std::vector<TopicPartition> assigned_;  // by the group, whether fetched or not
  std::vector<TopicPartition> leaving_;
  std::vector<ClientTrouble> trouble_;  // of partitions, filled by take()
  std::deque<ConsumerEvent> told_;      // what does not come from the queue
  bool had_assignment_ = false;
  bool keeps_ = false;     // beyond its owner
  bool revoking_ = false;  // the group waits for an answer
  bool rejoining_ = false;
  bool incremental_ = false;  // the group's protocol, as of the last assignment
  Life life_ = Life::member;
};

}  // namespace

Result<std::unique_ptr<Consumer>> make_consumer(const ConsumerOptions& options) {
  sweep_parting();
  auto conf = make_conf(options.properties);
  if (!conf) return std::move(conf).error();
  if (auto done = set_property(**conf, "log.queue", "true"); !done) return std::move(done).error();
  rd_kafka_conf_set_events(conf->get(), RD_KAFKA_EVENT_REBALANCE | RD_KAFKA_EVENT_ERROR | RD_KAFKA_EVENT_OFFSET_COMMIT |
                                            RD_KAFKA_EVENT_LOG);
  auto client = make_client(RD_KAFKA_CONSUMER, std::move(*conf));
  if (!client) return std::move(client).error();
  rd_kafka_poll_set_consumer(client->get());
  return std::unique_ptr<Consumer>(std::make_unique<GroupConsumer>(std::move(*client), options));
}

}  // namespace sinkway::kafka
